"""Where a packet goes once it is translated is told also when no route is found for it."""

from typing import Any

import pytest
from msgspec import structs

from backend.facts.description import read_description
from backend.lab.plan.flow import plan_flow
from backend.lab.plan.operation import Backend
from backend.lab.plan.survey import Survey
from backend.lab.plan.tracing import Tracing
from backend.lab.probe.ask import Ask
from backend.lab.probe.token import Way
from backend.lab.process import Pipe
from backend.lab.proof.prove import OPENING
from backend.lab.proof.round import Round, Sender
from backend.lab.proof.stage import Stage
from backend.model.flow import Service
from tests.lab.proof.small import TEXT, A, B, in_process

pytestmark = [pytest.mark.root, pytest.mark.serial]
RULE = "-A PREROUTING -p tcp -m tcp --dport 443 -j DNAT --to-destination 192.0.2.9:81"
NAT = f"*nat\n:PREROUTING ACCEPT\n{RULE}\nCOMMIT\n*filter"
NETWORK = read_description(TEXT.replace("*filter", NAT, 1), "x.toml")


def asked(pipe: Pipe, backend: Any) -> None:
    flow = plan_flow(Survey(NETWORK), A, B, tracing=Tracing((4,), OPENING))
    stage = Stage(NETWORK, structs.replace(flow.plan, backends=(backend,)), flow.outside)
    heard = Round(stage, Sender("a", A, B), [Ask(0, Service("tcp", 443), 40000)], [])
    (visit,) = stage.story.visits(0, Way.FORWARD, "one")
    last = visit.events[-1].packet
    found = heard.heard(Ask(0, Service("tcp", 443), 40000)).there
    pipe.send((str(last.destination), last.destination_port, found.verdict, found.reason))


@pytest.mark.parametrize("backend", list(Backend))
def test_it_is_told(backend: Backend) -> None:
    assert in_process(asked, backend) == ("192.0.2.9", 81, "no_route", "no route on one")
