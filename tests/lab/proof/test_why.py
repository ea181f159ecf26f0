from ipaddress import ip_address
from subprocess import run
from typing import Any

import pytest
from msgspec import structs

from backend.lab.kernel.namespace import inside
from backend.lab.plan.flow import plan_flow
from backend.lab.plan.survey import Survey
from backend.lab.process import Pipe
from backend.lab.proof.stage import Stage
from backend.lab.proof.why import Why, why
from backend.lab.watch.packet import parse
from tests.lab.proof.small import NETWORK, A, B, in_process, syn

pytestmark = [pytest.mark.root, pytest.mark.serial]
QUESTIONS = {
    "through": ("10.1.0.50", "10.2.0.50", 64),
    "own": ("10.1.0.50", "10.2.0.1", 64),
    "old": ("10.1.0.50", "10.2.0.50", 1),
    "blackhole": ("10.1.0.50", "10.9.0.1", 64),
    "nowhere": ("10.1.0.50", "192.0.2.1", 64),
    "itself": ("10.2.0.1", "10.2.0.50", 64),
}


def asked(pipe: Pipe, task: Any) -> None:
    """Of the second router, about packets that come in on its device `down`."""
    flow = plan_flow(Survey(NETWORK), A, B)
    stage = Stage(NETWORK, flow.plan, flow.outside)
    found = {}
    for name, (source, destination, ttl) in QUESTIONS.items():
        packet = parse(syn(ttl=ttl))
        assert packet is not None
        packet = structs.replace(packet, source=ip_address(source), destination=ip_address(destination))
        found[name] = why(stage.built.descriptors["two"], stage.built.indexes["two"], packet, "down")
    descriptor, indexes = stage.built.descriptors["two"], stage.built.indexes["two"]
    with inside(descriptor):
        run(["ip", "rule", "add", "from", "192.0.2.99", "lookup", "main"], check=True)  # then all sources are looked at
    packet = parse(syn())
    assert packet is not None
    found["from all"] = why(descriptor, indexes, structs.replace(packet, source=ip_address("10.2.0.255")), "down")
    pipe.send(found)


@pytest.fixture(scope="module")
def found() -> dict[str, Why]:
    told: dict[str, Why] = in_process(asked)
    return told


def test_the_kernel_says_where_it_would_send_a_packet(found: dict[str, Why]) -> None:
    assert (found["through"].verdict, found["through"].outgoing) == ("accepted", "srv")
    assert str(found["through"].via) == "10.2.0.50"
    assert found["own"].is_local


@pytest.mark.parametrize(
    ("name", "verdict", "kind"),
    [
        ("old", "ttl_exceeded", "none"),
        ("blackhole", "blackhole", "route"),
        ("nowhere", "no_route", "route"),
        ("itself", "rpfilter", "none"),
        ("from all", "rpfilter", "none"),
    ],
)
def test_and_why_it_would_not(found: dict[str, Why], name: str, verdict: str, kind: str) -> None:
    assert (found[name].verdict, found[name].kind) == (verdict, kind)
    assert found[name].reason
