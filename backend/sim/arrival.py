"""What a router does with a packet that arrives, or that it sends itself, as far as routing is concerned.

IPv4 follows ip_route_input_slow (net/ipv4/route.c) and ip_forward (net/ipv4/ip_forward.c); IPv6 follows
ip6_route_input (net/ipv6/route.c) and ip6_forward (net/ipv6/ip6_output.c).
"""

from collections.abc import Mapping
from types import MappingProxyType

from msgspec import Struct

from backend.model.route import NextHop, RouteKind
from backend.model.trace import Step, StepKind
from backend.model.verdict import Verdict
from backend.sim.lookup import Decision, Refusal, decide
from backend.sim.packet import Packet, with_destination
from backend.sim.reverse import reverse_path
from backend.sim.router import CompiledRouter

VERDICT_OF = {
    Refusal.NO_ROUTE: Verdict.NO_ROUTE,
    Refusal.BLACKHOLE: Verdict.BLACKHOLE,
    Refusal.UNREACHABLE: Verdict.UNREACHABLE,
    Refusal.PROHIBIT: Verdict.PROHIBITED,
    Refusal.UNKNOWN: Verdict.UNKNOWN,
}
DELIVERED_HERE = frozenset((RouteKind.LOCAL, RouteKind.ANYCAST))


NOTHING_DROPPED: Mapping[str | None, str] = MappingProxyType({})


class Fate(Struct, frozen=True):
    """Accepted with next hops: it goes on there. Accepted without: it is for the router itself. Else it ends here."""

    verdict: Verdict
    reason: str = ""
    next_hops: tuple[NextHop, ...] = ()
    conditions: tuple[str, ...] = ()
    dropped: Mapping[str | None, str] = NOTHING_DROPPED
    """Of several ways out, the interfaces by which the packet would fail the reverse-path check, and why."""
    is_heard: bool = False
    """It ends here, but is for the router too, as for all on its link."""


def arrive(router: CompiledRouter, packet: Packet, iif: str, steps: list[Step]) -> Fate:
    """The packet comes in on `iif`."""
    martian = _martian(packet)
    if martian:
        return Fate(Verdict.UNREACHABLE, f"{router.name} drops it: {martian}")
    group = _is_for_many(packet)
    if group:
        return Fate(Verdict.UNREACHABLE, f"{router.name} does not forward to a {group} address")
    decision = decide(router, packet, iif, steps=steps)
    check = _check_ipv4 if packet.family == 4 else _check_ipv6
    fate = check(router, packet, iif, decision, steps)
    if fate.next_hops and packet.ttl <= 1:
        steps.append(Step(StepKind.TTL, f"ttl {packet.ttl}", "used up"))
        return Fate(Verdict.TTL_EXCEEDED, f"the time to live ends at {router.name}", conditions=fate.conditions)
    return fate


def send(router: CompiledRouter, packet: Packet, steps: list[Step]) -> Fate:
    """The router sends the packet itself."""
    group = _is_for_many(packet)
    if group:
        return Fate(Verdict.UNKNOWN, f"{router.name} sends to a {group} address, which is not simulated")
    decision = decide(router, packet, None, steps=steps)
    if decision.refusal is not None:
        return _refused(decision)
    if decision.is_forwarded:
        return Fate(Verdict.ACCEPTED, next_hops=decision.next_hops, conditions=decision.conditions)
    if decision.kind in DELIVERED_HERE:
        return Fate(Verdict.ACCEPTED, f"{router.name} has the address itself", conditions=decision.conditions)
    return Fate(Verdict.UNKNOWN, f"{router.name} sends to a {decision.kind} address, which is not simulated")


def _check_ipv4(router: CompiledRouter, packet: Packet, iif: str, decision: Decision, steps: list[Step]) -> Fate:
    """Forwarding before the reason why a look-up failed, and only then the reverse path."""
    if decision.kind not in (RouteKind.LOCAL, RouteKind.BROADCAST):
        off = _forwarding_off(router, packet, iif, steps)
        if off is not None:
            return off
    if decision.refusal is not None:
        return _refused(decision)
    if not router.is_linux:
        return _passed(router, decision, decision.conditions)
    if decision.kind is RouteKind.BROADCAST:
        packet = with_destination(packet, 0)  # the kernel asks for the way back to such a source as from nowhere
    hops = decision.next_hops if decision.is_forwarded else ()
    back = reverse_path(router, packet, iif, hops[0].dev if hops else None)
    steps.extend(back.steps)
    conditions = decision.conditions + back.conditions
    if len(hops) > 1:
        dropped = {hop.dev: reverse_path(router, packet, iif, hop.dev).reason for hop in hops}
        if not all(dropped.values()):
            return _passed(router, decision, conditions, {dev: why for dev, why in dropped.items() if why})
    if back.reason:
        return Fate(Verdict.RPFILTER, back.reason, conditions=conditions)
    return _passed(router, decision, conditions)


def _check_ipv6(router: CompiledRouter, packet: Packet, iif: str, decision: Decision, steps: list[Step]) -> Fate:
    """The look-up before forwarding; there is no reverse-path check but in netfilter."""
    if decision.refusal is not None:
        return _refused(decision)
    off = _forwarding_off(router, packet, iif, steps) if decision.is_forwarded else None
    return off or _passed(router, decision, decision.conditions)


def _passed(
    router: CompiledRouter,
    decision: Decision,
    conditions: tuple[str, ...],
    dropped: Mapping[str | None, str] = NOTHING_DROPPED,
) -> Fate:
    if decision.is_forwarded:
        return Fate(Verdict.ACCEPTED, next_hops=decision.next_hops, conditions=conditions, dropped=dropped)
    if decision.kind in DELIVERED_HERE:
        return Fate(Verdict.ACCEPTED, f"{router.name} has the address itself", conditions=conditions)
    reason = f"{router.name} does not forward to a {decision.kind} address"
    is_heard = decision.kind is RouteKind.BROADCAST
    return Fate(Verdict.UNREACHABLE, reason, conditions=conditions, is_heard=is_heard)


def _refused(decision: Decision) -> Fate:
    assert decision.refusal is not None
    return Fate(VERDICT_OF[decision.refusal], decision.reason, conditions=decision.conditions)


def _forwarding_off(router: CompiledRouter, packet: Packet, iif: str, steps: list[Step]) -> Fate | None:
    if not router.is_linux:
        return None
    switches = router.switches[iif]
    name, value = switches.forwarding_key, switches.forwarding
    if packet.family == 6:
        name, value = "net/ipv6/conf/all/forwarding", router.forwards_ipv6
    if value is None:
        steps.append(Step(StepKind.ASSUMPTION, name, "not in the facts; taken as 1"))
        return None
    if value:
        return None
    steps.append(Step(StepKind.FORWARDING, f"{name} = 0", "does not forward", section="sysctl_net"))
    return Fate(Verdict.FORWARDING_OFF, f"{router.name} does not forward what comes in on {iif}: {name} = 0")


def _is_for_many(packet: Packet) -> str:
    """Such a packet is not routed by the tables (ip_route_input_rcu); IPv6 has routes for it."""
    if packet.family == 6 or packet.destination >> 28 < 0xE:
        return ""
    if packet.destination >> 28 == 0xE:
        return "multicast"
    return "broadcast" if packet.destination == 0xFFFFFFFF else ""


def _martian(packet: Packet) -> str | None:
    """Addresses that no router takes from a wire (ip_route_input_slow; ip6_rcv_core)."""
    if packet.family == 4:
        if packet.source >> 28 == 0xE or packet.source == 0xFFFFFFFF:
            return "its source is a multicast or broadcast address"
        if packet.source >> 24 in (0, 127):
            return "its source is no address of a host"
        if packet.destination >> 24 in (0, 127):
            return "its destination is no address of a host"
        return None
    if packet.source >> 120 == 0xFF or packet.source in (0, 1) or packet.destination in (0, 1):
        return "its source or destination is no address of a host"
    if packet.source >> 118 == 0x3FA or packet.destination >> 118 == 0x3FA:
        return "link-local addresses do not leave their link"
    return None
