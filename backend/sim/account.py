"""What is told of one visit, in its order: rules, policies, routes, marks and translations."""

from collections.abc import Iterable

from msgspec import structs

from backend.model.answer import Decision
from backend.model.trace import Step, StepKind
from backend.sim.netfilter.meeting import Meeting
from backend.sim.netfilter.traverse import Matched
from backend.sim.netfilter.tried import Trail
from backend.sim.packet import Packet
from backend.sim.passing import Entry
from backend.sim.words import decision_of, ends


class Account:
    def __init__(self, entry: Entry, meeting: Meeting) -> None:
        self._entry = entry
        self._meeting = meeting
        self._mark = meeting.packet.mark
        self._trail = Trail(entry.firewall) if entry.is_explained else None
        self.steps: list[Step] = []
        self.matched: list[Matched] = []

    def copy(self, meeting: Meeting, step: Step) -> "Account":
        other = Account(self._entry, meeting)
        other.steps, other.matched, other._mark = [*self.steps, step], list(self.matched), self._mark
        return other

    def log(self, matched: Matched) -> None:
        if matched.mark != self._mark:
            self.steps.append(Step(StepKind.MARK, f"{self._mark:#x}", f"{matched.mark:#x}"))
            self._mark = matched.mark
        self.matched.append(matched)
        step = self.decision(matched).step
        if self._trail is not None:
            step = structs.replace(step, tried=self._trail.tried(matched, self._meeting))
        self.steps.append(step)

    def tell_unknown(self, matched: Matched, decision: Decision) -> None:
        """A rule of which nobody can say whether it matches was not logged."""
        if self.matched[-1:] != [matched]:
            tried = self._trail.tried(matched, self._meeting) if self._trail is not None else None
            self.steps.append(structs.replace(decision.step, outcome="unknown", tried=tried))

    def tell_translation(self, before: Packet) -> None:
        after = self._meeting.packet
        if after is not before and ends(before) != ends(after):
            self.steps.append(Step(StepKind.TRANSLATION, ends(before), ends(after)))

    def decision(self, matched: Matched) -> Decision:
        return decision_of(self._entry.router.name, self._entry.packet.family, matched)

    def accepting(self) -> Decision | None:
        """What of table filter let the packet through."""
        return next((self.decision(each) for each in _latest(self.matched) if _accepts(each)), None)


def _latest(matched: list[Matched]) -> Iterable[Matched]:
    return (each for each in reversed(matched) if each.table == "filter")


def _accepts(matched: Matched) -> bool:
    target = matched.rule.target if matched.rule is not None else None
    return (matched.policy or (target.name if target is not None else "")) == "ACCEPT"
