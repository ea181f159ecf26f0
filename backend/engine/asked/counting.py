"""What has become of tests since the engine's start, as figures: how they ended, what they found, how long each phase
took. Read from their events, which say all of it.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct, field

from backend.jobs.event import EventState
from backend.jobs.job import Job
from backend.jobs.phase import RESULT, Phase
from backend.jobs.state import Status

BOUNDS_S = (0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 10.0, 60.0, 300.0)
Document = dict[str, Any]


class Told(Struct, frozen=True):
    """What of an event is counted."""

    time: datetime
    phase: Phase
    state: EventState
    data: dict[str, Any] = {}


class Durations(Struct):
    count: int = 0
    seconds: float = 0.0
    buckets: list[int] = field(default_factory=lambda: [0] * (len(BOUNDS_S) + 1))
    """By upper bound, the last without one; each only what is in no smaller one."""

    def add(self, took_s: float) -> None:
        self.count += 1
        self.seconds = round(self.seconds + took_s, 6)
        self.buckets[bisect_left(BOUNDS_S, took_s)] += 1


_told = msgspec.json.Decoder(Told)


class Counts:
    """A listener of the board."""

    def __init__(self) -> None:
        self._ended: Counter[str] = Counter()
        self._verdicts: Counter[str] = Counter()
        self._retried = 0
        self._phases: dict[str, Durations] = {}
        self._begun: dict[str, tuple[Phase, datetime]] = {}
        """The phase in which a job is, and since when."""

    def count(self, job: Job, events: Sequence[bytes]) -> None:
        for event in map(_told.decode, events):
            if event.state is EventState.STARTED or event.phase is Phase.DONE:
                self._enter(job.id, event)
            if event.state is EventState.PROGRESS and event.phase is RESULT[job.asked.mode] and "service" in event.data:
                self._verdicts[event.data["verdict"]] += 1
        if job.state.has_ended and events:
            self._ended[job.state.status.value] += 1
            self._begun.pop(job.id, None)
        elif job.state.status is Status.QUEUED and job.attempt > 1:
            self._retried += 1

    def _enter(self, job: str, event: Told) -> None:
        if job in self._begun:
            phase, began = self._begun[job]
            self._phases.setdefault(phase.value, Durations()).add(max((event.time - began).total_seconds(), 0.0))
        self._begun[job] = event.phase, event.time

    @property
    def jobs(self) -> Document:
        ended = {status.value: self._ended[status.value] for status in Status if self._ended[status.value]}
        return {"ended": ended, "retried": self._retried}

    @property
    def found(self) -> Document:
        phases = {name: msgspec.structs.asdict(each) for name, each in self._phases.items()}
        return {"verdicts": dict(self._verdicts), "phases": {"bounds_s": list(BOUNDS_S), "took": phases}}
