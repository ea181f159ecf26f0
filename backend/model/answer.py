"""Whether services can be reached, and what decides: the same words for a prediction and for a proof."""

from enum import StrEnum

from msgspec import Struct

from backend.model.address import Address
from backend.model.flow import Service
from backend.model.trace import Branch, Step, StepKind
from backend.model.verdict import Verdict


class DecisionKind(StrEnum):
    RULE = "rule"
    POLICY = "policy"
    ROUTE = "route"
    NONE = "none"
    """Neither: the reverse path, the time to live, a neighbour that keeps silent …"""


class Decision(Struct, frozen=True):
    """What decided a packet's fate, and where the facts say so."""

    router: str
    kind: DecisionKind
    action: str
    """The target or the policy as iptables calls it, or the word for what else happened."""
    table: str | None = None
    chain: str | None = None
    number: int | None = None
    text: str = ""
    section: str | None = None
    line: int | None = None
    comment: str | None = None

    @property
    def step(self) -> Step:
        """Of a rule or a policy, as it stands on the way."""
        kind = StepKind.RULE if self.kind is DecisionKind.RULE else StepKind.CHAIN_POLICY
        place = (self.table, self.section, self.line, self.chain, self.number)
        return Step(kind, self.text, self.action, *place, comment=self.comment)

    @property
    def spoken(self) -> str:
        """As one says it: `br-gw, filter FORWARD rule 12: -A FORWARD -j DROP`."""
        if self.table is None:
            return f"{self.router}: {self.text}"
        place = f"{self.router}, {self.table} {self.chain}"
        if self.kind is DecisionKind.POLICY:
            return f"{place} policy {self.action}"
        return f"{place} rule {self.number}: {self.text}"


class Count(Struct, frozen=True):
    """A rule that matched packets of one service, and its counter before and after them."""

    table: str
    chain: str
    number: int
    text: str
    before: int
    after: int
    line: int = 0


class Stop(Struct, frozen=True):
    """A router of a path that somebody gives."""

    router: str
    incoming: str | None = None
    """None: the interface that faces the one before."""
    outgoing: str | None = None


class RouterAnswer(Struct, frozen=True):
    """One router alone: what it does with the packet that comes to it, whatever the others do."""

    name: str
    verdict: Verdict
    reason: str = ""
    decided_by: Decision | None = None
    return_verdict: Verdict | None = None
    """What it does with the answer; None where none comes to it."""
    return_reason: str = ""
    return_decided_by: Decision | None = None
    counted: tuple[Count, ...] = ()


class ServiceAnswer(Struct, frozen=True):
    service: Service
    verdict: Verdict
    reason: str
    is_return: bool = False
    """The verdict is that of the way back: the destination was reached, its answer is not."""
    decided_by: Decision | None = None
    """What stopped it; None where nothing did."""
    source_port: int | None = None
    forward: Branch | None = None
    back: Branch | None = None
    routers: tuple[RouterAnswer, ...] = ()
    """Of the whole path, also behind a block."""
    conditions: tuple[str, ...] = ()
    has_one_way: bool = True
    """Behind what stops it as well: none of its packets may take another way or come to a router twice. A proof knows
    of no other way."""

    @property
    def is_reachable(self) -> bool:
        return self.verdict is Verdict.ACCEPTED


class Reachability(Struct, frozen=True):
    network: str
    source: Address
    destination: Address
    by: str
    """`prediction` or `proof`."""
    services: tuple[ServiceAnswer, ...]
    source_port: int | None = None
    assumptions: tuple[str, ...] = ()
    refusals: tuple[str, ...] = ()
    """What of the facts the lab's kernel refused, by router, section and line."""
