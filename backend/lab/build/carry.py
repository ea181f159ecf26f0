"""Rules on sets that could not be made here, or not wholly: carried by others where that is exact, or not loaded."""

from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from backend.facts.ipset import read_saved
from backend.facts.iptables import parse_rule, rule_text, split_words
from backend.facts.notes import Notes
from backend.facts.sections import Section
from backend.lab.build.sets import SetsOutcome
from backend.lab.plan.carrier import CarrierError, carried
from backend.lab.plan.operation import LoadSets, RuleLine
from backend.lab.plan.rule import sets_named
from backend.model.address import Family


class Carriage:
    """Of one namespace."""

    def __init__(self, operation: LoadSets | None, outcome: SetsOutcome) -> None:
        lines = [line for line in operation.lines if line.name in outcome.missing] if operation else []
        said = [line.text for line in lines if not line.flaw]
        self._missing = {each.name: each for each in read_saved(Section("", lines=said), Notes(""))}
        self._incomplete = outcome.incomplete | {line.name: line.flaw for line in lines if line.flaw}
        self._named: set[str] = set()
        self._left: set[str] = set()

    @property
    def replaced(self) -> set[str]:
        """Sets that are not there and not needed: all rules that name them are carried by others."""
        return self._named - self._left

    def lines(self, lines: Sequence[RuleLine], family: Family) -> list[RuleLine]:
        if not self._missing and not self._incomplete:
            return list(lines)
        return [new for line in lines for new in self._of(line, family)]

    def _of(self, line: RuleLine, family: Family) -> Iterator[RuleLine]:
        named = sets_named(line)
        lost = [name for name in named if name in self._missing]
        self._named.update(lost)
        flaw = line.flaw or next((self._incomplete[name] for name in named if name in self._incomplete), "")
        if lost and not flaw:
            try:
                yield from self._carried(line, family)
                return
            except CarrierError as error:
                flaw = f"{', '.join(lost)} could not be made, and {error}"
        self._left.update(lost)
        yield replace(line, flaw=flaw)

    def _carried(self, line: RuleLine, family: Family) -> list[RuleLine]:
        words = split_words(line.text)[2:]
        rule = parse_rule(words, line.table, line.chain, line.number, None, "", line.line)
        return [replace(line, text=rule_text(each)) for each in carried(rule, family, self._missing)]
