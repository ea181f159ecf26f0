"""Which policy rules a packet meets, in the kernel's order (net/core/fib_rules.c, fib_rules_lookup)."""

from collections.abc import Iterable, Iterator, Mapping
from enum import Enum
from types import MappingProxyType

from msgspec import Struct

from backend.model.address import Family, Prefix
from backend.model.flow import PORT_PROTOCOLS
from backend.model.policy import PolicyRule
from backend.model.trace import Step, StepKind
from backend.sim.packet import Packet
from backend.sim.table import LEGACY_TOS_MASK

NO_NAMES: Mapping[int, str] = MappingProxyType({})


class Fit(Enum):
    YES = "yes"
    NO = "no"
    UNSAID = "unsaid"
    """Everything fits, but the rule asks for a protocol or port of which the flow says nothing."""
    UNKNOWN = "unknown"
    """The rule has a selector that cannot be evaluated."""


class CompiledRule(Struct, frozen=True, eq=False):
    rule: PolicyRule
    matches_all: bool
    source: tuple[int, int] | None
    """(bits that the prefix leaves open, network >> those bits)"""
    destination: tuple[int, int] | None
    jump: int | None
    """Where a goto goes, as an index; None when it has no target."""
    passed: Step
    """The step when its table has no route; made once, as is the next."""
    taken: Step


def compile_rules(
    family: Family, rules: Iterable[PolicyRule], names: Mapping[int, str] = NO_NAMES
) -> tuple[CompiledRule, ...]:
    """`names` are those of the routing tables, for the steps."""
    mine = sorted((rule for rule in rules if rule.family == family), key=lambda rule: rule.priority)
    return tuple(_compile(rule, mine, names) for rule in mine)


def in_words(rule: PolicyRule) -> str:
    """As people write it: iproute2 prints a tab behind the priority."""
    return " ".join(rule.text.split())


def rule_step(rule: PolicyRule, outcome: str, table: str | None = None) -> Step:
    return Step(StepKind.POLICY_RULE, rule.text, outcome, table, rule.section, rule.line or None)


def _compile(rule: PolicyRule, rules: list[PolicyRule], names: Mapping[int, str]) -> CompiledRule:
    table = names.get(rule.table or 0, "of the VRF" if rule.is_l3mdev else str(rule.table))
    selectors = (
        rule.source, rule.destination, rule.iif, rule.oif, rule.fwmark, rule.protocol, rule.source_ports,
        rule.destination_ports, rule.uids, rule.tunnel_id,
    )  # fmt: skip
    is_plain = all(selector is None for selector in selectors) and not rule.tos and not rule.unknown
    return CompiledRule(
        rule=rule,
        matches_all=is_plain and not (rule.inverted or rule.is_l3mdev or rule.is_detached),
        source=_compile_prefix(rule.source),
        destination=_compile_prefix(rule.destination),
        jump=next((at for at, other in enumerate(rules) if other.priority == rule.goto), None),
        passed=rule_step(rule, f"no route in table {table}", table),
        taken=rule_step(rule, f"table {table} has a route", table),
    )


def _compile_prefix(prefix: Prefix | None) -> tuple[int, int] | None:
    if prefix is None or prefix.prefixlen == 0:
        return None
    open_bits = prefix.max_prefixlen - prefix.prefixlen
    return open_bits, int(prefix.network_address) >> open_bits


def matching(
    rules: tuple[CompiledRule, ...], packet: Packet, iif: str, vrf: str | None
) -> Iterator[tuple[CompiledRule, Fit]]:
    """The rules that the packet meets, gotos followed; a goto itself is given too, since it decided something."""
    at = 0
    while at < len(rules):
        compiled = rules[at]
        at += 1
        fit = Fit.YES if compiled.matches_all else fit_of(compiled, packet, iif, vrf)
        if fit is Fit.NO:
            continue
        yield compiled, fit
        if fit is Fit.YES and compiled.rule.action == "goto" and compiled.jump is not None:
            at = compiled.jump  # the kernel refuses a goto that leads backwards


def fit_of(compiled: CompiledRule, packet: Packet, iif: str, vrf: str | None) -> Fit:
    rule = compiled.rule
    if rule.is_detached:
        return Fit.YES if rule.inverted else Fit.NO
    fit = _selectors(compiled, packet, iif, vrf)
    if rule.inverted and fit in (Fit.YES, Fit.NO):
        return Fit.NO if fit is Fit.YES else Fit.YES
    return fit


def _selectors(compiled: CompiledRule, packet: Packet, iif: str, vrf: str | None) -> Fit:
    rule = compiled.rule
    if not _addresses_fit(compiled, packet) or not _tos_fits(rule, packet):
        return Fit.NO
    if rule.iif is not None and rule.iif not in (iif, vrf):
        return Fit.NO
    if rule.oif is not None:
        return Fit.NO  # only packets of sockets that are bound to an interface have one
    if rule.fwmark is not None and (rule.fwmark ^ packet.mark) & rule.fwmask:
        return Fit.NO
    if rule.is_l3mdev and vrf is None:
        return Fit.NO
    if rule.tunnel_id:
        return Fit.NO  # no packet of ours comes out of a metadata tunnel
    if rule.uids is not None and not rule.uids[0] <= 0 <= rule.uids[1]:
        return Fit.NO  # a forwarded packet has the kernel's uid, and so has one of which nothing else is known
    if rule.unknown:
        return Fit.UNKNOWN
    return _service_fits(rule, packet)


def _addresses_fit(compiled: CompiledRule, packet: Packet) -> bool:
    source, destination = compiled.source, compiled.destination
    return (source is None or packet.source >> source[0] == source[1]) and (
        destination is None or packet.destination >> destination[0] == destination[1]
    )


def _tos_fits(rule: PolicyRule, packet: Packet) -> bool:
    if not rule.tos:
        return True
    return rule.tos == packet.tos & (LEGACY_TOS_MASK if packet.family == 4 else 0xFC)


def _service_fits(rule: PolicyRule, packet: Packet) -> Fit:
    unsaid = False
    if rule.protocol is not None:
        if packet.protocol is None:
            unsaid = True
        elif packet.protocol != rule.protocol:
            return Fit.NO
    for ports, port in ((rule.source_ports, packet.source_port), (rule.destination_ports, packet.destination_port)):
        if ports is None:
            continue
        if port is None:
            if packet.protocol is not None and packet.protocol not in PORT_PROTOCOLS:
                return Fit.NO  # such a packet has no port
            unsaid = True
        elif not ports[0] <= port <= ports[1]:
            return Fit.NO
    return Fit.UNSAID if unsaid else Fit.YES
