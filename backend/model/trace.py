"""The path of a flow and every decision on it."""

from enum import StrEnum

from msgspec import Struct

from backend.model.address import Address
from backend.model.flow import Flow
from backend.model.verdict import Verdict


class StepKind(StrEnum):
    LOCAL = "local"
    POLICY_RULE = "policy_rule"
    ROUTE = "route"
    MULTIPATH = "multipath"
    RP_FILTER = "rp_filter"
    FORWARDING = "forwarding"
    TTL = "ttl"
    NEIGHBOR = "neighbor"
    INTERNET = "internet"
    ASSUMPTION = "assumption"
    RULE = "rule"
    CHAIN_POLICY = "chain_policy"
    TRANSLATION = "translation"
    MARK = "mark"


class Tried(Struct, frozen=True):
    """A rule that was asked and did not match."""

    table: str
    chain: str
    number: int
    text: str
    reason: str
    """What of it did not fit, and what the packet has instead."""
    line: int | None = None


class Step(Struct, frozen=True):
    """One decision: what was asked, verbatim as in the facts where it stands there, and what came of it."""

    kind: StepKind
    text: str
    outcome: str
    table: str | None = None
    """Of routes, or of the rule or policy that says so."""
    section: str | None = None
    line: int | None = None
    chain: str | None = None
    number: int | None = None
    comment: str | None = None
    tried: tuple[Tried, ...] | None = None
    """The rules that were asked in vain before this one; None: they were not asked for."""


class Hop(Struct, frozen=True):
    """A router or host on the path. A verdict other than accepted stands where the path ends because of it."""

    name: str
    address: Address | None = None
    incoming: str | None = None
    outgoing: str | None = None
    is_router: bool = True
    segment: str | None = None
    """The segment that it leaves on."""
    next_hop: Address | None = None
    verdict: Verdict = Verdict.ACCEPTED
    steps: tuple[Step, ...] = ()


class Branch(Struct, frozen=True):
    """One way through the equal-cost routes, with the share of flows that take it."""

    hops: tuple[Hop, ...]
    verdict: Verdict
    reason: str
    share: float = 1.0
    conditions: tuple[str, ...] = ()


class Trace(Struct, frozen=True):
    network: str
    flow: Flow
    branches: tuple[Branch, ...]
    """At least one; the likeliest first."""
    is_filtered: bool = False
    """Rules were asked too, not the routes alone."""
