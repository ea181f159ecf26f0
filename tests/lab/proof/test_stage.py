"""Probes in a real lab of two routers, watched: what is told of them."""

from typing import Any

import pytest

from backend.lab.plan.flow import plan_flow
from backend.lab.plan.survey import Survey
from backend.lab.plan.tracing import Tracing
from backend.lab.probe.ask import Ask
from backend.lab.process import Pipe
from backend.lab.proof.prove import OPENING
from backend.lab.proof.round import Listening, Round, Sender
from backend.lab.proof.stage import Stage
from backend.model.flow import Service
from tests.lab.proof.small import NETWORK, A, B, in_process

pytestmark = [pytest.mark.root, pytest.mark.serial]
SERVICES = (Service("tcp", 443), Service("tcp", 23), Service("udp", 53), Service("icmp", 0))


def asked(pipe: Pipe, task: object) -> None:
    """Verdict, reason and the machines on the way there and back of each service."""
    flow = plan_flow(Survey(NETWORK), A, B, tracing=Tracing((4,), OPENING))
    stage = Stage(NETWORK, flow.plan, flow.outside)
    asks = [Ask(number, service, 40000 + number) for number, service in enumerate(SERVICES)]
    around = Round(stage, Sender("a", A, B), asks, [Listening("b", B, SERVICES)])
    found = []
    for ask in asks:
        heard = around.heard(ask)
        names = [[visit.namespace for visit in passage.visits] for passage in (heard.there, heard.back)]
        found.append((heard.there.verdict, heard.there.reason, heard.result.outcome, names))
    pipe.send((found, stage.refusals, stage.lost))


@pytest.fixture(scope="module")
def told() -> Any:
    return in_process(asked)


def test_a_service_that_is_let_through_is_answered_along_the_way(told: Any) -> None:
    verdict, _, outcome, (there, back) = told[0][0]
    assert (verdict, outcome) == ("accepted", "answered")
    assert (there, back) == (["a", "one", "two", "b"], ["b", "two", "one", "a"])


def test_others_end_where_the_rule_stands(told: Any) -> None:
    assert [(each[0], each[1].partition(":")[0], each[3][0]) for each in told[0][1:]] == [
        ("denied_forward", "rejected by one, filter web rule 3", ["a", "one"]),
        (
            "conditional",
            "one, filter FORWARD rule 3",
            ["a", "one"],
        ),
        ("denied_forward", "dropped by one, filter FORWARD policy DROP", ["a", "one"]),
    ]


def test_nothing_is_refused_or_lost(told: Any) -> None:
    assert told[1:] == ((), [])
