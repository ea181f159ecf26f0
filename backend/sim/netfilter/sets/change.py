"""What target SET makes of a set, on the way of one packet: ip_set_add() and ip_set_del() of ip_set_core.c.

Both say whether the kernel does it without an error, since a list of sets goes on to its next set after one.
"""

from backend.sim.netfilter.meeting import Meeting
from backend.sim.netfilter.sets.bound import Interfaces
from backend.sim.netfilter.sets.compiled import UNCERTAIN, CompiledSet, Listed, content_after
from backend.sim.netfilter.sets.keyed import Keyed

Directions = tuple[bool, ...]
FEW_BUCKETS = 1024
"""With more, each region of a hash has a limit of its own (ahash_numof_locks() of ip_set_hash_gen.h)."""


def add(compiled: CompiledSet, meeting: Meeting, directions: Directions, has_exist: bool) -> bool:
    if not compiled.takes(meeting.packet.family, len(directions)) or compiled.flaw:
        return False
    if isinstance(compiled.content, Listed):
        return any(add(each, meeting, directions, has_exist) for each, _ in compiled.content.members)
    content = content_after(compiled, meeting.changed_sets)
    elements = UNCERTAIN if content is None else _elements(compiled, content, meeting, directions)
    if elements is None:
        return False
    there = content.member(elements) if elements and content is not None else None
    if there is not None and (there.is_nomatch or not there.ends_s) and not has_exist:
        return False
    if there is None and content is not None and compiled.room.has_limit and len(content) >= compiled.room.most:
        if not _may_fit(compiled):
            return False
        elements = UNCERTAIN
    _remember(meeting, compiled.name, elements, is_added=True)
    # Where it ends it is there for a while more, or anew: a member in any case.
    return there is None or has_exist


def delete(compiled: CompiledSet, meeting: Meeting, directions: Directions) -> bool:
    if not compiled.takes(meeting.packet.family, len(directions)) or compiled.flaw:
        return False
    if isinstance(compiled.content, Listed):
        return any(delete(each, meeting, directions) for each, _ in compiled.content.members)
    content = content_after(compiled, meeting.changed_sets)
    elements = UNCERTAIN if content is None else _elements(compiled, content, meeting, directions)
    if elements is None:
        return False
    if elements and content is not None and content.member(elements) is None:
        return False
    _remember(meeting, compiled.name, elements, is_added=elements == UNCERTAIN)
    return True


def _elements(
    compiled: CompiledSet, content: Keyed | Interfaces, meeting: Meeting, directions: Directions
) -> tuple[str, ...] | None:
    """None where the kernel makes none of such a packet."""
    if isinstance(content, Interfaces):
        return content.written(meeting, directions)
    asked = content.shape.asked(meeting, directions)
    if asked is None:
        return None
    if asked[1]:
        return UNCERTAIN
    span = compiled.room.span
    if span is not None and not span[0] <= asked[0] <= span[1]:
        return None
    if compiled.type == "hash:ip" and not asked[0]:
        return None
    return content.written(asked)


def _may_fit(compiled: CompiledSet) -> bool:
    """Whether it is a matter of luck that one more element finds a place."""
    return compiled.room.has_timeout or compiled.room.is_forced or compiled.room.buckets > FEW_BUCKETS


def _remember(meeting: Meeting, name: str, elements: tuple[str, ...], is_added: bool) -> None:
    """In a mapping of its own, since meetings begin with the same empty one; the last change is the last in it."""
    changes = {key: value for key, value in meeting.changed_sets.items() if key != (name, elements)}
    meeting.changed_sets = {**changes, (name, elements): is_added}
