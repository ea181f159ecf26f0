"""Which rules a packet was asked by in vain, and what of them did not fit.

The walk itself looks only at rules that may match (see index). Who wants to know of the others has what was matched
followed here, with the packet as it was then: between two matches nothing changes it.
"""

from collections.abc import Iterator

from msgspec import Struct, structs

from backend.model.firewall import Match, Rule
from backend.model.trace import Tried
from backend.sim.netfilter.answer import Doubt, together
from backend.sim.netfilter.firewall import CompiledFirewall
from backend.sim.netfilter.found import found
from backend.sim.netfilter.match import compile_match
from backend.sim.netfilter.match.checks import in_words
from backend.sim.netfilter.meeting import Hook, Meeting
from backend.sim.netfilter.rule import CompiledChain, CompiledRule, CompiledTable, Kind
from backend.sim.netfilter.scope import Scope
from backend.sim.netfilter.traverse import Matched


class At(Struct):
    """A place in a chain: the first rules of it are done with."""

    chain: CompiledChain
    done: int = 0


class Trail:
    """A packet's way through the tables of one router, from match to match."""

    def __init__(self, firewall: CompiledFirewall) -> None:
        self._firewall = firewall
        self._asked: tuple[Hook, str] | None = None
        self._stack: list[At] = []

    def tried(self, matched: Matched, meeting: Meeting) -> tuple[Tried, ...]:
        """The rules between the last match and this one. `meeting`: before this one changes it."""
        table = self._firewall.tables[matched.table]
        if self._asked != (meeting.hook, matched.table):
            self._asked = meeting.hook, matched.table
            self._stack = [At(table.chains[meeting.hook.name])]
        asked = structs.replace(meeting)  # since some matches change it
        passed = list(self._passed(matched))
        self._go(matched, table)
        return tuple(_told(each, asked) for each in passed)

    def _passed(self, matched: Matched) -> Iterator[CompiledRule]:
        """Chains that do not have the matched rule were left at their end."""
        while self._stack:
            at = self._stack[-1]
            if matched.rule is not None and at.chain.name == matched.chain:
                yield from at.chain.rules[at.done : matched.rule.number - 1]
                at.done = matched.rule.number
                return
            yield from at.chain.rules[at.done :]
            self._stack.pop()

    def _go(self, matched: Matched, table: CompiledTable) -> None:
        if matched.rule is None:
            return
        act = self._stack[-1].chain.rules[matched.rule.number - 1].act
        if act.kind in (Kind.RETURN, Kind.GOTO):
            self._stack.pop()
        if act.kind in (Kind.JUMP, Kind.GOTO):
            self._stack.append(At(table.chains[act.chain]))


def _told(compiled: CompiledRule, meeting: Meeting) -> Tried:
    rule = compiled.rule
    reason = why_not(compiled, meeting)
    return Tried(rule.table, rule.chain, rule.number, rule.text, reason, rule.line or None)


def why_not(compiled: CompiledRule, meeting: Meeting) -> str:
    """The first option that says no."""
    rule, scope = compiled.rule, compiled.scope
    doubts: list[Doubt] = []
    for match in rule.matches:
        answer = compile_match(match, rule, scope)(meeting)
        if answer is False:
            return _refusal(match, rule, meeting, scope)
        if isinstance(answer, Doubt):
            doubts.append(answer)
    if not doubts:
        return "did not match when it was asked"
    depends = f"depends on {together(doubts).text}"
    return f"{depends}, but changes nothing" if compiled.is_harmless else f"{depends}: taken not to match"


def _refusal(match: Match, rule: Rule, meeting: Meeting, scope: Scope) -> str:
    """An option that says no only beside others is not told apart from them."""
    for option in match.options:
        alone = Match(match.module, (option,))
        if len(match.options) == 1 or compile_match(alone, rule, scope)(meeting) is False:
            what = found(match, option, meeting, scope)
            return f"{' '.join(('!',) * option.negated + (option.name, *option.values))}: {what or 'does not fit'}"
    return f"{in_words(match)}: does not fit" if match.module else in_words(match)
