"""The engine's socket: one thread for each connection, a limit on their number, a stop that ends every wait."""

import fcntl
import logging
import os
import selectors
import socket
import threading
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from time import monotonic
from typing import IO

from backend.engine import protocol
from backend.engine.address import short_address
from backend.engine.calls import Call
from backend.engine.protocol import Code, EngineError, FrameBuffer

log = logging.getLogger(__name__)


class Server:
    """`startup`, `main_loop`, `shutdown`; `stop` may be called from a signal handler or another thread."""

    def __init__(self, path: Path, calls: Mapping[str, Call], *, connections: int = 128, grace_s: float = 3.0) -> None:
        self._path = path
        self._calls = calls
        self._limit = connections
        self._grace_s = grace_s
        self._open: dict[socket.socket, threading.Thread] = {}
        self._guard = threading.Lock()
        self._looping = threading.Lock()
        self._woken, self._waker = socket.socketpair()
        self._waker.setblocking(False)
        self._lock: IO[str] | None = None
        self._listener: socket.socket | None = None
        self.is_stopping = False

    def startup(self) -> None:
        directory = self._path.parent
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        directory.chmod(0o700)
        self._lock = _locked(directory / "lock")
        self._path.unlink(missing_ok=True)
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        with short_address(self._path) as address:
            listener.bind(address)
            os.chmod(address, 0o600)
        listener.listen(self._limit)
        listener.setblocking(False)
        self._listener = listener

    def stop(self) -> None:
        self.is_stopping = True
        with suppress(OSError):  # it is full or closed: main_loop is awake or over
            self._waker.send(b"x")

    def main_loop(self) -> None:
        assert self._listener is not None, "startup comes first"
        with self._looping, selectors.DefaultSelector() as selector:
            selector.register(self._listener, selectors.EVENT_READ)
            selector.register(self._woken, selectors.EVENT_READ)
            while not self.is_stopping:
                selector.select()
                if not self.is_stopping:
                    self._accept(self._listener)

    def shutdown(self) -> None:
        """Take nothing new, let calls under way finish within the grace, then close. May be called twice."""
        self.stop()
        with self._looping:  # what the loop waits for may be closed only when it does not wait any more
            listener, self._listener = self._listener, None
        if listener is not None:
            self._path.unlink(missing_ok=True)
            listener.close()
        with self._guard:
            remaining = dict(self._open)
        for connection in remaining:
            _end(connection, socket.SHUT_RD)  # its thread reads the end after the call under way
        deadline = monotonic() + self._grace_s
        for thread in remaining.values():
            thread.join(max(0.0, deadline - monotonic()))
        for connection in remaining:
            _end(connection, socket.SHUT_RDWR)
        lock, self._lock = self._lock, None
        if lock is not None:
            lock.close()
            self._woken.close()
            self._waker.close()

    def _accept(self, listener: socket.socket) -> None:
        try:
            connection, _ = listener.accept()
        except (BlockingIOError, ConnectionAbortedError):
            return  # the client went away first
        except OSError as error:
            log.error("cannot accept a connection: %s", error)  # out of descriptors, most likely
            return
        connection.setblocking(True)
        thread = threading.Thread(target=self._serve, args=(connection,), name="connection", daemon=True)
        with self._guard:
            is_full = len(self._open) >= self._limit
            if not is_full:
                self._open[connection] = thread
        if is_full:
            _refuse(connection, self._limit)
            return
        try:
            thread.start()
        except RuntimeError:  # "can't start new thread": the limit of the system came before ours
            log.error("no thread for another connection")
            with self._guard:
                del self._open[connection]
            connection.close()

    def _serve(self, connection: socket.socket) -> None:
        buffer = FrameBuffer(protocol.REQUEST_LIMIT)
        try:
            while data := connection.recv(65536):
                for frame in buffer.feed(data):
                    connection.sendall(self._answer(frame))
        except EngineError as error:
            _send_last(connection, protocol.encode_fault(0, error))
        except OSError:
            log.debug("a client went away")
        finally:
            with self._guard:
                self._open.pop(connection, None)
            connection.close()

    def _answer(self, frame: bytes) -> bytes:
        request = protocol.decode_request(frame)
        try:
            call = self._calls.get(request.call)
            if call is None:
                raise EngineError(Code.UNKNOWN_CALL, f"there is no call {request.call!r}")
            return protocol.encode_result(request.id, call(request.params))
        except EngineError as error:
            return protocol.encode_fault(request.id, error)
        except Exception:  # the edge of a request: a bug in one answer must not end the others
            log.exception("call %s failed", request.call)
            return protocol.encode_fault(request.id, EngineError(Code.INTERNAL, "the engine failed; its log says why"))


def _locked(path: Path) -> IO[str]:
    """Held while the engine lives and freed by the kernel however it ends, so a stale socket is known as stale."""
    file = path.open("a", encoding="ascii")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        raise EngineError(
            Code.BUSY, f"another engine already serves {path.parent}; TSIM_STATE chooses another place"
        ) from None
    return file


def _refuse(connection: socket.socket, limit: int) -> None:
    error = EngineError(Code.BUSY, f"all {limit} connections to the engine are taken")
    with connection:
        connection.settimeout(0.1)
        _send_last(connection, protocol.encode_fault(0, error))


def _send_last(connection: socket.socket, frame: bytes) -> None:
    try:
        connection.sendall(frame)
    except OSError:
        log.debug("a client went away before it was answered")


def _end(connection: socket.socket, how: int) -> None:
    try:
        connection.shutdown(how)
    except OSError:
        log.debug("a connection was closed already")
