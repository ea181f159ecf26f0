"""The mark that `--map-set` takes from the member that a packet is."""

from backend.sim.netfilter.answer import Doubt, together
from backend.sim.netfilter.meeting import Meeting
from backend.sim.netfilter.sets.asking import Question, ask, depending, undecided
from backend.sim.netfilter.sets.compiled import CompiledSet, Listed, content_after
from backend.sim.netfilter.sets.member import Member, settled

Bits = tuple[int, int]


def marking(compiled: CompiledSet, meeting: Meeting, question: Question) -> Bits | Doubt | None:
    """Mark and mask; None if it is no member."""
    if not compiled.takes(meeting.packet.family, len(question.directions)):
        return None
    if compiled.flaw:
        return Doubt(compiled.flaw, is_unknown=True)
    if isinstance(compiled.content, Listed):
        return _marking_of_list(compiled, compiled.content, meeting, question)
    content = content_after(compiled, meeting.changed_sets)
    if content is None:
        return undecided(compiled.name)
    return settled(compiled.name, content.candidates(meeting, question.directions), _bits)


def _bits(member: Member | None) -> Bits | None:
    return None if member is None or member.is_nomatch else member.mark


def _marking_of_list(
    compiled: CompiledSet, content: Listed, meeting: Meeting, question: Question
) -> Bits | Doubt | None:
    """The first set in it that has the packet as a member; what the list says of the set counts more."""
    for each, member in content.members:
        answer = ask(each, meeting, question)
        if answer is False:
            continue
        whys = [why for why in (answer, *depending(compiled, member, question)) if isinstance(why, Doubt)]
        if whys:
            return together(whys)
        return member.mark if compiled.has_marks else marking(each, meeting, question)
    return None
