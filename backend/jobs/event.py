"""What happens to a job, numbered without gaps from 1, and how far it has come then.

The percentage never falls, is 100 for a job that has succeeded and for no other.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from msgspec import Struct

from backend.jobs.job import Job
from backend.jobs.phase import BEGINS, WORKING, Mode, Phase
from backend.jobs.state import Status

SHARE: dict[Phase, int] = {
    Phase.PREDICT: 7,
    Phase.BUILD: 20,
    Phase.SERVICES: 2,
    Phase.TEST: 24,
    Phase.ANALYZE: 2,
    Phase.REPORT: 45,
}
"""Of the time that a proof takes: medians of tests of one, three and ten services between five pairs of hosts of the
demo network, their reports drawn. A prediction has one phase, and that is all of it."""
MOST_BEFORE_DONE = 99


class EventState(StrEnum):
    STARTED = "started"
    PROGRESS = "progress"
    FINISHED = "finished"
    FAILED = "failed"


class Event(Struct, frozen=True):
    """Its JSON is what REST and sockets give."""

    job: str
    seq: int
    time: datetime
    phase: Phase
    state: EventState
    percent: int
    message: str
    data: Mapping[str, Any] = {}


class Happening(Struct, frozen=True, tag="happening"):
    """What an event tells, before it has a number."""

    phase: Phase
    state: EventState
    message: str
    data: Mapping[str, Any] = {}
    done: int = 0
    of: int = 0
    """How many of how many parts of the phase are done, where it has parts."""


class Course(Struct, frozen=True):
    """How far the events of a job have come: what the next one follows."""

    job: str
    mode: Mode
    seq: int = 0
    percent: int = 0


def happened(course: Course, what: Happening, time: datetime) -> tuple[Course, Event]:
    percent = max(course.percent, _percent(course.mode, what))
    event = Event(course.job, course.seq + 1, time, what.phase, what.state, percent, what.message, what.data)
    return Course(course.job, course.mode, event.seq, percent), event


def state_told(job: Job) -> Happening:
    """What there is to tell of a job in its present state, when it has just come into it."""
    state = job.state
    data = {"status": state.status.value, "attempt": job.attempt}
    if state.status is Status.QUEUED:
        message = f"waits once more: {state.reason}" if job.attempt > 1 else "waits"
        return Happening(Phase.QUEUED, EventState.STARTED, message, data)
    if state.status is Status.RUNNING:
        return Happening(state.phase, EventState.STARTED, BEGINS[state.phase], data)
    message = f"{state.status.value}: {state.reason}" if state.reason else state.status.value
    is_well = state.status is Status.SUCCEEDED
    return Happening(Phase.DONE, EventState.FINISHED if is_well else EventState.FAILED, message, data)


def _percent(mode: Mode, what: Happening) -> int:
    if what.phase is Phase.DONE:
        return 100 if what.state is EventState.FINISHED else 0
    order = WORKING[mode]
    if what.phase not in order:
        return 0
    whole = sum(SHARE[phase] for phase in order)
    before = sum(SHARE[phase] for phase in order[: order.index(what.phase)])
    reached = before + SHARE[what.phase] * _part(what)
    return min(int(100 * reached / whole), MOST_BEFORE_DONE)


def _part(what: Happening) -> float:
    if what.state is EventState.FINISHED:
        return 1.0
    return min(max(what.done / what.of, 0.0), 1.0) if what.of > 0 else 0.0
