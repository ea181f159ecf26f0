"""`-m set`: net/netfilter/xt_set.c, and libxt_set of iptables."""

from collections.abc import Sequence

from backend.model.firewall import Match, Option
from backend.sim.netfilter.answer import Check, Doubt
from backend.sim.netfilter.match.checks import always, unless
from backend.sim.netfilter.scope import Scope
from backend.sim.netfilter.sets.asking import Question
from backend.sim.netfilter.sets.check import check
from backend.sim.netfilter.sets.compiled import CompiledSet

NAMING = frozenset(("--match-set", "--set"))
COUNTING = frozenset(("--packets-eq", "--packets-lt", "--packets-gt", "--bytes-eq", "--bytes-lt", "--bytes-gt"))
SILENT = frozenset(("--return-nomatch", "--update-counters", "--update-subcounters"))
"""Without a value. Whether counters are updated makes no difference to the packet."""
MOST_FLAGS = 6


def compile_set_match(match: Match, scope: Scope) -> Check:
    naming = [option for option in match.options if option.name in NAMING]
    strange = [option.name for option in match.options if option.name not in NAMING | COUNTING | SILENT]
    if strange or len(naming) != 1:
        what = strange[0] if strange else "one --match-set is needed"
        return always(Doubt(f"set: {what}", is_unknown=True))
    found = named(naming[0], scope)
    if isinstance(found, Doubt):
        return always(found)
    compiled, directions = found
    wants_nomatch = any(option.name == "--return-nomatch" for option in match.options)
    question = Question(directions, wants_nomatch, _counting(match.options))
    return unless(check(compiled, question, scope.family), naming[0].negated)


def named(option: Option, scope: Scope) -> tuple[CompiledSet, tuple[bool, ...]] | Doubt:
    """The set of `NAME src,dst`, and for each flag whether it is src."""
    text = " ".join((option.name, *option.values))
    flags = option.values[1].split(",") if len(option.values) == 2 else []
    if not flags or len(flags) > MOST_FLAGS or not {"src", "dst"}.issuperset(flags):
        return Doubt(f"set: {text}: expected a set and up to {MOST_FLAGS} times src or dst", is_unknown=True)
    name = option.values[0]
    if scope.sets is None:
        return Doubt(f"set {name}: {scope.sets_missing}", is_unknown=True)
    compiled = scope.sets.get(name)
    if compiled is None:
        return Doubt(f"set {name} is not in the facts", is_unknown=True)
    return compiled, tuple(flag == "src" for flag in flags)


def _counting(options: Sequence[Option]) -> str:
    words = [("!",) * option.negated + (option.name, *option.values) for option in options if option.name in COUNTING]
    return ", ".join(" ".join(each) for each in words)
