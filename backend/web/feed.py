"""The one stream from the engine to this web process, for as long as the process lives.

When the engine goes away it is looked for again, more and more seldom. What happened in between is not made up for
here: events have numbers, so who watches asks for those after the last one that arrived.
"""

import logging
from collections.abc import Sequence
from time import monotonic, sleep
from typing import Any, Protocol

import msgspec
from msgspec import Struct

from backend.engine import EngineError
from backend.engine.protocol import Code
from backend.web.batches import PROGRESS, Batches, Event
from backend.web.engine import Engine

log = logging.getLogger(__name__)
FIRST_PAUSE_S = 0.05
LONGEST_PAUSE_S = 2.0
LOOK_S = 5.0
"""So long nothing need come."""


class Listener(Protocol):
    def begins(self, engine: str) -> None:
        """From here on nothing is missed; `engine` is another one after each of its starts."""

    def leads(self, is_leading: bool) -> None:
        """Whether this process tells the other ones what happens at this engine."""

    def happens(self, job: str, events: Sequence[Event]) -> None: ...

    def changes(self, job: dict[str, Any]) -> None:
        """A job is in another state or phase."""

    def removes(self, job: str, user: str) -> None:
        """There is no such job of this user any more."""

    def alters(self, person: str) -> None:
        """Sessions, tokens or the role of this person are others."""


class Removed(Struct, frozen=True):
    job: str
    user: str


class Frame(Struct, frozen=True):
    engine: str | None = None
    leads: bool | None = None
    job: dict[str, Any] | None = None
    event: Event | None = None
    removed: Removed | None = None
    person: str | None = None


_frame = msgspec.json.Decoder(Frame)


class Feed:
    def __init__(self, engine: Engine, listener: Listener, would_lead: bool) -> None:
        self._engine = engine
        self._listener = listener
        self._would_lead = would_lead
        self._batches = Batches()
        self._changed: dict[str, dict[str, Any]] = {}
        """Jobs in another state, by id."""
        self._pause_s = FIRST_PAUSE_S

    def run(self) -> None:
        """For good."""
        while True:
            try:
                self.listen()
            except EngineError as error:
                log.log(logging.INFO if error.code == Code.UNAVAILABLE else logging.WARNING, "no feed: %s", error)
            except Exception:  # the edge of a thread: without the feed nobody would be told anything any more
                log.exception("the feed begins again")
            self._listener.leads(False)
            sleep(self._pause_s)
            self._pause_s = min(2 * self._pause_s, LONGEST_PAUSE_S)

    def listen(self) -> None:
        """Until the engine ends, which may be an EngineError."""
        self._batches.clear()
        with self._engine.stream("feed", {"lead": self._would_lead}) as frames:
            while True:
                now_s = monotonic()
                if frames.waited(self._batches.wait_s(now_s, LOOK_S)):
                    frame = next(frames, None)
                    if frame is None:
                        return
                    self._hear(_frame.decode(frame))
                self._send()

    def _hear(self, frame: Frame) -> None:
        if frame.engine is not None:
            self._pause_s = FIRST_PAUSE_S
            self._listener.begins(frame.engine)
        if frame.leads is not None:
            self._listener.leads(frame.leads)
        if frame.removed is not None:
            self._listener.removes(frame.removed.job, frame.removed.user)
        if frame.person is not None:
            self._listener.alters(frame.person)
        if frame.event is not None and frame.job is not None:
            self._batches.add(frame.event)
            if frame.event["state"] != PROGRESS:
                self._changed[frame.event["job"]] = frame.job

    def _send(self) -> None:
        for job, events in self._batches.due(monotonic()):
            self._listener.happens(job, events)
            sleep(0)  # a busy engine must not keep everybody else of this process up
        changed, self._changed = self._changed, {}
        for document in changed.values():  # after the events, which are more urgent
            self._listener.changes(document)
