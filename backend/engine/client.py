"""Asking the engine. Plain sockets of the standard library and a few kept connections; safe to share by threads."""

import itertools
import os
import socket
import threading
from collections.abc import Mapping
from pathlib import Path
from time import monotonic
from typing import Any

from backend.engine import protocol
from backend.engine.address import short_address
from backend.engine.protocol import Code, EngineError, FrameBuffer, Request


class _GoneError(Exception):
    """The connection ended before the answer came."""


class Client:
    def __init__(self, path: Path, *, connections: int = 32, deadline_s: float = 10.0) -> None:
        self._path = path
        self._deadline_s = deadline_s
        self._limit = connections
        self._places = threading.BoundedSemaphore(connections)
        self._idle: list[socket.socket] = []
        self._ids = itertools.count(1)

    def call(self, name: str, params: Mapping[str, Any] | None = None, deadline_s: float | None = None) -> bytes:
        """The result as JSON, or an EngineError: the engine's own, or `unavailable` when it does not answer."""
        limit_s = self._deadline_s if deadline_s is None else deadline_s
        deadline = monotonic() + limit_s
        request = Request(next(self._ids), name, dict(params or {}))
        frame = protocol.encode_request(request)
        if not self._places.acquire(timeout=limit_s):
            raise EngineError(Code.BUSY, f"{self._limit} calls to the engine are waiting already")
        try:
            reply = protocol.decode_reply(self._exchange(frame, deadline, limit_s))
        finally:
            self._places.release()
        return protocol.result_of(reply, request.id)

    def close(self) -> None:
        while (connection := self._kept()) is not None:
            connection.close()

    def _kept(self) -> socket.socket | None:
        try:
            return self._idle.pop()
        except IndexError:  # another thread may take the last one at any time
            return None

    def _exchange(self, frame: bytes, deadline: float, limit_s: float) -> bytes:
        try:
            kept = self._kept()
            if kept is not None:
                try:
                    return self._ask(kept, frame, deadline)
                except _GoneError:
                    self.close()  # the engine was started again; what was kept leads to the old one
            return self._ask(self._connect(deadline), frame, deadline)
        except TimeoutError:
            raise EngineError(Code.UNAVAILABLE, f"the engine did not answer within {limit_s:g} s") from None
        except _GoneError:
            raise EngineError(Code.UNAVAILABLE, "the engine ended before it answered") from None

    def _connect(self, deadline: float) -> socket.socket:
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            connection.settimeout(_left(deadline))
            with short_address(self._path) as address:
                connection.connect(address)
        except TimeoutError:
            connection.close()
            raise
        except OSError as error:
            connection.close()
            reason = os.strerror(error.errno or 0)  # eventlet's own error has the name of the number instead of words
            raise EngineError(Code.UNAVAILABLE, f"the engine is not running ({reason})") from error
        return connection

    def _ask(self, connection: socket.socket, frame: bytes, deadline: float) -> bytes:
        """One frame there, one frame back; the connection is kept only when that went well."""
        buffer = FrameBuffer()
        frames: list[bytes] = []
        try:
            connection.settimeout(_left(deadline))
            connection.sendall(frame)
            while not frames:
                connection.settimeout(_left(deadline))
                data = connection.recv(65536)
                if not data:
                    raise _GoneError
                frames = buffer.feed(data)
        except TimeoutError:
            connection.close()
            raise
        except (OSError, _GoneError):
            connection.close()
            raise _GoneError from None
        except EngineError:
            connection.close()
            raise
        self._idle.append(connection)
        return frames[0]


def _left(deadline: float) -> float:
    left = deadline - monotonic()
    if left <= 0:
        raise TimeoutError
    return left
