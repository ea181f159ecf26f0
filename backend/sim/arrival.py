"""What a router does with a packet that arrives, or that it sends itself, as far as routing is concerned.

IPv4 follows ip_route_input_slow (net/ipv4/route.c) and ip_forward (net/ipv4/ip_forward.c); IPv6 follows
ip6_route_input (net/ipv6/route.c) and ip6_forward (net/ipv6/ip6_output.c).
"""

from msgspec import Struct

from backend.model.route import NextHop, RouteKind
from backend.model.trace import Step, StepKind
from backend.model.verdict import Verdict
from backend.sim.lookup import Decision, Refusal, decide
from backend.sim.packet import Packet
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


class Fate(Struct, frozen=True):
    """Accepted with next hops: it goes on there. Accepted without: it is for the router itself. Else it ends here."""

    verdict: Verdict
    reason: str = ""
    next_hops: tuple[NextHop, ...] = ()
    conditions: tuple[str, ...] = ()


def arrive(router: CompiledRouter, packet: Packet, iif: str, steps: list[Step]) -> Fate:
    """The packet comes in on `iif`."""
    martian = _martian(packet)
    if martian:
        return Fate(Verdict.UNREACHABLE, f"{router.name} drops it: {martian}")
    decision = decide(router, packet, iif, steps=steps)
    ended = _ended(router, decision)
    if ended is not None:
        return ended
    route = decision.route
    assert route is not None  # a decision without a refusal has a route
    is_local = route.kind in DELIVERED_HERE
    if not is_local and route.kind is not RouteKind.UNICAST:
        return Fate(Verdict.UNREACHABLE, f"{router.name} does not forward to a {route.kind} address: {route.text}")
    forwarding = None if is_local else _forwarding(router, packet, iif, steps)
    # IPv4 asks for forwarding before the reverse path; IPv6 has no reverse path check of its own.
    if forwarding is not None:
        return forwarding
    conditions = decision.conditions
    if packet.family == 4 and router.is_linux:
        back = reverse_path(router, packet, iif, None if is_local else decision.next_hops[0].dev)
        steps.extend(back.steps)
        conditions += back.conditions
        if back.reason:
            return Fate(Verdict.RPFILTER, back.reason, conditions=conditions)
    if is_local:
        return Fate(Verdict.ACCEPTED, f"{router.name} has the address itself", conditions=conditions)
    if packet.ttl <= 1:
        steps.append(Step(StepKind.TTL, f"ttl {packet.ttl}", "used up"))
        return Fate(Verdict.TTL_EXCEEDED, f"the time to live ends at {router.name}", conditions=conditions)
    return Fate(Verdict.ACCEPTED, next_hops=decision.next_hops, conditions=conditions)


def send(router: CompiledRouter, packet: Packet, steps: list[Step]) -> Fate:
    """The router sends the packet itself."""
    decision = decide(router, packet, None, steps=steps)
    ended = _ended(router, decision)
    if ended is not None:
        return ended
    route = decision.route
    assert route is not None
    if route.kind in DELIVERED_HERE:
        return Fate(Verdict.ACCEPTED, f"{router.name} has the address itself", conditions=decision.conditions)
    if route.kind is not RouteKind.UNICAST:
        return Fate(Verdict.UNKNOWN, f"{route.text} is a {route.kind} route, which is not simulated")
    return Fate(Verdict.ACCEPTED, next_hops=decision.next_hops, conditions=decision.conditions)


def _ended(router: CompiledRouter, decision: Decision) -> Fate | None:
    if decision.refusal is None:
        return None
    return Fate(VERDICT_OF[decision.refusal], decision.reason, conditions=decision.conditions)


def _forwarding(router: CompiledRouter, packet: Packet, iif: str, steps: list[Step]) -> Fate | None:
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
