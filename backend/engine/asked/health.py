"""How the engine is, and what it has counted."""

import os
import threading
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from time import monotonic
from typing import Any, Protocol

import msgspec
from msgspec import Struct

from backend.engine.asked.declared import declared
from backend.engine.asked.people import Signed
from backend.engine.calling import Call, Caller
from backend.engine.running.board import Board
from backend.engine.running.conductor import Conductor
from backend.engine.snapshots import Snapshots
from backend.jobs.job import Job
from backend.jobs.state import Status

Document = dict[str, Any]
PAGE = os.sysconf("SC_PAGE_SIZE")


class Socket(Protocol):
    """What is counted at it."""

    @property
    def connections(self) -> int: ...
    @property
    def figures(self) -> Struct: ...


class Health:
    def __init__(self, snapshots: Snapshots, board: Board, conductor: Conductor) -> None:
        self._snapshots = snapshots
        self._board = board
        self._conductor = conductor
        self._began = monotonic()
        self._ended: Counter[str] = Counter()
        self._retried = 0
        self.socket: Socket | None = None
        board.listeners.append(self._count)

    def calls(self) -> Mapping[str, Call]:
        return {"health": declared(Signed, self._health), "metrics": declared(Signed, self._metrics)}

    def _health(self, _: Caller, __: Signed) -> Document:
        troubles = {"store": self._board.journal.trouble, "network": self._snapshots.trouble}
        status = "stopping" if self._conductor.is_stopping else "degraded" if any(troubles.values()) else "ready"
        return {
            "status": status,
            "pid": os.getpid(),
            "network": self._snapshots.active,
            "checks": {name: trouble or "ok" for name, trouble in troubles.items()},
        }

    def _metrics(self, _: Caller, __: Signed) -> Document:
        queue = self._board.queue
        return {
            "uptime_s": round(monotonic() - self._began, 3),
            "jobs": {
                "waiting": len(queue.waiting),
                "running": len(queue.running),
                "leaving": len(queue.leaving),
                "ended": {status.value: self._ended[status.value] for status in Status if self._ended[status.value]},
                "retried": self._retried,
            },
            "processes": {"replaced": self._snapshots.replaced, "snapshots": len(self._snapshots.labels)},
            "socket": {"connections": self.socket.connections, **msgspec.structs.asdict(self.socket.figures)}
            if self.socket is not None
            else {},
            "memory_bytes": _memory_bytes(),
            "descriptors": len(os.listdir("/proc/self/fd")),
            "threads": threading.active_count(),
        }

    def _count(self, job: Job, events: Sequence[bytes]) -> None:
        if job.state.has_ended and events:
            self._ended[job.state.status.value] += 1
        elif job.state.status is Status.QUEUED and job.attempt > 1:
            self._retried += 1


def _memory_bytes() -> int:
    return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * PAGE
