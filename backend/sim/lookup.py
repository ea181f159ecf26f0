"""A routing decision: policy rules, then tables, until something answers.

Follows net/ipv4/fib_rules.c and net/ipv6/fib6_rules.c.
"""

from enum import Enum
from typing import TYPE_CHECKING

from msgspec import Struct, structs

from backend.model.policy import PolicyRule, RuleAction
from backend.model.route import LOCAL_TABLE, MAIN_TABLE, NextHop, Route, RouteKind
from backend.model.trace import Step, StepKind
from backend.sim.packet import Packet, show
from backend.sim.policy import CompiledRule, Fit, in_words, matching, rule_step
from backend.sim.table import CompiledTable, Found, find

if TYPE_CHECKING:
    from backend.sim.router import CompiledRouter, Routing


class Refusal(Enum):
    NO_ROUTE = "no_route"
    BLACKHOLE = "blackhole"
    UNREACHABLE = "unreachable"
    PROHIBIT = "prohibit"
    UNKNOWN = "unknown"


REFUSED_BY = {
    RouteKind.BLACKHOLE: Refusal.BLACKHOLE,
    RouteKind.UNREACHABLE: Refusal.UNREACHABLE,
    RouteKind.PROHIBIT: Refusal.PROHIBIT,
    RuleAction.BLACKHOLE: Refusal.BLACKHOLE,
    RuleAction.UNREACHABLE: Refusal.UNREACHABLE,
    RuleAction.PROHIBIT: Refusal.PROHIBIT,
}


class Decision(Struct, frozen=True):
    """Either a route with its usable next hops, or a refusal with the reason in words."""

    route: Route | None = None
    next_hops: tuple[NextHop, ...] = ()
    refusal: Refusal | None = None
    reason: str = ""
    conditions: tuple[str, ...] = ()

    @property
    def kind(self) -> RouteKind | None:
        """That of the route that was found; None of a refusal."""
        return None if self.refusal is not None or self.route is None else self.route.kind

    @property
    def is_forwarded(self) -> bool:
        return self.kind is RouteKind.UNICAST


def decide(router: "CompiledRouter", packet: Packet, iif: str | None, steps: list[Step] | None = None) -> Decision:
    """Where the router sends the packet that came in on `iif`, or that it made itself when `iif` is None.

    Each policy rule consulted and the route found are appended to `steps`.
    """
    vrf = router.vrf_of.get(iif) if iif is not None else None
    log: list[Step] = [] if steps is None else steps
    conditions: tuple[str, ...] = ()
    routing = router.routing[packet.family]
    if routing.assumed:
        log.extend(routing.assumed)
    flaws: list[Step] = []
    for compiled, fit in matching(routing.rules, packet, iif or "lo", vrf):
        rule = compiled.rule
        if fit is Fit.UNKNOWN:
            reason = f"{router.name}: policy rule {in_words(rule)!r} cannot be evaluated: {' '.join(rule.unknown)}"
            return Decision(refusal=Refusal.UNKNOWN, reason=reason, conditions=conditions)
        if fit is Fit.UNSAID:
            conditions += (f"{router.name} chooses by protocol or port: {in_words(rule)}; the flow names none",)
            continue
        if routing.flaws and rule.action is RuleAction.LOOKUP:
            flaw = _flaw(router, rule, vrf)
            flaws += flaw
            log += flaw
        decision = _act(router, compiled, packet, vrf, log)
        if decision is not None:
            return structs.replace(decision, conditions=conditions) if conditions else decision
    if flaws:
        missing = ", ".join(dict.fromkeys(step.text for step in flaws))
        reason = f"{router.name} may have a route to {show(packet.family, packet.destination)}: {missing}"
        return Decision(refusal=Refusal.UNKNOWN, reason=reason, conditions=conditions)
    return Decision(refusal=Refusal.NO_ROUTE, reason=_no_route(router, packet, log), conditions=conditions)


def _flaw(router: "CompiledRouter", rule: PolicyRule, vrf: str | None) -> tuple[Step, ...]:
    number = _number(router, rule, vrf)
    step = None if number is None else router.routing[rule.family].flaws.get(number)
    return () if step is None else (step,)


def _number(router: "CompiledRouter", rule: PolicyRule, vrf: str | None) -> int | None:
    return router.vrf_tables[vrf] if rule.is_l3mdev and vrf else rule.table


def _no_route(router: "CompiledRouter", packet: Packet, log: list[Step]) -> str:
    asked = dict.fromkeys(step.table for step in log if step.kind is StepKind.POLICY_RULE and step.table)
    tables = f" in the tables that its policy rules ask: {', '.join(asked)}" if asked else ": no policy rule matches"
    return f"{router.name} has no route to {show(packet.family, packet.destination)}{tables}"


def _act(
    router: "CompiledRouter", compiled: CompiledRule, packet: Packet, vrf: str | None, log: list[Step]
) -> Decision | None:
    rule = compiled.rule
    if rule.action is RuleAction.LOOKUP:
        return _look_up(router, compiled, packet, vrf, log)
    if rule.action is RuleAction.NOP:
        log.append(rule_step(rule, "does nothing"))
        return None
    if rule.action is RuleAction.GOTO:
        log.append(rule_step(rule, f"goes to {rule.goto}" if compiled.jump is not None else "its target is missing"))
        return None
    log.append(rule_step(rule, rule.action.value))
    reason = f"{router.name}: policy rule {in_words(rule)!r} says {rule.action.value}"
    return Decision(refusal=REFUSED_BY[rule.action], reason=reason)


def _look_up(
    router: "CompiledRouter", compiled: CompiledRule, packet: Packet, vrf: str | None, log: list[Step]
) -> Decision | None:
    routing = router.routing[packet.family]
    rule = compiled.rule
    number = _number(router, rule, vrf)
    table = _table(routing, number)
    found = find(table, packet) if table is not None else None
    if found is None or (routing.merged is not None and number == LOCAL_TABLE and found.route.table != number):
        log.append(compiled.passed)
        return None
    route = found.route
    if route.kind is RouteKind.THROW:
        log.append(rule_step(rule, f"thrown back by table {found.step.table}: {route.text}", found.step.table))
        return None
    suppressed = _suppressed(router, rule, found)
    if suppressed:
        log.append(rule_step(rule, f"{route.text} suppressed: {suppressed}", found.step.table))
        return None
    log.append(compiled.taken)
    log.append(found.step)
    refusal = REFUSED_BY.get(route.kind)
    if refusal is None:
        return Decision(route=route, next_hops=found.next_hops)
    reason = f"{router.name}: route {route.text!r} in table {found.step.table}"
    return Decision(route=route, refusal=refusal, reason=reason)


def _table(routing: "Routing", number: int | None) -> CompiledTable | None:
    if routing.merged is not None and number in (LOCAL_TABLE, MAIN_TABLE):
        return routing.merged
    return None if number is None else routing.tables.get(number)


def _suppressed(router: "CompiledRouter", rule: PolicyRule, found: Found) -> str:
    """Why the rule does not accept the route, if so (fib4_rule_suppress); a route that refuses is always accepted."""
    if not found.next_hops:
        return ""
    if rule.suppress_prefixlength is not None and found.route.prefix.prefixlen <= rule.suppress_prefixlength:
        return "prefix too short"
    if rule.suppress_ifgroup is None:
        return ""
    interface = router.interfaces.get(found.next_hops[0].dev or "")
    is_forbidden = interface is not None and _group(interface.group) == _group(rule.suppress_ifgroup)
    return f"{found.next_hops[0].dev} is in group {rule.suppress_ifgroup}" if is_forbidden else ""


def _group(text: str) -> str:
    return "0" if text == "default" else text
