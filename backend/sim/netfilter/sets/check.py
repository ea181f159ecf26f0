"""The same as `ask`, made ready for one rule: for most sets one look into a Python set."""

from collections.abc import Callable, Sequence
from operator import attrgetter

from backend.model.address import Family
from backend.sim.netfilter.answer import Answer, Check, Doubt, any_of
from backend.sim.netfilter.meeting import Meeting
from backend.sim.netfilter.sets.asking import Question, ask
from backend.sim.netfilter.sets.bound import Interfaces
from backend.sim.netfilter.sets.compiled import CompiledSet, Listed
from backend.sim.netfilter.sets.keyed import Keyed
from backend.sim.netfilter.sets.shape import ADDRESS

NAME = {True: attrgetter("iif"), False: attrgetter("oif")}


def check(compiled: CompiledSet, question: Question, family: Family) -> Check:
    if not compiled.takes(family, len(question.directions)):
        return lambda meeting: False
    if compiled.flaw:
        unknown = Doubt(compiled.flaw, is_unknown=True)
        return lambda meeting: unknown

    def slow(meeting: Meeting) -> Answer:
        return ask(compiled, meeting, question)

    if question.counting and compiled.has_counters:
        return slow
    content = compiled.content
    if isinstance(content, Listed):
        return _check_list(content, question, family) or slow
    wanted = question.wants_nomatch and compiled.has_nomatch
    if isinstance(content, Interfaces):
        return slow if content.has_ending else _check_interfaces(content, question.directions, wanted, slow)
    key = content.shape.key(question.directions)
    return slow if key is None else _check_keyed(content, key, wanted, slow)


def _check_list(content: Listed, question: Question, family: Family) -> Check | None:
    if any(member.ends_s for _, member in content.members):
        return None
    inner = Question(question.directions, question.wants_nomatch)
    checks = [check(each, inner, family) for each, _ in content.members]

    def check_list(meeting: Meeting) -> Answer:
        return any_of(each(meeting) for each in checks)

    return check_list


def _check_interfaces(content: Interfaces, directions: Sequence[bool], wanted: bool, slow: Check) -> Check:
    address = ADDRESS[directions[0]]
    name = NAME[directions[1]]
    levels = content.levels

    def check_interface(meeting: Meeting) -> Answer:
        if meeting.changed_sets:
            return slow(meeting)
        number, wished = address(meeting), name(meeting)
        for mask, nets in levels:
            group = nets.get(number & mask)
            if group and wished:
                return next((each.member.is_nomatch is wanted for each in group if each.is_of(wished)), False)
        return False

    return check_interface


def _check_keyed(content: Keyed, key: Callable[[Meeting], int], wanted: bool, slow: Check) -> Check:
    rows = [(level.mask, level.plain, level.special) for level in content.levels]
    if not rows:
        return lambda meeting: slow(meeting) if meeting.changed_sets else False
    if len(rows) == 1 and not rows[0][2]:
        return _check_one(rows[0][0], rows[0][1], key, wanted, slow)

    def check_all(meeting: Meeting) -> Answer:
        number = key(meeting)
        if number < 0 or meeting.changed_sets:
            return slow(meeting)
        for mask, plain, special in rows:
            masked = number & mask
            if masked in plain:
                return not wanted
            if masked in special:
                return slow(meeting) if special[masked].ends_s else special[masked].is_nomatch is wanted
        return False

    return check_all


def _check_one(mask: int, plain: set[int], key: Callable[[Meeting], int], wanted: bool, slow: Check) -> Check:
    def check_one(meeting: Meeting) -> Answer:
        number = key(meeting)
        if number < 0 or meeting.changed_sets:
            return slow(meeting)
        return number & mask in plain and not wanted

    return check_one
