"""Sets and rules, loaded by the tools that people load them with, many side by side."""

import subprocess
from collections import deque
from collections.abc import Iterator, Sequence

from msgspec import Struct

from backend.lab.build.space import Refusal, Spaces
from backend.lab.kernel.namespace import inside, is_machines_root
from backend.lab.plan.firewall import parts
from backend.lab.plan.operation import LoadRules, LoadSets, Operation, joined

TOOL_S = 60
"""No single tool takes that long; one that does hangs."""
AT_ONCE = 12
"""iptables waits for the kernel most of the time, so several run side by side."""
RULES_OF_A_PART = 100
"""Without root, iptables-nft-restore fails from about 200 rules of one table on."""


def load(operations: Sequence[Operation], spaces: Spaces) -> Iterator[Refusal]:
    for at in range(0, len(operations), AT_ONCE):
        waiting = [_Loading(each, deque(_texts(each))) for each in operations[at : at + AT_ONCE]]
        number = 0
        while waiting:
            started = []
            for each in waiting:
                command = _command(each.operation, is_first=number == 0)
                try:
                    with inside(spaces[each.operation.namespace].descriptor):
                        started.append((each, command[0], _start(command)))
                except FileNotFoundError:
                    yield Refusal(each.operation.namespace, command[0], "the tool is not installed")
            waiting = []
            for each, tool, process in started:
                text = each.texts.popleft()
                code, errors = _finish(process, text)
                if code != 0:
                    yield Refusal(each.operation.namespace, tool, _with_line(errors, text))
                elif each.texts:
                    waiting.append(each)
            number += 1


class _Loading(Struct):
    """What is being loaded, and the texts that are still to come."""

    operation: Operation
    texts: deque[str]


def _texts(operation: Operation) -> list[str]:
    assert isinstance(operation, LoadSets | LoadRules)
    if isinstance(operation, LoadSets) or is_machines_root():
        return [operation.text]
    return [joined(part) for part in parts(operation.lines, RULES_OF_A_PART)]


def _command(operation: Operation, is_first: bool) -> list[str]:
    if isinstance(operation, LoadRules):
        tool = "iptables-restore" if operation.family == 4 else "ip6tables-restore"
        return [tool] if is_first else [tool, "--noflush"]
    return ["ipset", "restore"]


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
