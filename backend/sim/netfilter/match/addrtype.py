"""What kind of address the router takes an address for (net/netfilter/xt_addrtype.c)."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from backend.model.address import Family
from backend.model.firewall import Match, Option, Rule
from backend.model.route import LOCAL_TABLE, RouteKind
from backend.sim.lookup import Decision, Refusal, decide
from backend.sim.netfilter.answer import Answer, Check, Doubt
from backend.sim.netfilter.match.checks import Compile, all_of, known_options, only, option_of, unless
from backend.sim.netfilter.scope import Scope
from backend.sim.netfilter.values import chosen
from backend.sim.packet import Packet
from backend.sim.table import REFUSALS, find

if TYPE_CHECKING:
    from backend.sim.netfilter.meeting import Meeting
    from backend.sim.router import CompiledRouter

TYPES = (
    "UNSPEC", "UNICAST", "LOCAL", "BROADCAST", "ANYCAST", "MULTICAST", "BLACKHOLE", "UNREACHABLE", "PROHIBIT",
    "THROW", "NAT", "XRESOLVE",
)  # fmt: skip
OPTIONS = frozenset(("--src-type", "--dst-type", "--limit-iface-in", "--limit-iface-out"))
NOT_IPV6 = frozenset(("BROADCAST", "BLACKHOLE", "PROHIBIT", "THROW", "NAT", "XRESOLVE"))
ROUTED6 = frozenset(("LOCAL", "ANYCAST", "UNREACHABLE"))
Device = Callable[["Meeting"], str]


def _addrtype(match: Match, _: Rule, scope: Scope) -> Check:
    known_options(match, OPTIONS)
    device = _device(match)
    checks = []
    source, destination = option_of(match, "--src-type"), option_of(match, "--dst-type")
    if source is not None:
        checks.append(_check(source, lambda meeting: meeting.packet.source, device, scope.family))
    if destination is not None:
        checks.append(_check(destination, lambda meeting: meeting.packet.destination, device, scope.family))
    return all_of(checks)


def _device(match: Match) -> Device | None:
    if option_of(match, "--limit-iface-in"):
        return lambda meeting: meeting.iif
    if option_of(match, "--limit-iface-out"):
        return lambda meeting: meeting.oif
    return None


def _check(option: Option, pick: Callable[["Meeting"], int], device: Device | None, family: Family) -> Check:
    asked = frozenset(chosen(word, TYPES) for word in only(option).split(","))
    if family == 4:
        return unless(_check4(asked, pick, device), option.negated)
    if asked & NOT_IPV6:
        raise ValueError(f"IPv6 has no {', '.join(sorted(asked & NOT_IPV6))}")
    return unless(_check6(asked, pick, device), option.negated)


def _check4(asked: frozenset[str], pick: Callable[["Meeting"], int], device: Device | None) -> Check:
    kinds = frozenset(RouteKind(name.lower()) for name in asked if name.lower() in set(RouteKind))

    def check(meeting: "Meeting") -> Answer:
        kind = kind4(meeting.router, pick(meeting), device(meeting) if device else None)
        return kind if isinstance(kind, Doubt) else kind in kinds

    return check


def kind4(router: "CompiledRouter", address: int, device: str | None = None) -> RouteKind | Doubt:
    """As __inet_dev_addr_type of net/ipv4/fib_frontend.c: table local alone is asked, and an address is unicast
    whatever the route says that refuses it."""
    if address in (0, 0xFFFFFFFF):
        return RouteKind.BROADCAST
    if address >> 28 == 0xE:
        return RouteKind.MULTICAST
    routing = router.routing[4]
    number = router.vrf_tables.get(router.vrf_of.get(device or "", ""), LOCAL_TABLE)
    if number in routing.flaws:
        return Doubt(f"addrtype: {router.name}: {routing.flaws[number].text}", is_unknown=True)
    table = routing.merged if routing.merged is not None and number == LOCAL_TABLE else routing.tables.get(number)
    found = find(table, _to(4, address)) if table is not None else None
    if found is None or found.route.kind in REFUSALS:
        return RouteKind.UNICAST
    hops = found.route.next_hops
    is_there = device is None or (bool(hops) and hops[0].dev == device)
    return found.route.kind if is_there else RouteKind.UNICAST


def _check6(asked: frozenset[str], pick: Callable[["Meeting"], int], device: Device | None) -> Check:
    """All of what is asked of the address itself must be so, and one of what is asked of its route (match_type6)."""
    routed = asked & ROUTED6

    def check(meeting: "Meeting") -> Answer:
        address = pick(meeting)
        if not _fits_itself(asked, address):
            return False
        if not routed:
            return True
        name = device(meeting) if device else ""
        return _limited6(routed, meeting.router, address, name) if name else _routed6(routed, meeting.router, address)

    return check


def _fits_itself(asked: frozenset[str], address: int) -> bool:
    """ipv6_addr_type of net/ipv6/addrconf_core.c; an IPv4-mapped address is no unicast one."""
    is_multicast = address >> 120 == 0xFF
    is_unicast = not is_multicast and address != 0 and address >> 32 != 0xFFFF
    return (
        ("MULTICAST" not in asked or is_multicast)
        and ("UNICAST" not in asked or is_unicast)
        and ("UNSPEC" not in asked or address == 0)
    )


def _routed6(asked: frozenset[str], router: "CompiledRouter", address: int) -> Answer:
    decision = decide(router, _to(6, address), None)
    if decision.refusal is Refusal.UNKNOWN:
        return Doubt(f"addrtype: {decision.reason}", is_unknown=True)
    return bool(asked & _kinds6(decision, address))


def _kinds6(decision: Decision, address: int) -> frozenset[str]:
    if decision.route is None or decision.refusal is not None:
        return frozenset(("UNREACHABLE",))
    kinds = set()
    if decision.kind is RouteKind.LOCAL:
        kinds.add("LOCAL")
    prefix = decision.route.prefix
    is_subnet_router = (
        prefix.prefixlen < 127
        and int(prefix.network_address) == address
        and all(hop.via is None for hop in decision.route.next_hops)
    )
    if decision.kind is RouteKind.ANYCAST or is_subnet_router:
        kinds.add("ANYCAST")
    return frozenset(kinds)


def _limited6(asked: frozenset[str], router: "CompiledRouter", address: int, device: str) -> Answer:
    interface = router.interfaces.get(device)
    if "LOCAL" in asked and interface is not None:
        own = any(int(a.address) == address for a in interface.addresses if a.address.version == 6)
        if own or asked == {"LOCAL"}:
            return own
    return Doubt(f"addrtype: whether {device} alone has a route of the kind {', '.join(sorted(asked))}")


def _to(family: Family, address: int) -> Packet:
    return Packet(family, 0, address, 0, None, None, 0, 0, 64)


MATCHES: dict[str, Compile] = {"addrtype": _addrtype}
