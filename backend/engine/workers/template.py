"""A process that has loaded something once and forks others, as the engine's loop sees it.

It is started as a program of its own, since the engine has threads; it ends with the engine, and its children with it.
"""

import asyncio
import os
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from msgspec import MsgspecError, Struct

import backend
from backend.engine.workers.connection import Connection
from backend.engine.workers.error import Why, WorkerError
from backend.engine.workers.frame import Frame
from backend.engine.workers.handle import Handle, ending
from backend.engine.workers.message import (
    Ended,
    Fork,
    Forked,
    Load,
    NotForked,
    Ready,
    Refused,
    Report,
    decode_report,
    encode,
    task_of,
)
from backend.engine.workers.work import Limits
from backend.engine.workers.worker import Worker

PROGRAM = ("-m", "backend.engine.workers")
FORK_S = 10.0
"""A template that is this long about it does not run any more."""
GRACE_S = 2.0
WITHOUT_LIMITS = Limits()
NOTHING_MORE: Mapping[str, str] = {}
T = TypeVar("T")


class Template:
    def __init__(self, kind: str, process: "subprocess.Popen[bytes]", end: socket.socket) -> None:
        """By `start`."""
        loop = asyncio.get_running_loop()
        self.kind = kind
        self.pid = process.pid
        self.ready = b""
        self._process = process
        self._handle = Handle(os.pidfd_open(process.pid))
        self._loaded: asyncio.Future[bytes] = loop.create_future()
        self._ended: asyncio.Future[str] = loop.create_future()
        self._count = 0
        self._forking: dict[int, tuple[Worker, asyncio.Future[Worker]]] = {}
        self._workers: dict[int, Worker] = {}
        self._connection = Connection(end, self._heard, self._lost, takes_descriptors=True)
        loop.add_reader(self._handle.fileno(), self._reap)

    @classmethod
    async def start(
        cls,
        kind: str,
        task: Struct | bytes,
        timeout_s: float,
        program: Sequence[str] = PROGRAM,
        environment: Mapping[str, str] = NOTHING_MORE,
    ) -> "Template":
        """One that has loaded everything; WorkerError with its own reason where it cannot. `environment`: what it has
        beside ours, such as the MPLCONFIGDIR of matplotlib."""
        ours, theirs = socket.socketpair()
        with theirs:
            process = subprocess.Popen(
                [*_setting(environment), sys.executable, *program, str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=2,  # what is printed by mistake is for the log
                cwd=Path(backend.__file__).parent.parent,
                start_new_session=True,
            )
        self = cls(kind, process, ours)
        try:
            await self._load(kind, task_of(task), timeout_s)
        except BaseException:
            self._handle.kill()
            await self.ended()
            raise
        return self

    async def fork(
        self, work: str, task: Struct | bytes, limits: Limits = WITHOUT_LIMITS, timeout_s: float = FORK_S
    ) -> Worker:
        """A process that has begun its work, by its name, on this task."""
        if self._ended.done():
            raise self._death()
        ours, theirs = socket.socketpair()
        with theirs:
            worker = Worker(work, ours)
            self._count += 1
            forked: asyncio.Future[Worker] = asyncio.get_running_loop().create_future()
            self._forking[self._count] = worker, forked
            order = Fork(self._count, work, limits.memory)
            self._connection.send(encode(order), descriptor=os.dup(theirs.fileno()))
        try:
            async with asyncio.timeout(timeout_s):
                await forked
                await worker.send(task_of(task))
        except TimeoutError:
            worker.abandon()
            if timeout_s >= FORK_S:
                self._handle.kill()  # or it would be so for all that come after
            raise WorkerError(Why.LATE, f"the template {self.kind!r} did not start {work!r} in time") from None
        except BaseException:
            worker.abandon()
            raise
        return worker

    @property
    def is_alive(self) -> bool:
        return not self._ended.done()

    async def ended(self) -> str:
        """How, when it is gone."""
        return await asyncio.shield(self._ended)

    async def close(self) -> None:
        """It and all that it has forked are gone when this returns; may be called twice."""
        self._connection.close()
        try:
            async with asyncio.timeout(GRACE_S):
                await self.ended()
        except TimeoutError:
            self._handle.kill()
            await self.ended()
        await asyncio.gather(*(worker.ended() for worker in self._workers.values()))

    async def _load(self, kind: str, task: bytes, timeout_s: float) -> None:
        self._connection.send(encode(Load(kind, task)))
        try:
            async with asyncio.timeout(timeout_s):
                self.ready = await self._loaded
        except TimeoutError:
            raise WorkerError(Why.LATE, f"the template {kind!r} was not ready within {timeout_s:g} s") from None

    def _heard(self, frame: Frame) -> None:
        try:
            report = decode_report(frame.body)
        except MsgspecError as error:
            self._lost(f"said something that is no report: {error}")
            return
        self._take(report)

    def _take(self, report: Report) -> None:
        match report:
            case Ready(document):
                _settle(self._loaded, document)
            case Refused(text):
                _settle(self._loaded, WorkerError(Why.FAILED, text))
            case Forked(number, pid):
                worker, forked = self._forking.pop(number)
                self._workers[number] = worker
                worker.begin(pid, Handle(self._connection.descriptor()))
                _settle(forked, worker)  # where nobody waits any more it gets no task, and ends
            case NotForked(number, text):
                worker, forked = self._forking.pop(number)
                worker.end(text)
                _settle(forked, WorkerError(Why.FAILED, text))
            case Ended(number, code, why):
                self._workers.pop(number).end(ending(code), why)

    def _lost(self, reason: str) -> None:
        """A template that cannot be heard is of no use; one that is just ending does so for a reason of its own."""
        self._connection.close()
        if reason:
            self._handle.kill()
        asyncio.get_running_loop().call_later(GRACE_S, self._handle.kill)

    def _reap(self) -> None:
        """Its children end with it; no number of theirs is ever used, so there is no wrong one to kill."""
        loop = asyncio.get_running_loop()
        loop.remove_reader(self._handle.fileno())
        code = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        self._process.returncode = code
        self._handle.close()
        self._connection.close()
        self._ended.set_result(ending(code))
        _settle(self._loaded, self._death())
        for worker, forked in self._forking.values():
            worker.end(f"was not started: {self._death()}")
            _settle(forked, self._death())
        for worker in self._workers.values():
            worker.end_with_template(str(self._death()))
        self._forking.clear()

    def _death(self) -> WorkerError:
        return WorkerError(Why.DIED, f"the template {self.kind!r} {self._ended.result()}")


def _setting(environment: Mapping[str, str]) -> list[str]:
    """By env(1), which becomes the program itself: nothing here reads the environment."""
    return ["env", *(f"{name}={value}" for name, value in environment.items())] if environment else []


def _settle(waiting: asyncio.Future[T], outcome: T | WorkerError) -> None:
    if waiting.done():
        return
    if isinstance(outcome, WorkerError):
        waiting.set_exception(outcome)
    else:
        waiting.set_result(outcome)
