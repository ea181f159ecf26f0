"""The reverse-path check: would the answer leave by the interface that the packet came in on?

Follows fib_validate_source and __fib_validate_source of net/ipv4/fib_frontend.c, where the value of rp_filter is the
larger of `all` and the interface's own.
"""

from msgspec import Struct

from backend.model.route import LOCAL_TABLE, RouteKind
from backend.model.trace import Step, StepKind
from backend.sim.lookup import Decision, Refusal, decide
from backend.sim.packet import Packet
from backend.sim.router import CompiledRouter, Routing
from backend.sim.sysctl import Switches
from backend.sim.table import find

OFF, STRICT, LOOSE = 0, 1, 2


class Reverse(Struct, frozen=True):
    reason: str = ""
    """Why the packet is dropped; empty when it is not."""
    steps: tuple[Step, ...] = ()
    conditions: tuple[str, ...] = ()


PASSED = Reverse()


def reverse_path(router: CompiledRouter, packet: Packet, iif: str, oif: str | None) -> Reverse:
    """`oif` is where the packet will leave, None when it is for the router itself."""
    switches = router.switches[iif]
    mode = switches.rp_filter
    routing = router.routing[4]
    is_custom = routing.has_custom_rules or routing.has_custom_local_routes
    is_full = bool(mode) or iif == oif or (is_custom and not switches.accept_local)
    back = _backwards(packet, switches.src_valid_mark)
    failure: str | None = None
    doubts: tuple[str, ...] = ()
    if is_full and (mode or _may_be_martian(routing, back)):
        decision = decide(router.backwards or router, back, oif)
        if mode:
            doubts = tuple(f"on the way back {text}" for text in decision.conditions)
        if mode and decision.refusal is Refusal.UNKNOWN:
            return Reverse(conditions=(*doubts, f"whether rp_filter of {iif} drops it is not known: {decision.reason}"))
        failure = _failure(router, decision, iif, mode or OFF)
    elif not is_full and not switches.accept_local and (4, packet.source) in router.own:
        failure = f"{router.name} drops it as martian: the source is one of its own addresses"
    doubts += _unsaid(routing, packet, iif, switches, failure)
    if failure:
        return _dropped(failure, f"rp_filter = {mode or 0}", doubts)
    if mode is None and _failure(router, decide(router.backwards or router, back, oif), iif, STRICT):
        note = f"{router.name} would drop it if rp_filter were strict on {iif}, which the facts do not say"
        assumed = Step(StepKind.ASSUMPTION, "rp_filter", "not in the facts; taken as 0")
        return Reverse(steps=(assumed,), conditions=(note,))
    if not mode:
        return Reverse(conditions=doubts) if doubts else PASSED
    name = "strict" if mode == STRICT else "loose"
    passed = Step(StepKind.RP_FILTER, f"{iif} rp_filter = {mode}", f"{name}: passed", section="sysctl_net")
    return Reverse(steps=(passed,), conditions=doubts)


def _unsaid(routing: Routing, packet: Packet, iif: str, switches: Switches, failure: str | None) -> tuple[str, ...]:
    """Switches that the facts do not tell, where they may decide."""
    if not switches.unsaid:
        return ()
    asks_for_mark = any(compiled.rule.fwmark is not None for compiled in routing.rules)
    is_open = {
        "accept_local": failure is not None and "as martian" in failure,
        "src_valid_mark": bool(switches.rp_filter and packet.mark and asks_for_mark),
    }
    return tuple(
        f"{name} of {iif} is not in the facts and taken as 0"
        for name, matters in is_open.items()
        if matters and name in switches.unsaid
    )


def _backwards(packet: Packet, with_mark: bool) -> Packet:
    return Packet(
        family=4,
        source=packet.destination,
        destination=packet.source,
        protocol=packet.protocol,
        source_port=packet.destination_port,
        destination_port=packet.source_port,
        mark=packet.mark if with_mark else 0,
        tos=packet.tos,
        ttl=packet.ttl,
    )


def _may_be_martian(routing: Routing, back: Packet) -> bool:
    """With the filter off, only a source that resolves to an address of the router's own is dropped."""
    local = routing.tables.get(LOCAL_TABLE)
    return routing.has_scattered_locals or (local is not None and find(local, back) is not None)


def _failure(router: CompiledRouter, decision: Decision, iif: str, mode: int) -> str | None:
    has_address = any(a.address.version == 4 for a in router.interfaces[iif].addresses)
    if decision.route is None or decision.refusal is not None:
        return f"{router.name} has no route back to the source (rp_filter on {iif})" if mode else None
    route = decision.route
    if route.kind is not RouteKind.UNICAST and not (
        route.kind is RouteKind.LOCAL and router.switches[iif].accept_local
    ):
        return f"{router.name} drops it as martian: the source is a {route.kind} address there ({route.text})"
    if any(hop.dev == iif for hop in route.next_hops):  # also those that are dead: fib_info_nh_uses_dev
        return None
    if mode == STRICT or (mode == LOOSE and not has_address):
        ways = ", ".join(dict.fromkeys(hop.dev or "?" for hop in decision.next_hops))
        return f"{router.name} would answer by {ways}, not by {iif} (rp_filter = {mode}): {route.text}"
    return None


def _dropped(reason: str, text: str, doubts: tuple[str, ...]) -> Reverse:
    return Reverse(reason, (Step(StepKind.RP_FILTER, text, "dropped"),), doubts)
