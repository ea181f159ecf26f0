"""Policy files, read, and what is written beside an answer."""

import sys
from pathlib import Path

from backend.cli.error import FailureError, UsageError
from backend.policy.error import PolicyError
from backend.policy.expectation import Expectation
from backend.policy.reading import read_policy

LIMIT = 4 << 20
STANDARD = "-"


def policy_of(name: str) -> tuple[Expectation, ...]:
    return understood(name, written(name))


def written(name: str) -> str:
    try:
        with open(sys.stdin.fileno() if name == STANDARD else name, "rb", closefd=name != STANDARD) as file:
            content = file.read(LIMIT + 1)
    except OSError as error:
        raise UsageError(f"{name}: {error.strerror}") from None
    if len(content) > LIMIT:
        raise UsageError(f"{name}: more than {LIMIT >> 20} MiB")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise UsageError(f"{name}: line {line}: is no UTF-8") from None


def understood(name: str, text: str) -> tuple[Expectation, ...]:
    try:
        return read_policy(text)
    except PolicyError as error:
        raise UsageError(f"{name}: {error}") from None


def write(path: Path, text: str) -> None:
    try:
        path.write_text(text, "utf-8")
    except OSError as error:
        raise FailureError(f"{path}: {error.strerror or error}") from None
