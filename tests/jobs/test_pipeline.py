"""What a test tells from its beginning to its end, with engines that say what they are told to."""

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from msgspec import structs

from backend.jobs.event import EventState, Happening
from backend.jobs.job import Asked, GivenTrace, Outcome
from backend.jobs.phase import Mode, Phase
from backend.jobs.pipeline import Engines, run
from backend.jobs.progress import Entered, Found, Item
from backend.lab.error import LabError
from backend.lab.proof.progress import Progress
from backend.model.answer import Decision, DecisionKind, Reachability, ServiceAnswer, Stop
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


def test_the_prediction_is_told_first_and_known_before_its_phase_is_said_to_be_over() -> None:
    first, found, finished, *_ = items()
    assert isinstance(first, Happening)
    assert (first.phase, first.message, first.data["service"]) == (Phase.PREDICT, SAID, "1/tcp")
    assert isinstance(finished, Happening)
    assert finished.state is EventState.FINISHED
    assert isinstance(found, Found)
    assert result(found)["services"][0]["by"] == "prediction"
    assert found.outcomes == (Outcome(Service("tcp", 1), Verdict.DENIED_FORWARD, "br-gw", "DROP"),)
    assert result(found)["proof"] is None


def test_phases_come_in_their_order_and_the_whole_result_last() -> None:
    told = list(items())
    assert [each.phase for each in told if isinstance(each, Entered)] == [Phase.BUILD, Phase.TEST, Phase.ANALYZE]
    last = told[-1]
    assert isinstance(last, Found)
    assert last.is_whole
    assert result(last)["comparison"]["sentence"] == "Prediction and proof agree on 1 service."
    assert result(last)["services"][0]["by"] == "proof"


def test_what_a_given_trace_lacks_is_told_and_stands_in_the_result() -> None:
    trace = GivenTrace((Stop("br-gw"),), '{"path":[{"name":"br-gw"}]}', ("hop 2 of the trace did not answer",))
    known = structs.replace(job(), asked=structs.replace(job().asked, trace=trace), attempt=2)
    told = list(run(known, Engines(predicted, proved, moment)))
    messages = [each.message for each in told if isinstance(each, Happening) and "note" in each.data]
    assert messages == [
        "this is attempt 2: the process of the one before ended without a word",
        "hop 2 of the trace did not answer",
    ]
    last = told[-1]
    assert isinstance(last, Found)
    assert result(last)["notes"] == messages
    assert result(last)["asked"]["trace"] == {"path": [{"name": "br-gw"}]}


def test_what_a_proof_knew_when_it_failed_is_kept() -> None:
    def half(asked: Asked) -> Iterator[Progress | Reachability]:
        yield Progress("test", SAID, 1, 1, answer=SHUT)
        raise MemoryError

    told: list[Item] = []
    with pytest.raises(MemoryError):
        told.extend(items(prove=half))
    found = told[-1]
    assert isinstance(found, Found)
    assert result(found)["services"][0]["by"] == "proof"
    assert result(found)["notes"] == ["there is no proof: out of memory: the machine has no room for this lab"]


def test_assumptions_and_lines_that_the_lab_lacks_stand_in_the_notes() -> None:
    def prove(asked: Asked) -> Iterator[Progress | Reachability]:
        yield structs.replace(answered("proof", SHUT), assumptions=("its gateway is 10.1.1.1",), refusals=("a", "b"))

    *_, found = items(prove=prove)
    assert isinstance(found, Found)
    assert result(found)["notes"] == ["assumed: its gateway is 10.1.1.1", "2 lines of the facts are not in the lab"]


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
