"""Asking the engine. Plain sockets of the standard library and a few kept connections; safe to share by threads."""

import itertools
import os
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from backend.engine import protocol
from backend.engine.door.address import short_address
from backend.engine.protocol import REPLY_LIMIT, Code, EngineError, Frames, Reply, Request

READ_BYTES = 256 * 1024
CROWD_S = 0.005
AGAIN_S = 0.02
MARGIN_S = 0.25
"""So much longer than its deadline we wait for the engine, whose own word leaves the connection usable."""


class _GoneError(Exception):
    """The engine ended without having begun what it was asked, so that another one may be asked."""


class Client:
    """`start`, when given, is called when nobody listens, and should return when somebody does."""

    def __init__(
        self,
        path: Path,
        *,
        connections: int = 32,
        deadline_s: float = 10.0,
        start: Callable[[], None] | None = None,
    ) -> None:
        self._path = path
        self._deadline_s = deadline_s
        self._start = start
        self._limit = connections
        self._places = threading.BoundedSemaphore(connections)
        self._idle: list[_Connection] = []
        self._ids = itertools.count(1)

    def call(self, name: str, params: Mapping[str, Any] | None = None, deadline_s: float | None = None) -> bytes:
        """The result as JSON, or an EngineError: the engine's own, or `unavailable` when it does not answer."""
        limit_s = self._deadline_s if deadline_s is None else deadline_s
        deadline = monotonic() + limit_s
        if not self._places.acquire(timeout=limit_s):
            raise EngineError(Code.BUSY, f"{self._limit} calls to the engine are waiting already")
        try:
            request = Request(next(self._ids), name, dict(params or {}), limit_s)
            connection, reply = self._asked(request, deadline)
        finally:
            self._places.release()
        self._idle.append(connection)
        return bytes(protocol.checked(reply, request.id).result)

    def stream(self, name: str, params: Mapping[str, Any] | None = None, deadline_s: float | None = None) -> "Stream":
        """The events of a call as they come. Refusals come here, at once, or from the iterator."""
        request = Request(next(self._ids), name, dict(params or {}), deadline_s)
        deadline = None if deadline_s is None else monotonic() + deadline_s
        connection, reply = self._asked(request, deadline)
        return Stream(connection, request.id, reply, deadline, self._idle.append)

    def close(self) -> None:
        while (connection := self._kept()) is not None:
            connection.close()

    def _kept(self) -> "_Connection | None":
        try:
            return self._idle.pop()
        except IndexError:  # another thread may take the last one at any time
            return None

    def _asked(self, request: Request, deadline: float | None) -> "tuple[_Connection, Reply]":
        """The first word about the request, and where it was said."""
        frame = protocol.encode_request(request)
        while (kept := self._kept()) is not None:
            try:
                return kept, kept.ask(frame, deadline)
            except _GoneError:
                self.close()  # the engine was started again; what was kept leads to the old one
        while True:
            connection = self._connected(deadline)
            try:
                return connection, connection.ask(frame, deadline)
            except _GoneError:
                sleep(AGAIN_S)  # it ends, or somebody else starts another one

    def _connected(self, deadline: float | None) -> "_Connection":
        try:
            return _connect(self._path, deadline)
        except OSError as error:
            if self._start is None or isinstance(error, TimeoutError):
                raise _unreachable(error) from error
        self._start()
        try:
            return _connect(self._path, deadline)
        except OSError as error:
            raise _unreachable(error) from error


class Stream(Iterator[bytes]):
    """Events as JSON. To close it before its end tells the engine to stop."""

    def __init__(
        self,
        connection: "_Connection",
        request_id: int,
        first: Reply,
        deadline: float | None,
        keep: "Callable[[_Connection], None]",
    ) -> None:
        self.result: bytes | None = None
        self._connection = connection
        self._id = request_id
        self._next: Reply | None = first
        self._deadline = deadline
        self._keep = keep
        self._is_over = False

    def __enter__(self) -> "Stream":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __next__(self) -> bytes:
        if self._is_over:
            raise StopIteration
        try:
            reply = protocol.checked(self._reply(), self._id)
        except BaseException:
            self.close()
            raise
        if not reply.is_last:
            return bytes(reply.event)
        self._is_over = True
        self.result = bytes(reply.result)
        self._keep(self._connection)
        raise StopIteration

    def close(self) -> None:
        if not self._is_over:
            self._is_over = True
            self._connection.close()

    def waited(self, limit_s: float) -> bool:
        """Whether the next event is there, or the end; False: nothing came in that time."""
        if self._is_over or self._next is not None:
            return True
        try:
            self._next = self._connection.receive(monotonic() + limit_s - MARGIN_S)
        except EngineError as error:
            if error.code == Code.TIMEOUT:
                return False
            raise
        except _GoneError:
            return True  # which the next one says
        return True

    def _reply(self) -> Reply:
        first, self._next = self._next, None
        try:
            return first or self._connection.receive(self._deadline)
        except _GoneError:
            raise EngineError(Code.UNAVAILABLE, "the engine ended before the stream did") from None


class _Connection:
    """One request at a time. Every error closes it."""

    def __init__(self, opened: socket.socket) -> None:
        self._socket = opened
        self._frames = Frames(REPLY_LIMIT)

    def close(self) -> None:
        self._socket.close()

    def ask(self, frame: bytes, deadline: float | None) -> Reply:
        try:
            self._send(frame, deadline)
            reply = self.receive(deadline)
            if reply.error is not None and reply.error.code == Code.ENDING:
                raise _GoneError
            return reply
        except BaseException:
            self.close()
            raise

    def receive(self, deadline: float | None) -> Reply:
        try:
            while (frame := self._frames.take()) is None:
                self._socket.settimeout(_left(deadline))
                data = self._socket.recv(READ_BYTES)
                if not data:
                    text = "the engine ended before it answered; whether it did what it was asked is not known"
                    raise EngineError(Code.UNAVAILABLE, text)
                self._frames.feed(data)
        except TimeoutError:
            raise EngineError(Code.TIMEOUT, "the engine did not answer in time") from None
        except ConnectionResetError:  # it closed without having read all that was sent (unix_release_sock in unix(7))
            raise _GoneError from None
        return protocol.decode_reply(frame)

    def _send(self, frame: bytes, deadline: float | None) -> None:
        try:
            self._socket.settimeout(_left(deadline))
            self._socket.sendall(frame)
        except TimeoutError:
            raise EngineError(Code.TIMEOUT, "the engine did not read the request in time") from None
        except (BrokenPipeError, ConnectionResetError):
            self._refused()
            raise _GoneError from None

    def _refused(self) -> None:
        """Why the engine did not want the request, where it said so before it closed the connection."""
        try:
            self._socket.settimeout(MARGIN_S)
            self._frames.feed(self._socket.recv(READ_BYTES))
            frame = self._frames.take()
        except OSError:
            return
        if frame is not None:
            protocol.checked(protocol.decode_reply(frame), protocol.NO_REQUEST)


def _connect(path: Path, deadline: float | None) -> _Connection:
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        with short_address(path) as address:
            while not _is_connected(connection, address, deadline):
                sleep(CROWD_S)
    except BaseException:
        connection.close()
        raise
    return _Connection(connection)


def _is_connected(connection: socket.socket, address: str, deadline: float | None) -> bool:
    """False when too many are in front of the engine's door: then connect(2) of a Unix socket does not wait."""
    connection.settimeout(_left(deadline))
    try:
        connection.connect(address)
    except BlockingIOError:
        return False
    return True


def _unreachable(error: OSError) -> EngineError:
    if isinstance(error, TimeoutError):
        return EngineError(Code.TIMEOUT, "the engine did not answer in time")
    reason = os.strerror(error.errno or 0)  # eventlet's own error has the name of the number instead of words
    return EngineError(Code.UNAVAILABLE, f"the engine is not running ({reason})")


def _left(deadline: float | None) -> float | None:
    if deadline is None:
        return None
    left = deadline + MARGIN_S - monotonic()
    if left <= 0:
        raise TimeoutError
    return left
