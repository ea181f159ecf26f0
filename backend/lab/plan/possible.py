"""What of a router a lab can have: the rest is left out and named, with the reason. Pure."""

from collections.abc import Collection, Iterator

from msgspec.structs import replace

from backend.lab.plan.arguments import device_flaw
from backend.lab.plan.operation import Omission
from backend.model.interface import Interface
from backend.model.network import Router
from backend.model.policy import PolicyRule
from backend.model.route import NextHop, Route, RouteKind, RoutingTable

NO_VRF = "a lab has no VRF"
HAVING_HOPS = (RouteKind.UNICAST, RouteKind.LOCAL, RouteKind.BROADCAST, RouteKind.ANYCAST, RouteKind.MULTICAST)


def possible(router: Router, omissions: list[Omission]) -> Router:
    """The router without what a lab cannot have; that is added to the omissions."""
    before = len(omissions)
    kept: dict[str, Interface] = {}
    for interface in router.interfaces:
        reason = _interface_flaw(interface, router, kept)
        if reason:
            omissions.append(Omission(router.name, interface.name, reason))
        else:
            kept[interface.name] = interface
    tables = tuple(replace(table, routes=tuple(_routes(router, table, kept, omissions))) for table in router.tables)
    rules = tuple(rule for rule in router.policy_rules if not _is_noted(router, rule, omissions))
    if len(omissions) == before:
        return router
    return replace(router, interfaces=tuple(kept.values()), tables=tables, policy_rules=rules)


def _interface_flaw(interface: Interface, router: Router, kept: Collection[str]) -> str:
    if interface.name in router.vrfs:
        return NO_VRF
    if interface.master is not None and interface.master in router.vrfs:
        return f"it is in {interface.master}, and {NO_VRF}"
    return "there is another one of that name" if interface.name in kept else device_flaw(interface.name)


def _routes(router: Router, table: RoutingTable, names: Collection[str], omissions: list[Omission]) -> Iterator[Route]:
    for route in table.routes:
        reasons = [_hop_flaw(hop, names) for hop in route.next_hops] if route.kind in HAVING_HOPS else []
        if not any(reasons):
            yield route
            continue
        omissions += [Omission(router.name, route.text, reason) for reason in dict.fromkeys(reasons) if reason]
        hops = zip(route.next_hops, reasons, strict=True)
        good = tuple(hop for hop, reason in hops if not reason)
        if good:
            yield replace(route, next_hops=good)


def _hop_flaw(hop: NextHop, names: Collection[str]) -> str:
    if hop.dev is None:
        return "its next hop names no interface"
    if hop.dev not in names:
        return f"the lab has no {hop.dev}"
    return "the kernel does not use it" if hop.flags and {"dead", "unresolved"} & set(hop.flags) else ""


def _is_noted(router: Router, rule: PolicyRule, omissions: list[Omission]) -> bool:
    reason = next(_rule_flaws(rule), "")
    if reason:
        omissions.append(Omission(router.name, rule.text, reason))
    return bool(reason)


def _rule_flaws(rule: PolicyRule) -> Iterator[str]:
    if rule.unknown:
        yield f"no meaning is known for {', '.join(rule.unknown)}"
    if rule.is_l3mdev:
        yield NO_VRF
    if rule.action == "goto" and rule.goto is None:
        yield "its target does not exist"
    for name in (rule.iif, rule.oif):
        flaw = device_flaw(name) if name is not None else ""
        if flaw:
            yield f"{name}: {flaw}"
