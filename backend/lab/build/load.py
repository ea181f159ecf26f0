"""Sets and rules, loaded by the tools that people load them with, many namespaces side by side."""

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

from backend.lab.build import tool
from backend.lab.build.backend import choose, restoring
from backend.lab.build.handles import read_handles
from backend.lab.build.loaded import Loaded, numbers, together
from backend.lab.build.space import Refusal, Spaces
from backend.lab.kernel.namespace import is_machines_root
from backend.lab.plan.firewall import parts
from backend.lab.plan.operation import Backend, LoadRules, LoadSets, joined

AT_ONCE = 12
"""iptables-nft waits for the kernel most of the time, so several run side by side."""
RULES_OF_A_PART = 100
"""Without root, iptables-nft-restore fails from about 200 rules of one table on."""
Load = LoadSets | LoadRules


def load(operations: Sequence[Load], spaces: Spaces, among: Iterable[Backend]) -> tuple[Loaded, list[Refusal]]:
    """With the first backend of those that works; what is refused is told, and all else is loaded."""
    families = sorted({each.family for each in operations if isinstance(each, LoadRules)})
    choice = choose(families, among)
    refusals = [Refusal("lab", "iptables-restore", said) for said in choice.refusals]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        work = [(choice.backend, mine, spaces) for mine in _by_namespace(operations)]
        done = list(pool.map(lambda each: _load_one(*each), work))
    refusals += [refusal for _, refused in done for refusal in refused]
    return together(choice.backend, (loaded for loaded, _ in done)), refusals


def _by_namespace(operations: Iterable[Load]) -> list[list[Load]]:
    """Sets before the rules that name them."""
    found: dict[str, list[Load]] = {}
    for each in sorted(operations, key=lambda each: isinstance(each, LoadRules)):
        found.setdefault(each.namespace, []).append(each)
    return list(found.values())


def _load_one(backend: Backend | None, operations: Sequence[Load], spaces: Spaces) -> tuple[Loaded, list[Refusal]]:
    descriptor = spaces[operations[0].namespace].descriptor
    refusals: list[Refusal] = []
    found = []
    for operation in operations:
        if isinstance(operation, LoadSets):
            refusals += _load_sets(operation, descriptor)
        elif backend is not None:
            refusals += _load_rules(backend, operation, descriptor)
            found.append(Loaded(backend, numbers(operation)))
    if backend is Backend.NFT and found:
        found.append(Loaded(backend, handles=read_handles(operations[0].namespace, descriptor)))
    return together(backend, found), refusals


def _load_sets(operation: LoadSets, descriptor: int) -> Iterator[Refusal]:
    said = tool.run(descriptor, ["ipset", "restore"], operation.text)
    if not said.is_done:
        yield Refusal(operation.namespace, "ipset", said.errors, operation.router)


def _load_rules(backend: Backend, operation: LoadRules, descriptor: int) -> Iterator[Refusal]:
    in_parts = backend is Backend.NFT and not is_machines_root()
    texts = [joined(part) for part in parts(operation.lines, RULES_OF_A_PART)] if in_parts else [operation.text]
    for number, text in enumerate(texts):
        command = [restoring(backend, operation.family), "--wait", *(["--noflush"] if number else [])]
        said = tool.run(descriptor, command, text)
        if not said.is_done:
            yield Refusal(operation.namespace, command[0], said.errors, operation.router)
            return
