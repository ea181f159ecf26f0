"""Rules, chains and tables, compiled: ready to be asked."""

from collections.abc import Callable, Mapping
from enum import Enum

from msgspec import Struct

from backend.model.firewall import Rule
from backend.sim.netfilter.answer import Check, Doubt
from backend.sim.netfilter.index import Index
from backend.sim.netfilter.match import compile_match
from backend.sim.netfilter.meeting import Meeting
from backend.sim.netfilter.scope import Scope


class Kind(Enum):
    """What becomes of a packet that a rule matches."""

    GO_ON = 0
    ACCEPT = 1
    DROP = 2
    REJECT = 3
    RETURN = 4
    JUMP = 5
    GOTO = 6
    UNCERTAIN = 7
    """It is handed to a program, or nobody here knows the target."""


Change = Callable[[Meeting], "Kind | Doubt | None"]
"""Changes the packet or its connection. A kind is what becomes of the packet instead; a doubt, why nobody can say what
it is like now."""


class Act(Struct, frozen=True, eq=False):
    kind: Kind
    chain: str = ""
    """Where JUMP and GOTO lead."""
    change: Change | None = None
    doubt: Doubt | None = None
    """Of UNCERTAIN."""


class CompiledRule(Struct, frozen=True, eq=False):
    rule: Rule
    checks: tuple[Check, ...]
    """What the chain's index does not know."""
    act: Act
    scope: Scope

    def all_checks(self) -> tuple[Check, ...]:
        """For a flow of which something is not said; seldom asked, and so not kept."""
        return tuple(compile_match(match, self.rule, self.scope) for match in self.rule.matches)

    @property
    def is_harmless(self) -> bool:
        """Whether it matches makes no difference to the packet."""
        return self.act.kind is Kind.GO_ON and self.act.change is None


class CompiledChain(Struct, frozen=True, eq=False):
    table: str
    name: str
    policy: str | None
    rules: tuple[CompiledRule, ...]
    index: Index


class CompiledTable(Struct, frozen=True, eq=False):
    name: str
    chains: Mapping[str, CompiledChain]
