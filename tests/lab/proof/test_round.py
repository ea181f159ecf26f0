"""Silence is explained, or waited for no longer than the kernel itself waits."""

from ipaddress import ip_address
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
HTTPS = Service("tcp", 443)


def silent(pipe: Pipe, task: Any) -> None:
    """A host that nobody is, behind the second router."""
    flow = plan_flow(Survey(NETWORK), A, B, tracing=Tracing((4,), OPENING))
    stage = Stage(NETWORK, flow.plan, flow.outside)
    ask = Ask(0, HTTPS, 40000)
    heard = Round(stage, Sender("a", A, task), [ask], [Listening("b", B, (HTTPS,))]).heard(ask)
    pipe.send((heard.there.verdict, heard.there.reason))


@pytest.mark.parametrize(
    ("destination", "verdict", "reason"),
    [
        ("10.2.0.77", "neighbor_unreachable", "nobody answers for 10.2.0.77 on two srv"),
        ("10.9.0.1", "no_route", "no route on one"),
    ],
)
def test_why_nothing_more_happens_is_known(destination: str, verdict: str, reason: str) -> None:
    assert in_process(silent, ip_address(destination)) == (verdict, reason)


def many(pipe: Pipe, task: int) -> None:
    flow = plan_flow(Survey(NETWORK), A, B, tracing=Tracing((4,), OPENING))
    stage = Stage(NETWORK, flow.plan, flow.outside)
    services = tuple(Service("tcp", port) for port in range(1, task + 1))
    asks = [Ask(number, service, 20000 + number) for number, service in enumerate(services)]
    around = Round(stage, Sender("a", A, B), asks, [Listening("b", B, services)])
    verdicts = [around.heard(ask).there.verdict.value for ask in asks]
    pipe.send((verdicts, stage.lost))


def test_many_at_once_are_told_apart_and_none_is_lost() -> None:
    verdicts, lost = in_process(many, 600)
    through = [number + 1 for number, verdict in enumerate(verdicts) if verdict == "accepted"]
    assert through == [80, 443]
    assert set(verdicts) == {"accepted", "denied_forward"}
    assert lost == []
