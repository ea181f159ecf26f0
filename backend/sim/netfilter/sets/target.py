"""Target SET: what it adds and deletes is known to the rules that the packet meets later (xt_set.c)."""

from collections.abc import Callable

from msgspec import structs

from backend.model.firewall import Option, Target
from backend.sim.netfilter.answer import Doubt
from backend.sim.netfilter.meeting import Meeting
from backend.sim.netfilter.scope import Scope
from backend.sim.netfilter.sets.asking import Question
from backend.sim.netfilter.sets.change import add, delete
from backend.sim.netfilter.sets.compiled import CompiledSet
from backend.sim.netfilter.sets.marking import marking
from backend.sim.netfilter.sets.match import named

Change = Callable[[Meeting], Doubt | None]
"""A doubt: nobody can say what the packet is like now."""
KNOWN = frozenset(
    ("--add-set", "--del-set", "--map-set", "--exist", "--timeout", "--map-mark", "--map-prio", "--map-queue")
)


def compile_set_target(target: Target, scope: Scope) -> Change:
    """First it adds, then it deletes, then it maps, in whatever order they are said (set_target_v3())."""
    options = {option.name: option for option in target.options}
    strange = [name for name in options if name not in KNOWN]
    if strange:
        return _always(Doubt(f"SET: {strange[0]}", is_unknown=True))
    has_exist = "--exist" in options
    changes = [
        *_changing(options.get("--add-set"), scope, lambda each, meeting, way: add(each, meeting, way, has_exist)),
        *_changing(options.get("--del-set"), scope, delete),
    ]
    if "--map-set" in options and "--map-mark" in options:
        changes.append(_mapping(options["--map-set"], scope))

    def change(meeting: Meeting) -> Doubt | None:
        for each in changes:
            doubt = each(meeting)
            if doubt is not None:
                return doubt
        return None

    return change


def _changing(
    option: Option | None, scope: Scope, act: Callable[[CompiledSet, Meeting, tuple[bool, ...]], bool]
) -> list[Change]:
    """Nothing for a set that nobody knows: whoever asks for it later says so."""
    found = named(option, scope) if option is not None else None
    if found is None or isinstance(found, Doubt):
        return []
    compiled, directions = found

    def change(meeting: Meeting) -> None:
        act(compiled, meeting, directions)

    return [change]


def _mapping(option: Option, scope: Scope) -> Change:
    found = named(option, scope)
    if isinstance(found, Doubt):
        return _always(found)
    compiled, directions = found
    question = Question(directions)

    def change(meeting: Meeting) -> Doubt | None:
        bits = marking(compiled, meeting, question)
        if isinstance(bits, Doubt):
            return bits
        if bits is not None:
            mark = meeting.packet.mark & ~bits[1] ^ bits[0]
            meeting.packet = structs.replace(meeting.packet, mark=mark)
        return None

    return change


def _always(doubt: Doubt) -> Change:
    return lambda _: doubt
