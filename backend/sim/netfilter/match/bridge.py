"""Ports of bridges (net/netfilter/xt_physdev.c)."""

from typing import TYPE_CHECKING

from backend.model.firewall import Match, Rule
from backend.model.network import Router
from backend.sim.netfilter.answer import Answer, Check, Doubt
from backend.sim.netfilter.match.checks import Compile, in_words, known_options
from backend.sim.netfilter.meeting import Hook
from backend.sim.netfilter.scope import Scope

if TYPE_CHECKING:
    from backend.sim.netfilter.meeting import Meeting

OPTIONS = frozenset(("--physdev-in", "--physdev-out", "--physdev-is-in", "--physdev-is-out", "--physdev-is-bridged"))
CALLS = {4: "net/bridge/bridge-nf-call-iptables", 6: "net/bridge/bridge-nf-call-ip6tables"}


def _physdev(match: Match, _: Rule, scope: Scope) -> Check:
    """What is routed comes through no port, unless its device is a bridge that hands packets to iptables."""
    known_options(match, OPTIONS)
    unsaid = Doubt(in_words(match))
    without = all(option.negated for option in match.options)
    bridges = frozenset() if scope.router.sysctls.get(CALLS[scope.family]) == "0" else _bridges(scope.router)

    def check(meeting: "Meeting") -> Answer:
        may_be_bridged = bool(bridges) if meeting.hook is Hook.POSTROUTING else meeting.iif in bridges
        return unsaid if may_be_bridged else without

    return check


def _bridges(router: Router) -> frozenset[str]:
    """Those that have ports; ports of bonds and VRFs have a master as well."""
    return frozenset(
        interface.master
        for interface in router.interfaces
        if interface.master and interface.master not in router.vrfs and "SLAVE" not in interface.flags
    )


MATCHES: dict[str, Compile] = {"physdev": _physdev}
