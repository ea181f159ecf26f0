"""A mount namespace in which an engine has a small disk of its own; gone with the process that holds it."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

HOLD = 'mount -t tmpfs -o size="$2" tmpfs "$1" && mount -t tmpfs tmpfs /dev/shm && echo && exec cat'
FILLING = 1 << 16


class Room:
    def __init__(self, directory: Path, size: str) -> None:
        """`directory` is where the disk is within; outside nothing changes."""
        directory.mkdir(parents=True)
        command = ["unshare", "--mount", "--propagation=private", "sh", "-c", HOLD, "hold", str(directory), size]
        self._holder = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert self._holder.stdout is not None
        assert self._holder.stdout.readline() == b"\n"
        process = f"/proc/{self._holder.pid}"
        # To enter a mount namespace leaves a chroot (setns(2)), so its root is said too.
        self.within = ("nsenter", f"--mount={process}/ns/mnt", f"--root={process}/root", f"--wdns={os.getcwd()}", "--")
        """Before a command that runs there."""
        self.disk = Path(f"/proc/{self._holder.pid}/root{directory}")
        """As it is seen from outside."""
        self._ballast = self.disk / "ballast"

    def fill(self) -> None:
        """To the last byte, however often."""
        with self._ballast.open("ab", buffering=0) as file:
            size = FILLING
            while size:
                try:
                    file.write(b"x" * size)
                except OSError:
                    size //= 2

    def empty(self) -> None:
        self._ballast.unlink()

    def close(self) -> None:
        assert self._holder.stdin is not None
        self._holder.stdin.close()
        self._holder.wait()


@contextmanager
def room(directory: Path, size: str = "16m") -> Iterator[Room]:
    one = Room(directory, size)
    try:
        yield one
    finally:
        one.close()
