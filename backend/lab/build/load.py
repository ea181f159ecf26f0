"""Sets and rules, loaded by the tools that people load them with, many namespaces side by side."""

from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor

from backend.lab.build.backend import Choice, choose
from backend.lab.build.carry import Carriage
from backend.lab.build.compiled import (
    STORE,
    CompiledRules,
    CompiledSets,
    compile_rules,
    compile_sets,
    key_of,
    put_rules,
    put_sets,
)
from backend.lab.build.handles import read_handles
from backend.lab.build.loaded import Loaded, numbers, together
from backend.lab.build.refused import Outcome, load_rules
from backend.lab.build.restore import Restore
from backend.lab.build.sets import SetsOutcome, load_sets
from backend.lab.build.space import Refusal, Spaces
from backend.lab.plan.operation import Backend, LoadRules, LoadSets, RuleLine, SetLine
from backend.model.address import Family

AT_ONCE = 12
"""iptables-nft waits for the kernel most of the time, so several run side by side."""
RUNS = 1000
"""How often a tool is started to find what it refuses of one ruleset."""
Load = LoadSets | LoadRules


def load(operations: Sequence[Load], spaces: Spaces, among: Iterable[Backend]) -> tuple[Loaded, list[Refusal]]:
    """With the first backend of those that works; what is refused is told, and all else is loaded."""
    choice = _choice({each.family for each in operations if isinstance(each, LoadRules)}, tuple(among))
    refusals = [Refusal("lab", "iptables-restore", said) for said in choice.refusals]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        work = [(choice.backend, mine, spaces[mine[0].namespace].descriptor) for mine in _by_namespace(operations)]
        done = list(pool.map(lambda each: _load_one(*each), work))
    refusals += [refusal for _, refused in done for refusal in refused]
    return together(choice.backend, (loaded for loaded, _ in done)), refusals


def _choice(families: set[Family], among: Sequence[Backend]) -> Choice:
    """What has worked before is not tried again."""
    if families and among[:1] == (Backend.LEGACY,) and families <= STORE.families():
        return Choice(Backend.LEGACY)
    return choose(sorted(families), among)


def _by_namespace(operations: Iterable[Load]) -> list[list[Load]]:
    """Sets before the rules that name them."""
    found: dict[str, list[Load]] = {}
    for each in sorted(operations, key=lambda each: isinstance(each, LoadRules)):
        found.setdefault(each.namespace, []).append(each)
    return list(found.values())


def _load_one(backend: Backend | None, operations: Sequence[Load], descriptor: int) -> tuple[Loaded, list[Refusal]]:
    refusals: list[Refusal] = []
    found = []
    sets = next((each for each in operations if isinstance(each, LoadSets)), None)
    made = _load_sets(descriptor, sets.lines) if sets else SetsOutcome()
    carriage = Carriage(sets, made)
    for operation in operations:
        if isinstance(operation, LoadRules) and backend is not None:
            lines = carriage.lines(operation.lines, operation.family)
            outcome = _load_rules(backend, operation.family, descriptor, lines, made.names)
            refusals += [_refusal(operation, line, reason) for line, reason in outcome.refused]
            found.append(_loaded(operation, outcome))
    if sets:
        told = [each for each in made.refused if each[0].name not in carriage.replaced]
        refusals = [_refusal(sets, line, reason) for line, reason in told] + refusals
    if backend is Backend.NFT and found:
        found.append(Loaded(handles=read_handles(operations[0].namespace, descriptor)))
    return together(backend, found), refusals


def _load_sets(descriptor: int, lines: Sequence[SetLine]) -> SetsOutcome:
    """What this process has loaded before is not given to the tool again."""
    key = key_of(lines)
    known = STORE.find(key)
    if isinstance(known, CompiledSets):
        put_sets(descriptor, known)
        return known.outcome
    outcome = load_sets(descriptor, lines)
    STORE.keep(key, compile_sets(descriptor, outcome))
    return outcome


def _load_rules(
    backend: Backend, family: Family, descriptor: int, lines: Sequence[RuleLine], sets: Sequence[str]
) -> Outcome:
    if backend is Backend.NFT:
        return load_rules(Restore(descriptor, backend, family, RUNS), lines)
    key = key_of(family, sets, lines)
    known = STORE.find(key)
    if isinstance(known, CompiledRules):
        put_rules(descriptor, known)
        return known.outcome
    outcome = load_rules(Restore(descriptor, backend, family, RUNS), lines)
    STORE.keep(key, compile_rules(descriptor, family, outcome))
    return outcome


def _refusal(operation: Load, line: SetLine | RuleLine, reason: str) -> Refusal:
    return Refusal(operation.namespace, line.text, reason, operation.router, operation.section, line.line)


def _loaded(operation: LoadRules, outcome: Outcome) -> Loaded:
    where = operation.namespace, operation.family
    return Loaded(
        numbers=numbers(*where, outcome.lines),
        markers=frozenset((*where, *marker) for marker in outcome.markers),
        lacking=frozenset((*where, table) for table in outcome.lacking),
    )
