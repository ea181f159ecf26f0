"""Tables of rules while it is found out which rules are refused. Pure.

In the place of one that is refused stands a marker that does nothing, so that the others keep their numbers, and
whoever hears that a packet met it knows that the answer is not known.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from backend.lab.plan.operation import RuleLine
from backend.lab.plan.rule import stand_ins


class Slot:
    """The place of a rule, and what stands in it."""

    def __init__(self, wanted: RuleLine) -> None:
        self.wanted = wanted
        self.line: RuleLine | None = wanted
        self.reason = ""
        """Why it is not the rule itself."""
        self.is_checked = False
        self._others: list[RuleLine] | None = None
        if wanted.flaw:
            self.refuse(wanted.flaw)

    def refuse(self, reason: str) -> None:
        """Takes what is left to stand here: something for a rule of the facts, nothing for one of the lab's own."""
        self.reason = self.reason or reason
        if self._others is None:
            self._others = list(stand_ins(self.wanted)) if self.wanted.number > 0 else []
        self.line = self._others.pop(0) if self._others else None

    def give_up(self, reason: str) -> None:
        """Takes what no tool refuses."""
        while self.line is not None and self.line.text != f"-A {self.wanted.chain}":
            self.refuse(reason)

    def clear(self, reason: str) -> None:
        self.reason, self.line, self._others = self.reason or reason, None, []


class Table:
    def __init__(self, lines: Sequence[RuleLine]) -> None:
        self.head, *rest = lines
        self.reason = self.head.flaw
        """Why it cannot be made."""
        self.chains = [line for line in rest if line.text.startswith(":")]
        self.slots = [Slot(line) for line in rest if line.chain]
        self.refused: list[tuple[RuleLine, str]] = []
        """Lines of chains."""
        self.policies: set[str] = set()
        """Chains that have another policy than they should."""
        for chain in [each for each in self.chains if each.flaw]:
            self.refuse_chain(chain, chain.flaw)

    @property
    def name(self) -> str:
        return self.head.table

    @property
    def top(self) -> list[RuleLine]:
        return [self.head, *self.chains]

    def whole(self, rules: Sequence[RuleLine]) -> list[RuleLine]:
        return [*self.top, *rules, RuleLine("COMMIT", self.name)]

    def only(self, rules: Sequence[RuleLine]) -> list[RuleLine]:
        """To be appended to what is there."""
        return [self.head, *rules, RuleLine("COMMIT", self.name)]

    def refuse_chain(self, line: RuleLine, reason: str) -> None:
        """Its policy first; then there is no such chain."""
        name, *rest = line.text[1:].split()
        self.refused.append((line, reason))
        at = next(at for at, chain in enumerate(self.chains) if chain is line)
        if not line.flaw and rest[:1] != ["-"]:
            self.policies.add(name)
            self.chains[at] = RuleLine(f":{name} - [0:0]", self.name)
            return
        del self.chains[at]
        self.policies.discard(name)
        for slot in self.slots:
            if slot.wanted.chain == name:
                slot.clear(f"its chain could not be made: {reason}")


def standing(slots: Iterable[Slot]) -> list[RuleLine]:
    return [slot.line for slot in slots if slot.line is not None]


def tables(lines: Sequence[RuleLine]) -> Iterator[Table]:
    for _, group in groupby(lines, key=lambda line: line.table):
        yield Table(list(group))
