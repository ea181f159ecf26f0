"""Which rule or policy of the facts an event of a lab is about. Pure."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from msgspec import Struct

from backend.lab.plan.tracing import changing
from backend.lab.watch.event import Event, Kind
from backend.model.address import Family
from backend.model.answer import Decision, DecisionKind
from backend.model.firewall import Chain, Ruleset
from backend.model.network import Network

Numbers = Mapping[tuple[str, Family, str, str], tuple[int, ...]]
"""Namespace, family, table, chain → the number in the facts of each rule as it is loaded, as RuleLine has it."""
Markers = frozenset[tuple[str, Family, str, str, int]]
"""Rules that the kernel refused, in whose place one stands that does nothing."""

REFUSING = frozenset(("REJECT", "TARPIT", "DELUDE"))
DROPPING = frozenset(("DROP", "STEAL"))
HANDED_OVER = frozenset(("NFQUEUE", "QUEUE", "SYNPROXY"))
SECTIONS = {4: "iptables_save", 6: "ip6tables_save"}


class Effect(StrEnum):
    """What happens to a packet that a rule or policy matches."""

    GOES_ON = "goes_on"
    ACCEPTED = "accepted"
    DROPPED = "dropped"
    REJECTED = "rejected"
    UNCERTAIN = "uncertain"
    """The rule could not be loaded, or hands the packet to a program that the facts do not have."""


class Place(Struct, frozen=True):
    decision: Decision
    effect: Effect
    changing: tuple[str, ...] = ()
    """Its matches that may decide otherwise another time."""
    is_met: bool = True
    """False: all that does not change matched, which is not to say that the rule did."""

    @property
    def is_rule(self) -> bool:
        return self.decision.kind is DecisionKind.RULE

    @property
    def stops(self) -> bool:
        return self.effect in (Effect.DROPPED, Effect.REJECTED)


class Rulebook:
    def __init__(self, network: Network, namespaces: Mapping[str, str], numbers: Numbers, markers: Markers) -> None:
        """`namespaces`: router → its namespace."""
        self._numbers = numbers
        self._markers = markers
        self._routers = {namespaces[router.name]: router for router in network.routers if router.name in namespaces}
        self.told: dict[tuple[int, int], tuple[Any, list[tuple[Any, Place]]]] = {}
        """What was found for each visit, which is kept so that no other one has its place in memory."""
        self._known: dict[tuple[str, Family, str, str, Kind, int], Place | None] = {}

    def find(self, namespace: str, event: Event) -> Place | None:
        """None for what the facts do not have: our own rule, a table made for it, the end of a user chain."""
        key = (namespace, event.family, event.table, event.chain, event.kind, event.position)
        if key not in self._known:
            self._known[key] = self._find(namespace, event)
        return self._known[key]

    def is_marker(self, namespace: str, decision: Decision) -> bool:
        """Whether the kernel refused the rule, so that nothing is known of what it would do."""
        family: Family = 4 if decision.section == SECTIONS[4] else 6
        place = (namespace, family, decision.table or "", decision.chain or "", decision.number or 0)
        return place in self._markers

    def _find(self, namespace: str, event: Event) -> Place | None:
        chain = self._chain(namespace, event)
        if chain is None:
            return None
        numbers = self._numbers.get((namespace, event.family, event.table, event.chain), ())
        # iptables-legacy calls a rule without matches a policy or return too, and tells its position all the same
        # (get_chainname_rulenum in net/ipv4/netfilter/ip_tables.c).
        if 0 < event.position <= len(numbers):
            number = numbers[event.position - 1]
            return self._rule(namespace, event, chain, number) if number else None
        return self._policy(namespace, event, chain) if chain.policy and event.kind is not Kind.RULE else None

    def _chain(self, namespace: str, event: Event) -> Chain | None:
        router = self._routers.get(namespace)
        ruleset: Ruleset | None = None
        if router is not None:
            ruleset = router.firewall.ipv4 if event.family == 4 else router.firewall.ipv6
        tables = [table for table in (ruleset.tables if ruleset else ()) if table.name == event.table]
        return next((chain for table in tables for chain in table.chains if chain.name == event.chain), None)

    def _rule(self, namespace: str, event: Event, chain: Chain, number: int) -> Place:
        rule = next(rule for rule in chain.rules if rule.number == abs(number))
        action = rule.target.name if rule.target else ""
        decision = Decision(
            router=self._routers[namespace].name,
            kind=DecisionKind.RULE,
            action=action,
            table=event.table,
            chain=event.chain,
            number=rule.number,
            text=rule.text,
            section=SECTIONS[event.family],
            line=rule.line or None,
            comment=rule.comment,
        )
        if number < 0:
            return Place(decision, Effect.GOES_ON, changing(rule), is_met=False)
        effect = Effect.UNCERTAIN if self.is_marker(namespace, decision) else effect_of(action)
        return Place(decision, effect, changing(rule))

    def _policy(self, namespace: str, event: Event, chain: Chain) -> Place:
        policy = chain.policy or ""
        decision = Decision(
            router=self._routers[namespace].name,
            kind=DecisionKind.POLICY,
            action=policy,
            table=event.table,
            chain=event.chain,
            text=f":{chain.name} {policy}",
            section=SECTIONS[event.family],
        )
        return Place(decision, Effect.UNCERTAIN if self.is_marker(namespace, decision) else effect_of(policy))


def effect_of(action: str) -> Effect:
    if action in DROPPING:
        return Effect.DROPPED
    if action in REFUSING:
        return Effect.REJECTED
    if action in HANDED_OVER:
        return Effect.UNCERTAIN
    return Effect.ACCEPTED if action == "ACCEPT" else Effect.GOES_ON
