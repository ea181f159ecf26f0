"""The way of a packet through the chains of one table, as ipt_do_table and nft_do_chain go it."""

from collections.abc import Callable

from msgspec import Struct

from backend.model.firewall import Rule
from backend.sim.netfilter.answer import Doubt, every
from backend.sim.netfilter.index import is_said
from backend.sim.netfilter.meeting import Meeting
from backend.sim.netfilter.rule import Act, CompiledChain, CompiledRule, CompiledTable, Kind

STOPPING_OR_UNCERTAIN = frozenset((Kind.DROP, Kind.REJECT, Kind.UNCERTAIN))


class Matched(Struct, frozen=True, eq=False):
    """A rule that the packet matched, or the policy that it came to."""

    table: str
    chain: str
    rule: Rule | None = None
    policy: str = ""
    mark: int = 0
    """Of the packet when it came there."""


class End(Struct, frozen=True, eq=False):
    """What a table says of the packet."""

    kind: Kind
    matched: Matched | None = None
    """The rule or policy that says so."""
    doubt: Doubt | None = None


class Choices(Struct, eq=False):
    """How each doubt is taken, in the order in which they come: as it is said, and as no when nothing is said."""

    said: tuple[bool, ...] = ()
    met: list[tuple[Doubt, Matched]] = []
    indifferent: list[Matched] = []
    """Rules of which nobody can say whether they match, and which would do nothing if they did."""

    def choose(self, doubt: Doubt, matched: Matched) -> bool:
        number = len(self.met)
        self.met.append((doubt, matched))
        return number < len(self.said) and self.said[number]


class Asking(Struct, eq=False):
    """What goes with a packet through all tables."""

    choices: Choices
    log: Callable[[Matched], object]
    is_open: bool = False
    """Rules that would stop the packet are left out, and so are policies."""


def traverse(table: CompiledTable, base: CompiledChain, meeting: Meeting, asking: Asking) -> End:
    stack: list[tuple[CompiledChain, int, int]] = []
    chain, waiting, state = base, base.index.candidates(meeting), meeting.state
    while True:
        found, waiting, behind = _first(chain, waiting, meeting, asking)
        if isinstance(found, End):
            return found
        if found is None or found.kind is Kind.RETURN:
            if not stack:
                return _policy(base, meeting, asking)
            chain, waiting, behind = stack.pop()
            if meeting.state is not state:  # a rule of the user chain has taken the packet from conntrack
                waiting = chain.index.candidates(meeting) & behind
            continue
        if found.kind is Kind.JUMP:
            stack.append((chain, waiting, behind))
        chain = table.chains[found.chain]
        waiting = chain.index.candidates(meeting)


def _first(chain: CompiledChain, waiting: int, meeting: Meeting, asking: Asking) -> tuple[End | Act | None, int, int]:
    """The first rule that ends the way or leads elsewhere, those that wait behind it, and all that are there."""
    is_exact = is_said(meeting.packet)
    while waiting:
        lowest = waiting & -waiting
        waiting ^= lowest
        compiled = chain.rules[lowest.bit_length() - 1]
        checks = compiled.checks if is_exact else compiled.all_checks()
        if checks:
            answer = every(check(meeting) for check in checks)
            if answer is False:
                continue
            if isinstance(answer, Doubt):
                doubtful = _doubtful(answer, chain, compiled, meeting, asking)
                if doubtful is None:
                    continue
                if isinstance(doubtful, End):
                    return doubtful, waiting, 0
        act = compiled.act
        if asking.is_open and act.kind in STOPPING_OR_UNCERTAIN:
            continue
        matched = Matched(chain.table, chain.name, compiled.rule, mark=meeting.packet.mark)
        asking.log(matched)
        changed = act.change(meeting) if act.change is not None else None
        if asking.is_open:
            changed = None  # it goes on, whatever has come of it
        if isinstance(changed, Kind):
            return End(changed, matched), waiting, 0
        if isinstance(changed, Doubt):
            return End(Kind.UNCERTAIN, matched, changed), waiting, 0
        if act.kind in (Kind.RETURN, Kind.JUMP, Kind.GOTO):
            return act, waiting, -lowest << 1
        if act.kind is not Kind.GO_ON:
            return End(act.kind, matched, act.doubt), waiting, 0
        if act.change is not None:  # the packet may be another one for the rules that follow
            waiting = chain.index.candidates(meeting) & -lowest << 1
    return None, 0, 0


def _doubtful(
    doubt: Doubt, chain: CompiledChain, compiled: CompiledRule, meeting: Meeting, asking: Asking
) -> End | bool | None:
    """True: it is taken to match; None: not, or it makes no difference."""
    matched = Matched(chain.table, chain.name, compiled.rule, mark=meeting.packet.mark)
    if compiled.is_harmless:
        asking.choices.indifferent.append(matched)
        return None
    if doubt.is_unknown and asking.is_open:
        return None
    if doubt.is_unknown:
        return End(Kind.UNCERTAIN, matched, doubt)
    return asking.choices.choose(doubt, matched) or None


def _policy(base: CompiledChain, meeting: Meeting, asking: Asking) -> End:
    matched = Matched(base.table, base.name, policy=base.policy or "ACCEPT", mark=meeting.packet.mark)
    if asking.is_open:
        return End(Kind.ACCEPT, matched)
    asking.log(matched)
    return End(Kind.DROP if base.policy == "DROP" else Kind.ACCEPT, matched)
