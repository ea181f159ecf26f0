"""Would an answer leave by where the packet came in? (net/ipv4/netfilter/ipt_rpfilter.c, ip6t_rpfilter.c)

Unlike rp_filter it takes a packet without protocol and ports back, as one that a policy rule for them never fits.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from backend.model.firewall import Match, Rule
from backend.model.route import Route, RouteKind
from backend.sim.lookup import Decision, Refusal, decide
from backend.sim.netfilter.answer import Answer, Check, Doubt
from backend.sim.netfilter.match.checks import Compile, known_options, option_of, unless
from backend.sim.netfilter.scope import Scope
from backend.sim.packet import Packet

if TYPE_CHECKING:
    from backend.sim.netfilter.meeting import Meeting
    from backend.sim.router import CompiledRouter

OPTIONS = frozenset(("--loose", "--validmark", "--accept-local", "--invert"))
LINK_LOCAL = 0xFE80 >> 6


def _rpfilter(match: Match, _: Rule, scope: Scope) -> Check:
    known_options(match, OPTIONS)
    loose, with_mark, accept_local, invert = (
        option_of(match, name) is not None for name in ("--loose", "--validmark", "--accept-local", "--invert")
    )
    passes = _passes4 if scope.family == 4 else _passes6

    def check(meeting: "Meeting") -> Answer:
        interface = meeting.router.interfaces.get(meeting.iif)
        if interface is not None and interface.is_loopback:
            return True
        return passes(meeting, loose, with_mark, accept_local)

    return unless(check, invert)


def _passes4(meeting: "Meeting", loose: bool, with_mark: bool, accept_local: bool) -> Answer:
    packet, iif, router = meeting.packet, meeting.iif, meeting.router
    if packet.source == 0 and (packet.destination == 0xFFFFFFFF or packet.destination >> 8 == 0xE00000):
        return True
    is_group = packet.destination >> 28 == 0xE or packet.destination in (0, 0xFFFFFFFF)
    source = 0 if is_group else packet.destination
    mark = packet.mark if with_mark else 0
    back = Packet(4, source, packet.source, 0, None, None, mark, packet.tos, packet.ttl)
    decision = _decide(router.backwards or router, back, iif)
    if decision.route is None or decision.refusal is not None:
        return _unless_unknown(decision)
    if not _is_accepted(decision, accept_local):
        return False
    return loose or any(_is_on(router, hop.dev, iif) for hop in decision.route.next_hops)


def _passes6(meeting: "Meeting", loose: bool, with_mark: bool, accept_local: bool) -> Answer:
    packet, iif, router = meeting.packet, meeting.iif, meeting.router
    if packet.source == 0:
        return True
    is_unicast = packet.destination >> 120 != 0xFF and packet.destination != 0
    source = packet.destination if is_unicast else 0
    mark = packet.mark if with_mark else 0
    back = Packet(6, source, packet.source, packet.protocol, None, None, mark, packet.tos, packet.ttl)
    must_be_there = not loose or packet.source >> 118 == LINK_LOCAL
    if must_be_there and any(each.rule.oif is not None for each in router.routing[6].rules):
        return Doubt("rpfilter: policy rules that ask for the outgoing interface", is_unknown=True)
    decision = _decide(router, back, iif)
    if decision.route is None or decision.refusal is not None:
        return _unless_unknown(decision)
    if decision.conditions:
        return Doubt(f"rpfilter: {'; '.join(decision.conditions)}")
    if not must_be_there or any(_is_on(router, hop.dev, iif) for hop in decision.route.next_hops):
        return _is_accepted(decision, accept_local)
    return _has_other_way(router, back, decision.route, iif)


def _decide(router: "CompiledRouter", back: Packet, iif: str) -> Decision:
    """The look-up says that it came from lo; a VRF is still that of the interface."""
    return decide(router, back, iif if iif in router.vrf_of else None)


def _unless_unknown(decision: Decision) -> Answer:
    is_unknown = decision.refusal is Refusal.UNKNOWN
    return Doubt(f"rpfilter: {decision.reason}", is_unknown=True) if is_unknown else False


def _is_accepted(decision: Decision, accept_local: bool) -> bool:
    return decision.kind is RouteKind.UNICAST or (decision.kind is RouteKind.LOCAL and accept_local)


def _is_on(router: "CompiledRouter", device: str | None, iif: str) -> bool:
    return device == iif or (device is not None and router.vrf_of.get(device) == iif)


def _has_other_way(router: "CompiledRouter", back: Packet, best: Route, iif: str) -> bool:
    """IPv6 takes, among all routes to the prefix, one by the interface, be it of a worse metric (rt6_device_match)."""
    return any(
        route.kind is RouteKind.UNICAST and any(_is_on(router, hop.dev, iif) for hop in route.next_hops)
        for route in _beside(router, back, best)
        if route.from_prefix == best.from_prefix
    )


def _beside(router: "CompiledRouter", back: Packet, best: Route) -> Iterator[Route]:
    table = router.routing[6].tables.get(best.table)
    for open_bits, buckets in table.lengths if table is not None else ():
        if open_bits == 128 - best.prefix.prefixlen:
            for found in buckets.get(back.destination >> open_bits, ()):
                yield found.route


MATCHES: dict[str, Compile] = {"rpfilter": _rpfilter}
