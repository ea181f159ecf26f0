"""Standard streams that may be closed, full, or unable to show a sign."""

import os
import sys
from io import TextIOWrapper


def open_streams() -> None:
    """A stream that is closed swallows what is written; a sign that its encoding lacks is written as its code."""
    sys.stdin = sys.stdin or open(os.devnull, encoding="utf-8")  # noqa: SIM115 - for as long as the process lives
    sys.stdout = sys.stdout or open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
    sys.stderr = sys.stderr or open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def forget(stream: int) -> None:
    """So that the interpreter does not try once more to write it when it ends (library reference, signal, SIGPIPE)."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream)


def complain(name: str, text: str) -> None:
    try:
        print(f"{name}: {text}", file=sys.stderr, flush=True)
    except OSError:
        forget(2)  # the exit code says it still where nobody can be told
