"""Clients of the engine's socket in processes of their own: `python -m tests.bench._engine_clients KIND SOCKET`.

Each says that it is ready, waits for a line with a number, does so much, and says that it is done.
"""

import selectors
import socket
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from time import sleep

from backend.engine import Client
from tests.engine.raw import Raw

FRAME = b'{"id":1,"call":"echo","params":{"number":' + b" " * 100 + b"1}}\n"


class Beside:
    """Some of them."""

    def __init__(self, kind: str, path: Path, count: int = 1) -> None:
        command = [sys.executable, "-m", __spec__.name, kind, str(path)]
        self._processes = [
            subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) for _ in range(count)
        ]
        self._wait()

    def begin(self, number: int) -> None:
        for process in self._processes:
            assert process.stdin is not None
            process.stdin.write(b"%d\n" % number)
            process.stdin.flush()

    def do(self, number: int) -> None:
        self.begin(number)
        self._wait()

    def end(self) -> None:
        for process in self._processes:
            process.kill()
            process.communicate()

    def _wait(self) -> None:
        for process in self._processes:
            assert process.stdout is not None
            assert process.stdout.readline()


def calls(path: Path) -> Callable[[int], None]:
    client = Client(path)

    def call(number: int) -> None:
        for each in range(number):
            client.call("echo", {"number": each})

    return call


def watchers(path: Path) -> Callable[[int], None]:
    """Fifty, each on a connection of its own; the number is how many events each of them waits for."""
    watching = [Raw(path) for _ in range(50)]

    def watch(number: int) -> None:
        with selectors.DefaultSelector() as selector:
            for raw in watching:
                raw.ask(1, "count", to=number)
                selector.register(raw.socket, selectors.EVENT_READ)
            left = 50 * (number + 1)  # the last word of each is its result
            while left:
                for key, _ in selector.select():
                    assert isinstance(key.fileobj, socket.socket)
                    left -= key.fileobj.recv(1 << 16).count(b"\n")

    return watch


def slow(path: Path) -> Callable[[int], None]:
    """A hundred connections, a byte of a request on each, for so many rounds."""
    connections = [Raw(path) for _ in range(100)]

    def drip(number: int) -> None:
        for each in range(number):
            for raw in connections:
                raw.send(FRAME[each % len(FRAME) :][:1])
                if each % len(FRAME) == len(FRAME) - 1:
                    raw.said()
            sleep(0.02)

    return drip


def main(arguments: Sequence[str]) -> None:
    kinds = {"calls": calls, "watchers": watchers, "slow": slow}
    work = kinds[arguments[0]](Path(arguments[1]))
    print("ready", flush=True)
    with suppress(BrokenPipeError):  # the server is ended before its clients
        for line in sys.stdin:
            work(int(line))
            print("done", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
