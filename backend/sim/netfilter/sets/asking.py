"""Whether a packet is a member, as ip_set_test() of net/netfilter/ipset/ip_set_core.c says it."""

from msgspec import Struct, structs

from backend.sim.netfilter.answer import Answer, Doubt, together
from backend.sim.netfilter.meeting import Meeting
from backend.sim.netfilter.sets.compiled import CompiledSet, Listed, content_after
from backend.sim.netfilter.sets.member import Member, settled


class Question(Struct, frozen=True):
    directions: tuple[bool, ...]
    """For each part of the element, whether it is taken from the packet's source."""
    wants_nomatch: bool = False
    counting: str = ""
    """What is asked of the counters of the member."""


def ask(compiled: CompiledSet, meeting: Meeting, question: Question) -> Answer:
    if not compiled.takes(meeting.packet.family, len(question.directions)):
        return False
    if compiled.flaw:
        return Doubt(compiled.flaw, is_unknown=True)
    content = compiled.content
    if isinstance(content, Listed):
        return _ask_list(compiled, content, meeting, question)
    if meeting.changed_sets:
        changed = content_after(compiled, meeting.changed_sets)
        if changed is None:
            return undecided(compiled.name)
        content = changed
    wanted = question.wants_nomatch and compiled.has_nomatch
    return settled(
        compiled.name,
        content.candidates(meeting, question.directions),
        lambda member: member is not None and member.is_nomatch is wanted,
        question.counting if compiled.has_counters else "",
    )


def undecided(name: str) -> Doubt:
    return Doubt(f"set {name}: what a rule with target SET has made of it before")


def _ask_list(compiled: CompiledSet, content: Listed, meeting: Meeting, question: Question) -> Answer:
    """list_set_ktest(): counters are those of the list, never those of the sets in it."""
    inner = structs.replace(question, counting="")
    doubts: list[Doubt] = []
    for each, member in content.members:
        answer = ask(each, meeting, inner)
        if answer is not False:
            whys = [why for why in (answer, *depending(compiled, member, question)) if isinstance(why, Doubt)]
            if not whys:
                return True
            doubts += whys
    return together(doubts) if doubts else False


def depending(compiled: CompiledSet, member: Member, question: Question) -> list[Doubt]:
    """Of a set in a list."""
    reasons = [member.ending] if member.ends_s else []
    if question.counting and compiled.has_counters:
        reasons.append(question.counting)
    return [Doubt(f"set {compiled.name}: {reason}") for reason in reasons]
