"""Sets and rules, loaded by the tools that people load them with, many side by side."""

import subprocess
from collections.abc import Iterator, Sequence

from backend.lab.namespace import inside
from backend.lab.operation import LoadRules, LoadSets, Operation
from backend.lab.space import Refusal, Spaces

TOOL_S = 60
"""No single tool takes that long; one that does hangs."""
AT_ONCE = 12
"""iptables waits for the kernel most of the time, so several run side by side."""


def load(operations: Sequence[Operation], spaces: Spaces) -> Iterator[Refusal]:
    for at in range(0, len(operations), AT_ONCE):
        started = []
        for each in operations[at : at + AT_ONCE]:
            assert isinstance(each, LoadSets | LoadRules)
            command = ["ipset", "restore"] if isinstance(each, LoadSets) else _restore(each.family)
            try:
                with inside(spaces[each.namespace].descriptor):
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
