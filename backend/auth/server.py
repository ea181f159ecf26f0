"""Answers questions, each in a process that is forked for it.

A process and no thread: a module of PAM may hang or crash, and then it is ended and nothing else with it; pam_unix runs
a helper and waits for SIGCHLD; and all memory in which the password was goes back to the kernel when the answer is out.
The one process that stays never sees a password.
"""

import logging
import os
import selectors
import signal
import socket
import struct
from collections.abc import Iterable
from contextlib import suppress
from time import monotonic

from msgspec import Struct

from backend.auth.check import Check
from backend.auth.line import read_line
from backend.auth.protocol import Answer, ProtocolError, Question, decode_question, encode, wipe

log = logging.getLogger(__name__)
PEER = struct.Struct("3i")
"""struct ucred: pid, uid, gid (SO_PEERCRED in unix(7))."""
SHOWN = 64


class Limits(Struct, frozen=True):
    at_once: int = 4
    """More wait at the door, which is not opened meanwhile."""
    question_s: float = 5.0
    """From the connection to the whole question."""
    answer_s: float = 10.0
    """From the connection to the answer; a service without `nodelay` lets a wrong password wait for some seconds."""


class Child(Struct, frozen=True):
    pid: int
    descriptor: int
    """Readable when it has ended (pidfd_open(2))."""
    deadline_s: float


class Server:
    """`stop` may be called from a signal handler."""

    def __init__(
        self,
        listener: socket.socket,
        check: Check,
        askers: Iterable[int],
        limits: Limits = Limits(),  # noqa: B008 - it is frozen
    ) -> None:
        self._listener = listener
        self._check = check
        self._askers = frozenset(askers)
        self._limits = limits
        self._children: dict[int, Child] = {}
        self._selector = selectors.DefaultSelector()
        self._wake_up, self._woken = socket.socketpair()
        self._is_stopped = False

    def startup(self) -> None:
        self._listener.setblocking(False)
        for one in (self._wake_up, self._woken):
            one.setblocking(False)
        self._selector.register(self._woken, selectors.EVENT_READ, self._hear)
        self._selector.register(self._listener, selectors.EVENT_READ, self._accept)

    def stop(self) -> None:
        self._is_stopped = True
        with suppress(BlockingIOError):
            self._wake_up.send(b"\0")

    def serve(self) -> None:
        """Until `stop`."""
        while not self._is_stopped:
            for key, _ in self._selector.select(self._until_deadline()):
                key.data()
            self._end_overdue()

    def shutdown(self) -> None:
        """Who has asked already is answered within the limits. May be called twice."""
        self.stop()
        if self._listener.fileno() in self._selector.get_map():
            self._selector.unregister(self._listener)
        self._listener.close()
        while self._children:
            for key, _ in self._selector.select(self._until_deadline()):
                key.data()
            self._end_overdue()

    def _hear(self) -> None:
        with suppress(BlockingIOError):
            self._woken.recv(64)

    def _accept(self) -> None:
        try:
            connection, _ = self._listener.accept()
        except OSError:
            return  # the client went, or there is no descriptor: it is looked at again
        with connection:
            pid, uid, _gid = PEER.unpack(connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, PEER.size))
            if uid not in self._askers:
                log.warning("process %d of uid %d may not ask", pid, uid)
                return
            self._fork(connection)
        if len(self._children) == self._limits.at_once:
            self._selector.unregister(self._listener)

    def _fork(self, connection: socket.socket) -> None:
        deadline_s = monotonic() + self._limits.answer_s
        pid = os.fork()
        if pid == 0:
            self._be_child(connection)
        child = Child(pid, os.pidfd_open(pid), deadline_s)
        self._children[child.descriptor] = child
        self._selector.register(child.descriptor, selectors.EVENT_READ, lambda: self._reap(child))

    def _be_child(self, connection: socket.socket) -> None:
        """It never comes back."""
        try:
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, signal.SIG_DFL)
            self._listener.close()
            answer_one(connection, self._check, self._limits.question_s)
        except BaseException as error:  # noqa: BLE001 - the edge of a process; the text of an error might hold a password
            log.error("a question could not be answered: %s", type(error).__name__)
        finally:
            logging.shutdown()
            os._exit(0)

    def _reap(self, child: Child) -> None:
        os.waitpid(child.pid, 0)
        self._selector.unregister(child.descriptor)
        os.close(child.descriptor)
        is_full = len(self._children) == self._limits.at_once
        del self._children[child.descriptor]
        if is_full and self._listener.fileno() >= 0 and not self._is_stopped:
            self._selector.register(self._listener, selectors.EVENT_READ, self._accept)

    def _until_deadline(self) -> float | None:
        deadlines = [child.deadline_s for child in self._children.values()]
        return max(0.0, min(deadlines) - monotonic()) if deadlines else None

    def _end_overdue(self) -> None:
        now_s = monotonic()
        for child in [child for child in self._children.values() if child.deadline_s <= now_s]:
            log.error("a question took more than %g s and was ended", self._limits.answer_s)
            os.kill(child.pid, signal.SIGKILL)
            self._reap(child)


def answer_one(connection: socket.socket, check: Check, limit_s: float) -> None:
    """The log has user, address and outcome, and nothing else."""
    try:
        line = read_line(connection, limit_s)
        if not line:
            return
        question = decode_question(line)
    except (ProtocolError, OSError) as error:
        log.warning("no question: %s", error)
        return
    wipe(line)
    answer = check(question)
    if question.username or answer.trouble:  # else somebody only looks whether we are there
        _tell(question, answer)
    _send(connection, answer)


def _tell(question: Question, answer: Answer) -> None:
    outcome = answer.trouble or ("right" if answer.is_right else "wrong")
    log.info("user %s from %s: %s", ascii(question.username[:SHOWN]), ascii(question.address[:SHOWN]), outcome)


def _send(connection: socket.socket, answer: Answer) -> None:
    line = bytearray()
    encode(answer, line)
    with suppress(OSError):  # who asked waits no longer
        connection.sendall(line)
