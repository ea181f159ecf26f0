"""Answers on a Unix socket in one thread, beside whatever else its loop waits for."""

import logging
import os
import socket
import struct
from collections.abc import Callable
from time import monotonic

from backend.lab.error import LabError
from backend.lab.hand.machines import UsageError
from backend.lab.hand.protocol import (
    REQUEST_LIMIT,
    Answer,
    Fault,
    Frames,
    ProtocolError,
    Request,
    answer_of,
    framed,
    read_request,
)
from backend.lab.hand.standing import Document
from backend.lab.probe.loop import FAILED, IN, OUT, Loop, Steps

log = logging.getLogger(__name__)
LARGEST = 65536
MOST = 64
LAST_WORDS_S = 1.0
"""So long those who do not read their answer keep a lab from ending."""
Answers = Callable[[Request], Document | Steps[Document]]
PEER = struct.Struct("3i")


def peer_of(connection: socket.socket) -> tuple[int, int]:
    """Process and user at the other end (SO_PEERCRED in unix(7)); the user as this namespace counts them."""
    pid, user, _ = PEER.unpack(connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, PEER.size))
    return pid, user


class Server:
    def __init__(
        self,
        loop: Loop,
        listener: socket.socket,
        answers: Answers,
        is_wanted: Callable[[], bool] = lambda: True,
        look_s: float = 60.0,
    ) -> None:
        """`is_wanted` is asked now and then."""
        self._is_wanted = is_wanted
        self._look_s = look_s
        self._loop = loop
        self._listener = listener
        self._answers = answers
        self._open: set[_Connection] = set()
        self._ending: float | None = None
        listener.setblocking(False)
        loop.add(listener, IN, lambda _: self._accept())

    def end(self) -> None:
        """When what is being answered now has been said."""
        self._ending = monotonic() + LAST_WORDS_S

    def run(self) -> None:
        looked = monotonic()
        while self._ending is None or (monotonic() < self._ending and any(each.has_words for each in self._open)):
            self._loop.turn(self._patience_s())
            for each in list(self._open):
                each.go_on()
            if monotonic() - looked >= self._look_s:
                looked = monotonic()
                if not self._is_wanted():
                    return

    def close(self) -> None:
        for each in list(self._open):
            each.close()
        self._loop.remove(self._listener)
        self._listener.close()

    def _patience_s(self) -> float:
        """Until somebody's steps want to go on."""
        times = [each.until for each in self._open if each.until is not None]
        times += [self._ending] if self._ending is not None else []
        return max(0.0, min((each - monotonic() for each in times), default=self._look_s))

    def _accept(self) -> None:
        try:
            accepted, _ = self._listener.accept()
        except OSError as error:
            log.warning("cannot accept: %s", error)
            return
        answers = self._answers
        if peer_of(accepted)[1] != os.geteuid():
            answers = _refusal("this lab belongs to another user")
        elif len(self._open) >= MOST:
            answers = _refusal(f"{MOST} others are asking this lab already")
        self._open.add(_Connection(self._loop, accepted, answers, self._open.discard))


def _refusal(text: str) -> Answers:
    def refuse(_: Request) -> Document:
        raise LabError(text)

    return refuse


class _Connection:
    """One request, one answer."""

    def __init__(
        self, loop: Loop, opened: socket.socket, answers: Answers, gone: Callable[["_Connection"], None]
    ) -> None:
        opened.setblocking(False)
        self._loop = loop
        self._socket = opened
        self._answers = answers
        self._gone = gone
        self._frames = Frames(REQUEST_LIMIT)
        self._words = b""
        self._steps: Steps[Document] | None = None
        self.until: float | None = None
        loop.add(opened, IN | FAILED, self._ready)

    @property
    def has_words(self) -> bool:
        return bool(self._words)

    def say(self, answer: Answer) -> None:
        self._end_steps()
        self._words = framed(answer)
        self._loop.change(self._socket, OUT | FAILED)

    def go_on(self) -> None:
        """With the next of the steps."""
        if self._steps is not None:
            self._answer(lambda: self._next(self._steps))

    def close(self) -> None:
        self._end_steps()
        self._loop.remove(self._socket)
        self._socket.close()
        self._gone(self)

    def _ready(self, mask: int) -> None:
        try:
            if mask & OUT:
                self._words = self._words[self._socket.send(self._words) :]
                if self._words:
                    return
            elif data := self._socket.recv(LARGEST):
                self._take(data)
                return
        except BlockingIOError:
            return
        except OSError as error:
            log.debug("whoever asked has gone: %s", error)
        self.close()

    def _take(self, data: bytes) -> None:
        if self._steps is not None or self._words:
            return  # one request is enough
        try:
            frame = self._frames.feed(data)
            request = read_request(frame) if frame is not None else None
        except ProtocolError as error:
            self.say(Answer(fault=Fault(f"the lab was not asked as it understands: {error}")))
            return
        if request is not None:
            self._answer(lambda: self._begin(request))

    def _begin(self, request: Request) -> Document | None:
        found = self._answers(request)
        if isinstance(found, dict):
            return found
        self._steps = found
        return self._next(found)

    def _next(self, steps: Steps[Document] | None) -> Document | None:
        assert steps is not None
        try:
            self.until = next(steps)
        except StopIteration as end:
            document: Document = end.value
            return document
        return None

    def _answer(self, work: Callable[[], Document | None]) -> None:
        """What the work gives is said; None: not yet."""
        try:
            document = work()
            if document is not None:
                self.say(answer_of(document))
        except LabError as error:
            self.say(Answer(fault=Fault(str(error), isinstance(error, UsageError))))
        except OSError as error:
            self.say(Answer(fault=Fault(f"{error.filename or 'the lab'}: {error.strerror or error}")))
        except Exception as error:  # the edge of a request: a bug in one answer must not end the lab
            log.exception("a request failed")
            text = f"the lab failed in a way that it should not: {type(error).__name__}: {error}"
            self.say(Answer(fault=Fault(text)))

    def _end_steps(self) -> None:
        steps, self._steps, self.until = self._steps, None, None
        if steps is not None:
            steps.close()
