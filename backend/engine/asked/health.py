"""How the engine is, and what it has counted."""

import os
import threading
from collections.abc import Mapping
from pathlib import Path
from time import monotonic
from typing import Any, Protocol

import msgspec
from msgspec import Struct

from backend.engine.asked.counting import Counts
from backend.engine.asked.declared import declared
from backend.engine.asked.people import Signed
from backend.engine.calling import Call, Caller
from backend.engine.looking import Looking
from backend.engine.running.board import Board
from backend.engine.running.conductor import Conductor
from backend.engine.snapshots import Snapshots

Document = dict[str, Any]
PAGE = os.sysconf("SC_PAGE_SIZE")


class Socket(Protocol):
    """What is counted at it."""

    @property
    def connections(self) -> int: ...
    @property
    def figures(self) -> Struct: ...


class Waiting(Protocol):
    """What cannot be written."""

    @property
    def trouble(self) -> str: ...


class Health:
    def __init__(
        self,
        snapshots: Snapshots,
        board: Board,
        conductor: Conductor,
        looking: Looking,
        audit: Waiting,
        sign_ins: Mapping[str, int],
    ) -> None:
        """`sign_ins`: how often a password was right, wrong, or not looked at."""
        self._snapshots = snapshots
        self._board = board
        self._conductor = conductor
        self._began = monotonic()
        self._looking = looking
        self._audit = audit
        self._sign_ins = sign_ins
        self._counts = Counts()
        self.socket: Socket | None = None
        """When there is one: it is made of all that can be asked, this too."""
        board.listeners.append(self._counts.count)

    def calls(self) -> Mapping[str, Call]:
        return {"health": declared(Signed, self._health), "metrics": declared(Signed, self._metrics)}

    def _health(self, _: Caller, __: Signed) -> Document:
        found = self._looking.troubles
        troubles = {
            **found,
            "store": self._board.journal.trouble or found.get("store"),
            "network": self._snapshots.trouble,
            "audit": self._audit.trouble,
        }
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
                **self._counts.jobs,
            },
            **self._counts.found,
            "sign_ins": dict(self._sign_ins),
            "processes": {"replaced": self._snapshots.replaced, "snapshots": len(self._snapshots.labels)},
            "socket": {"connections": self.socket.connections, **msgspec.structs.asdict(self.socket.figures)}
            if self.socket is not None
            else {},
            "memory_bytes": _memory_bytes(),
            "descriptors": len(os.listdir("/proc/self/fd")),
            "threads": threading.active_count(),
        }


def _memory_bytes() -> int:
    return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * PAGE
