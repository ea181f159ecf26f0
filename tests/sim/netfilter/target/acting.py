"""Short ways to what the target of a rule does with a packet."""

from typing import Any

from backend.model.address import Family
from backend.model.network import Router
from backend.sim.netfilter.meeting import Meeting
from backend.sim.netfilter.rule import Act, Kind
from backend.sim.netfilter.scope import Scope
from backend.sim.netfilter.target import compile_target
from tests.sim.netfilter.match.asking import meeting, rule
from tests.sim.netfilter.rules import router

ROUTER = router(
    more="""
[[router.interface]]
name = "eth0"
addresses = ["10.0.0.254/24", "2001:db8::254/64"]
mtu = 1400
[[router.interface]]
name = "eth1"
addresses = ["10.0.9.254/24", "10.5.0.254/24", "2001:db8:9::254/64"]
[[router.interface]]
name = "tun0"
"""
)


def act(text: str, family: Family = 4, chains: tuple[str, ...] = (), machine: Router = ROUTER) -> Act:
    """`-j MARK --set-mark 1`"""
    return compile_target(rule(text), chains, Scope(family, machine))


def acted(text: str, met: Meeting | str, **more: Any) -> Meeting:
    """The packet as it goes on."""
    found = meeting(met) if isinstance(met, str) else met
    change = act(text, found.packet.family, **more).change
    assert change is not None
    assert change(found) is None
    return found


def unread(text: str) -> str:
    """Why nobody can say what the rule does."""
    found = act(text)
    assert found.kind is Kind.UNCERTAIN
    assert found.doubt is not None
    assert found.doubt.is_unknown
    return found.doubt.text
