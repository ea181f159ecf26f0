"""The engine's socket as bytes: for saying what no client would say."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import msgspec

from backend.engine.door.address import short_address


class Raw:
    def __init__(self, path: Path, timeout_s: float = 30.0) -> None:
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        with short_address(path) as address:
            self.socket.connect(address)
        self.socket.settimeout(timeout_s)
        self._lines = self.socket.makefile("rb")

    def send(self, data: bytes) -> None:
        self.socket.sendall(data)

    def ask(self, id_: int, call: str, **params: object) -> None:
        self.send(msgspec.json.encode({"id": id_, "call": call, "params": params}) + b"\n")

    def said(self) -> dict[str, Any]:
        value: dict[str, Any] = msgspec.json.decode(self._lines.readline())
        return value

    def flood(self, data: bytes, most: int) -> int:
        """Sends the data again and again until the other end closes; how much went out."""
        sent = 0
        try:
            while sent < most:
                sent += self.socket.send(data)
        except (BrokenPipeError, ConnectionResetError):
            return sent
        raise AssertionError(f"{sent} bytes were taken")

    def fill(self, data: bytes) -> None:
        """Sends until nothing more is taken."""
        self.socket.setblocking(False)
        with suppress(BlockingIOError):
            while True:
                self.socket.send(data)

    def is_ended(self) -> bool:
        """Waits for the next word, and whether it is the end."""
        try:
            return self._lines.read(1) == b""
        except ConnectionResetError:
            return True

    def close(self) -> None:
        self._lines.close()
        self.socket.close()


@contextmanager
def connected(path: Path) -> Iterator[Raw]:
    raw = Raw(path)
    try:
        yield raw
    finally:
        raw.close()


def asked(path: Path, data: bytes) -> dict[str, Any]:
    with connected(path) as raw:
        with suppress(BrokenPipeError):  # it may have been refused before it asked
            raw.send(data)
        return raw.said()
