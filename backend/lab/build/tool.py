"""A tool that people load sets and rules with, as a process in a namespace."""

import re
import subprocess
from collections.abc import Sequence

from msgspec import Struct

from backend.lab.kernel.namespace import inside

TIMEOUT_S = 60.0
"""No single tool takes that long; one that does hangs."""
USAGE = re.compile(r"\s*Try `[^']*' or '[^']*' for more information\.")


class Said(Struct, frozen=True):
    code: int
    errors: str = ""

    @property
    def is_done(self) -> bool:
        return self.code == 0


def run(descriptor: int, command: Sequence[str], text: str, timeout_s: float = TIMEOUT_S) -> Said:
    """With `text` as its input, in the namespace of this descriptor."""
    try:
        with inside(descriptor):
            process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                encoding="utf-8",
                errors="replace",
            )
    except FileNotFoundError:
        return Said(-1, f"{command[0]} is not installed")
    with process:
        try:
            _, errors = process.communicate(text, timeout=timeout_s)
        except subprocess.TimeoutExpired:
            process.kill()
            return Said(-1, f"{command[0]} took longer than {timeout_s:g} s")
    if process.returncode < 0:
        return Said(process.returncode, f"{command[0]} ended by signal {-process.returncode}")
    return Said(process.returncode, USAGE.sub("", errors).strip())
