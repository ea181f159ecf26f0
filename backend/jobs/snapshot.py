"""A job as its events up to one of them show it: who begins to watch gets this, and then the events after it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct, structs

from backend.jobs.error import JobError
from backend.jobs.event import Event, EventState
from backend.jobs.phase import Phase

SERVICE = "service"
"""Key of an event's data: it is about this service."""


class GapError(JobError):
    """Events are missing: whoever watches has to ask for them."""

    def __init__(self, expected: int, found: int) -> None:
        super().__init__(f"event {found} came, and {expected} would be next")
        self.expected = expected
        self.found = found


class PhaseView(Struct, frozen=True):
    state: EventState
    began: datetime
    changed: datetime
    message: str


class Snapshot(Struct, frozen=True):
    job: str
    seq: int = 0
    """Of the last event in it."""
    percent: int = 0
    phase: Phase = Phase.QUEUED
    state: EventState = EventState.STARTED
    message: str = ""
    phases: Mapping[Phase, PhaseView] = {}
    services: Mapping[str, Mapping[str, Any]] = {}
    """What is known of each service so far, as the latest event about it says."""


def applied(snapshot: Snapshot, event: Event) -> Snapshot:
    """With one more event. One that is in it already changes nothing; GapError where one is missing before it."""
    if event.seq <= snapshot.seq:
        return snapshot
    if event.seq != snapshot.seq + 1:
        raise GapError(snapshot.seq + 1, event.seq)
    if event.phase is Phase.QUEUED and event.state is EventState.STARTED:
        snapshot = structs.replace(snapshot, phases={}, services={})  # it begins, or begins once more
    services = snapshot.services
    if SERVICE in event.data:
        services = {**services, str(event.data[SERVICE]): event.data}
    return Snapshot(
        job=event.job,
        seq=event.seq,
        percent=event.percent,
        phase=event.phase,
        state=event.state,
        message=event.message,
        phases={**snapshot.phases, event.phase: _view(snapshot.phases.get(event.phase), event)},
        services=services,
    )


def snapshot_of(job: str, events: Iterable[Event]) -> Snapshot:
    snapshot = Snapshot(job)
    for event in events:
        snapshot = applied(snapshot, event)
    return snapshot


def since(events: Sequence[Event], seq: int) -> Sequence[Event]:
    """Those after number `seq`; `events` are all from 1."""
    return events[max(seq, 0) :]


def _view(known: PhaseView | None, event: Event) -> PhaseView:
    began = known.began if known is not None and event.state is not EventState.STARTED else event.time
    return PhaseView(event.state, began, event.time, event.message)
