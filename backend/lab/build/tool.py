"""A tool that people load sets and rules with, as a process in a namespace."""

import os
import re
import select
import subprocess
from collections.abc import Sequence
from typing import BinaryIO

from msgspec import Struct

from backend.lab.kernel.namespace import inside

TIMEOUT_S = 20.0
"""No single tool takes that long; one that does hangs."""
USAGE = re.compile(r"\s*Try `[^']*' or '[^']*' for more information\.")


class Said(Struct, frozen=True):
    code: int
    errors: str = ""
    is_broken: bool = False
    """It is not there or hangs: with other input it would be the same."""

    @property
    def is_done(self) -> bool:
        return self.code == 0


def run(descriptor: int, command: Sequence[str], text: str, timeout_s: float = TIMEOUT_S) -> Said:
    """With `text` as its input, in the namespace of this descriptor."""
    with _memory("input") as given, _memory("errors") as told:
        given.write(text.encode(errors="replace"))
        given.seek(0)
        try:
            with inside(descriptor):
                process = subprocess.Popen(command, stdin=given, stdout=subprocess.DEVNULL, stderr=told)
        except FileNotFoundError:
            return Said(-1, f"{command[0]} is not installed", is_broken=True)
        if not _has_ended(process, timeout_s):
            process.kill()
            process.wait()
            return Said(-1, f"{command[0]} took longer than {timeout_s:g} s", is_broken=True)
        code = process.wait()
        if code < 0:
            return Said(code, f"{command[0]} ended by signal {-code}")
        told.seek(0)
        return Said(code, USAGE.sub("", told.read().decode(errors="replace")).strip())


def _memory(name: str) -> BinaryIO:
    """A file that nobody else sees: a tool that does not read all of its input, or says much, waits for nobody."""
    return open(os.memfd_create(name), "w+b")


def _has_ended(process: "subprocess.Popen[bytes]", timeout_s: float) -> bool:
    handle = os.pidfd_open(process.pid)
    try:
        waiting = select.poll()
        waiting.register(handle, select.POLLIN)
        return bool(waiting.poll(timeout_s * 1000))
    finally:
        os.close(handle)
