"""Sets and their entries, loaded by ipset; what it refuses is found line by line."""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct

from backend.lab.build import tool
from backend.lab.build.complaint import Complaint, complaints
from backend.lab.plan.operation import SetLine, joined

COMMAND = ("ipset", "-exist", "restore")
"""What is said twice does no harm."""
AT_ONCE = 1000
RUNS = 1000
NOT_TRIED = "not tried, since so much else was refused"


class SetsOutcome(Struct, frozen=True):
    names: tuple[str, ...] = ()
    """Of those that are there, in the order in which they were made."""
    refused: tuple[tuple[SetLine, str], ...] = ()
    missing: dict[str, str] = {}
    """Sets that could not be made, and why."""
    incomplete: dict[str, str] = {}
    """Sets that lack an entry, or have one that does, and why."""


def load_sets(descriptor: int, lines: Sequence[SetLine]) -> SetsOutcome:
    creates = [line for line in lines if line.is_create]
    if not any(line.flaw for line in lines) and tool.run(descriptor, COMMAND, joined(lines)).is_done:
        return SetsOutcome(tuple(line.name for line in creates))
    missing = list(_refused(descriptor, creates))
    names = {line.name for line in creates} - {line.name for line, _ in missing}
    entries = [line for line in lines if not line.is_create and line.name in names]
    lost = list(_refused(descriptor, entries))
    return SetsOutcome(
        tuple(line.name for line in creates if line.name in names),
        (*missing, *lost),
        {line.name: reason for line, reason in missing},
        _incomplete(lost, creates, entries),
    )


def _refused(descriptor: int, lines: Sequence[SetLine]) -> Iterator[tuple[SetLine, str]]:
    yield from ((line, line.flaw) for line in lines if line.flaw)
    said = [line for line in lines if not line.flaw]
    waiting = deque(said[at : at + AT_ONCE] for at in range(0, len(said), AT_ONCE))
    for _ in range(RUNS):
        if not waiting:
            return
        some = waiting.popleft()
        told = tool.run(descriptor, COMMAND, joined(some))
        if told.is_broken:
            waiting.appendleft(some)
            break
        if not told.is_done:
            at, complaint = _where(some, complaints(told.errors)[0])
            if complaint:
                yield some[at], complaint.reason
            # What the tool has read it sends now and then: where it stops, some of what came before may be lost.
            parts = some[:at], some[at + 1 if complaint else at :]
            waiting.extendleft(part for part in reversed(parts) if part)
    reason = told.errors if told.is_broken else NOT_TRIED
    yield from ((line, reason) for some in waiting for line in some)


def _where(lines: Sequence[SetLine], complaint: Complaint) -> tuple[int, Complaint | None]:
    """The line that is refused; the middle where the tool names none."""
    if complaint.line is not None and 0 < complaint.line <= len(lines):
        return complaint.line - 1, complaint
    return len(lines) // 2, complaint if len(lines) == 1 else None


def _incomplete(
    lost: Iterable[tuple[SetLine, str]], creates: Iterable[SetLine], entries: Iterable[SetLine]
) -> dict[str, str]:
    """Those, and the lists that they are members of; a list is no member of another."""
    found: dict[str, str] = {}
    for line, reason in lost:
        found.setdefault(line.name, f"set {line.name} lacks an entry: {line.text}: {reason}")
    lists = {line.name for line in creates if line.text.split()[2] == "list:set"}
    members = [(line.name, line.text.split()[2]) for line in entries if line.name in lists and not line.flaw]
    return {name: found[member] for name, member in members if member in found} | found
