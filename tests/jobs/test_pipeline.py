"""What a test tells from its beginning to its end, with engines that say what they are told to."""

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from backend.jobs.event import EventState, Happening
from backend.jobs.job import Asked
from backend.jobs.phase import Mode, Phase
from backend.jobs.pipeline import Engines, run
from backend.jobs.progress import Entered, Found, Item
from backend.lab.error import LabError
from backend.lab.proof.progress import Progress
from backend.model.answer import Decision, DecisionKind, Reachability, ServiceAnswer
from backend.model.flow import Service
from backend.model.verdict import Verdict
from tests.jobs.making import job, moment

DROP = Decision("br-gw", DecisionKind.RULE, "DROP", "filter", "FORWARD", 12, "-A FORWARD -j DROP")
SHUT = ServiceAnswer(Service("tcp", 1), Verdict.DENIED_FORWARD, "dropped", decided_by=DROP)
SAID = "1/tcp is blocked: br-gw, filter FORWARD rule 12: -A FORWARD -j DROP"


def answered(by: str, *services: ServiceAnswer) -> Reachability:
    asked = job().asked
    return Reachability("demo@3f9c", asked.source, asked.destination, by, services)


def predicted(_: Asked) -> Reachability:
    return answered("prediction", SHUT)


def proved(_: Asked) -> Iterator[Progress | Reachability]:
    yield Progress("build", "the lab is being built")
    yield Progress("test", SAID, 1, 1, answer=SHUT)
    yield answered("proof", SHUT)


def failed(_: Asked) -> Iterator[Progress | Reachability]:
    yield Progress("build", "the lab is being built")
    raise LabError("unshare: not permitted")


def items(mode: Mode = Mode.PROVE, prove: Any = proved) -> Iterator[Item]:
    return run(job(mode=mode), Engines(predicted, prove, moment))


def result(found: Found) -> Any:
    return msgspec.json.decode(found.document)


def test_the_prediction_is_told_first_and_kept_at_once() -> None:
    first, finished, found, *_ = items()
    assert isinstance(first, Happening)
    assert (first.phase, first.message, first.data["service"]) == (Phase.PREDICT, SAID, "1/tcp")
    assert isinstance(finished, Happening)
    assert isinstance(found, Found)
    assert result(found)["services"][0]["by"] == "prediction"
    assert result(found)["proof"] is None


def test_phases_come_in_their_order_and_the_whole_result_last() -> None:
    told = list(items())
    assert [each.phase for each in told if isinstance(each, Entered)] == [Phase.BUILD, Phase.TEST, Phase.ANALYZE]
    last = told[-1]
    assert isinstance(last, Found)
    assert last.is_whole
    assert result(last)["comparison"]["sentence"] == "Prediction and proof agree on 1 service."
    assert result(last)["services"][0]["by"] == "proof"


def test_a_prediction_alone_is_the_whole_result() -> None:
    *_, found = items(Mode.PREDICT)
    assert isinstance(found, Found)
    assert found.is_whole


def test_a_proof_that_fails_leaves_the_prediction_and_says_why() -> None:
    told: list[Item] = []
    with pytest.raises(LabError):
        told.extend(items(prove=failed))
    said, found = told[-2:]
    assert isinstance(said, Happening)
    assert (said.state, said.message) == (EventState.FAILED, "there is no proof: unshare: not permitted")
    assert isinstance(found, Found)
    assert not found.is_whole
    assert result(found)["notes"] == ["there is no proof: unshare: not permitted"]
