"""How often sessions, tokens or roles have changed, as a number in a file that the engine's clients read.

What the engine said about a session is true for as long as the number is the same, so a web need not ask again with
each request. It is counted on before who made the change is answered; a message would arrive at some time after that.
"""

import mmap
import os
from contextlib import suppress
from pathlib import Path
from typing import Final

SIZE: Final = 8


def beside(socket: Path) -> Path:
    """The file of the engine that listens there."""
    return socket.with_name("changes")


class Changes:
    """The engine's side, which alone writes. All 8 bytes are there at once (memcpy in CPython's memoryobject.c)."""

    def __init__(self, path: Path) -> None:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            os.fchmod(descriptor, 0o644)  # whatever the umask: who may enter the directory may know the number
            os.ftruncate(descriptor, SIZE)
            self._map = mmap.mmap(descriptor, SIZE)
        finally:
            os.close(descriptor)
        self._number = memoryview(self._map).cast("Q")
        self.count()  # nobody knows what has happened while no engine was there

    def count(self) -> None:
        self._number[0] = (self._number[0] + 1) % (1 << 64)

    def close(self) -> None:
        self._number.release()
        self._map.close()


class Seen:
    """The side of who believes what was said before."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._number: memoryview | None = None
        self._inode = 0

    @property
    def number(self) -> int | None:
        """None: nobody counts, or we may not know."""
        return None if self._number is None else self._number[0]

    def look(self) -> None:
        """Whether it is still the same file. To be called now and then."""
        try:
            inode = self._path.stat().st_ino
        except OSError:
            self._number = None
            return
        if self._number is None or inode != self._inode:
            self._number = None
            with suppress(OSError, ValueError):  # an empty one cannot be mapped: the engine has just made it
                self._inode, self._number = inode, _mapped(self._path)


def _mapped(path: Path) -> memoryview:
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        return memoryview(mmap.mmap(descriptor, SIZE, prot=mmap.PROT_READ)).cast("Q")
    finally:
        os.close(descriptor)
