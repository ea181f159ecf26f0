"""Carries a plan out, in the process that calls, which has namespaces of its own already."""

import os
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path

from msgspec import Struct

from backend.lab.namespace import inside
from backend.lab.operation import (
    Carrier,
    Configure,
    LoadRules,
    LoadSets,
    MakeBridge,
    MakeLink,
    MakeNamespace,
    Operation,
    Plan,
    SetSysctl,
)

TOOL_S = 60
"""No single tool takes that long; one that does hangs."""
CARRIER_S = 5.0
AT_ONCE = 12
"""iptables waits for the kernel most of the time, so several run side by side."""
FAILED = "Command failed "
STAGES: dict[type[Operation], str] = {
    MakeNamespace: "namespaces", MakeLink: "links", MakeBridge: "links", SetSysctl: "settings",
    Configure: "configure", LoadSets: "sets", LoadRules: "rules",
}  # fmt: skip


class Refusal(Struct, frozen=True):
    """An operation that the kernel or a tool refused, with what it said."""

    namespace: str
    operation: str
    message: str

    def __str__(self) -> str:
        return f"{self.namespace}: {self.operation}: {self.message}"


Descriptors = Mapping[str, int]


def apply(plan: Plan) -> tuple[dict[str, int], list[Refusal]]:
    """Open descriptors of the namespaces by name, and all that was refused; what depends on it may be refused too."""
    descriptors: dict[str, int] = {}
    refusals: list[Refusal] = []
    for stage, group in groupby(plan.operations, key=lambda operation: STAGES[type(operation)]):
        operations = list(group)
        if stage == "namespaces":
            refusals += _in_batch(operations)
            descriptors |= {each.namespace: _open(each.namespace) for each in operations}
        elif stage == "links":
            refusals += _in_batch(operations)
        elif stage == "settings":
            refusals += _set(operations, descriptors)
        elif stage == "configure":
            refusals += _configure(operations, descriptors)
        else:
            refusals += _load(operations, descriptors)
    refusals += _wait_for_carriers(plan.carriers, descriptors)
    return descriptors, refusals


def _open(namespace: str) -> int:
    return os.open(f"/run/netns/{namespace}", os.O_RDONLY)


def _by_namespace(operations: Sequence[Operation]) -> dict[str, list[Operation]]:
    found: dict[str, list[Operation]] = {}
    for operation in operations:
        found.setdefault(operation.namespace, []).append(operation)
    return found


def _set(operations: Sequence[Operation], descriptors: Descriptors) -> Iterator[Refusal]:
    for namespace, mine in _by_namespace(operations).items():
        with inside(descriptors[namespace]):
            for each in mine:
                assert isinstance(each, SetSysctl)
                try:
                    Path("/proc/sys", each.key).write_text(each.value)
                except OSError as error:
                    yield Refusal(namespace, each.text, error.strerror or str(error))


def _in_batch(operations: Sequence[Operation], family: int = 0) -> list[Refusal]:
    text = "".join(f"{operation.text}\n" for operation in operations)
    _, errors = _finish(_start(["ip", *([f"-{family}"] if family else []), "-force", "-batch", "-"]), text)
    refusals = [
        Refusal(operations[line - 1].namespace, operations[line - 1].text, message)
        for line, message in batch_failures(errors)
        if line <= len(operations)
    ]
    last = errors.rstrip().rpartition("\n")[2]
    if last and not last.startswith(
        (FAILED, "Warning: ")
    ):  # a word that it does not know ends ip at once, and says no line
        refusals.append(Refusal(operations[0].namespace, "ip -batch", f"{last} (the rest was not done)"))
    return refusals


def batch_failures(errors: str) -> Iterator[tuple[int, str]]:
    """Line and message of what `ip -force -batch` could not do; it names the line behind the message."""
    said: list[str] = []
    for text in errors.splitlines():
        if text.startswith(FAILED):
            yield int(text.rpartition(":")[2]), "; ".join(said)
            said = []
        elif text:
            said.append(text.removeprefix("RTNETLINK answers: ").removeprefix("Error: "))


def _configure(operations: Sequence[Operation], descriptors: Descriptors) -> Iterator[Refusal]:
    for namespace, mine in _by_namespace(operations).items():
        with inside(descriptors[namespace]):
            for family, alike in groupby(mine, key=_family):
                yield from _in_batch(list(alike), family)


def _family(operation: Operation) -> int:
    assert isinstance(operation, Configure)
    return operation.family


def _load(operations: Sequence[Operation], descriptors: Descriptors) -> Iterator[Refusal]:
    for at in range(0, len(operations), AT_ONCE):
        started = []
        for each in operations[at : at + AT_ONCE]:
            assert isinstance(each, LoadSets | LoadRules)
            command = ["ipset", "restore"] if isinstance(each, LoadSets) else _restore(each.family)
            try:
                with inside(descriptors[each.namespace]):
                    started.append((each, command, _start(command)))
            except FileNotFoundError:
                yield Refusal(each.namespace, command[0], "the tool is not installed")
        for each, command, process in started:
            code, errors = _finish(process, each.text)
            if code != 0:
                yield Refusal(each.namespace, command[0], _with_line(errors, each.text))


def _restore(family: int) -> list[str]:
    return ["iptables-restore" if family == 4 else "ip6tables-restore"]


def _with_line(errors: str, text: str) -> str:
    """The tools say `line 5`; the line itself says more."""
    message = " ".join(errors.split())
    number = message.lower().partition("line ")[2].partition(":")[0].split(" ")[0]
    lines = text.splitlines()
    return f"{message} ({lines[int(number) - 1]})" if number.isdecimal() and 0 < int(number) <= len(lines) else message


def _start(command: list[str]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, errors="replace"
    )


def _finish(process: subprocess.Popen[str], text: str) -> tuple[int, str]:
    with process:
        try:
            _, errors = process.communicate(text, timeout=TOOL_S)
        except subprocess.TimeoutExpired:
            process.kill()
            return -1, f"took longer than {TOOL_S} s"
    return process.returncode, errors


def _wait_for_carriers(carriers: Sequence[Carrier], descriptors: Descriptors) -> Iterator[Refusal]:
    """A packet that is sent before the link is up is lost, and its ARP is not sent again for a second."""
    waiting: dict[str, set[str]] = {}
    for each in carriers:
        waiting.setdefault(each.namespace, set()).add(each.dev)
    deadline = time.monotonic() + CARRIER_S
    while waiting and time.monotonic() < deadline:
        waiting = {name: left for name, devs in waiting.items() if (left := devs - _devices_up(descriptors[name]))}
        if waiting:
            time.sleep(0.01)
    for namespace, devs in waiting.items():
        yield Refusal(namespace, f"link set dev {' '.join(sorted(devs))} up", "no carrier")


def _devices_up(descriptor: int) -> set[str]:
    with inside(descriptor):
        listed = subprocess.run(
            ["ip", "-o", "link", "show"], capture_output=True, text=True, check=False, timeout=TOOL_S
        )
    return {
        words[1].rstrip(":").partition("@")[0] for words in map(str.split, listed.stdout.splitlines())
        if " state UP " in f" {' '.join(words)} "
    }  # fmt: skip
