"""The events of a job as server-sent events, for `curl` and for whoever has no Socket.IO.

Each has its number as id, so a client that comes back says the last one (`Last-Event-ID`, or `after`) and gets the
rest. `place` says where a waiting job stands, `end` that nothing more comes. A stream that ends without it was cut off.
"""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from http import HTTPStatus
from time import monotonic
from typing import Annotated, cast

import msgspec
from flask import Flask, Response, current_app, request
from flask.typing import ResponseReturnValue
from msgspec import UNSET, Meta, Raw, Struct, UnsetType

from backend.engine import EngineError
from backend.engine.client import Stream
from backend.web.access import signed, who
from backend.web.engine import Engine, asked
from backend.web.errors import ProblemError
from backend.web.route import Media, Route

TYPE = "text/event-stream"
MOST = 200
"""Each is a connection to the engine, and it takes 448 of one user."""
MOST_OF_USER = 10
HEARTBEAT_S = 5.0
"""Only who is written to is noticed to have gone."""
LOOK_S = 1.0
"""Whether this process ends."""
LAST = "Last-Event-ID"
Count = Annotated[int, Meta(ge=0, le=2**53)]


class Run(Struct, frozen=True):
    run_id: str
    after: Count = 0
    """The number of the last event that is known already."""


class Reached(Struct, frozen=True):
    seq: int


class Now(Struct, frozen=True):
    snapshot: Reached


class Frame(Struct, frozen=True):
    event: Raw | UnsetType = UNSET
    place: Raw | UnsetType = UNSET


_frame = msgspec.json.Decoder(Frame)
_reached = msgspec.json.Decoder(Reached)


class Streams:
    """How many are open, and whether they may go on."""

    def __init__(self) -> None:
        self.is_ending = False
        self._open: Counter[str] = Counter()
        self._lock = threading.Lock()

    def end(self) -> None:
        """All of them soon, those to come too."""
        self.is_ending = True

    def take(self, username: str) -> Callable[[], None]:
        """To be called when it is closed; ProblemError where there are too many."""
        with self._lock:
            if self._open.total() >= MOST:
                raise ProblemError(HTTPStatus.SERVICE_UNAVAILABLE, "Too many event streams are open here.")
            if self._open[username] >= MOST_OF_USER:
                text = f"{username} has {MOST_OF_USER} event streams open, and that is the limit."
                raise ProblemError(HTTPStatus.TOO_MANY_REQUESTS, text)
            self._open[username] += 1
        return lambda: self._give_back(username)

    def _give_back(self, username: str) -> None:
        with self._lock:
            self._open[username] -= 1
            if not self._open[username]:
                del self._open[username]


def register(app: Flask) -> None:
    app.extensions["tsim_streams"] = Streams()


def is_wanted() -> bool:
    """By an Accept that names it: `*/*` means JSON."""
    return any(kind == TYPE for kind, _ in request.accept_mimetypes)


def progress_stream(query: Run) -> ResponseReturnValue:
    return events_of(query.run_id, query.after)


def events_of(job: str, after: int) -> Response:
    """Those after that number, until the job has ended."""
    after = _last_known(after)
    params = signed(job=job)
    seq = asked(Now, "job", params).snapshot.seq  # what is refused is refused before anything is sent
    streams = cast(Streams, current_app.extensions["tsim_streams"])
    give_back = streams.take(who().username)
    try:
        # From one before, so that the engine says something at once, and not when something happens.
        frames = _engine().stream("watch", {**params, "after": max(min(after, seq) - 1, 0)})
    except BaseException:
        give_back()
        raise
    response = Response(_told(frames, after, _authority(), streams), mimetype=TYPE)
    response.headers["X-Accel-Buffering"] = "no"  # nginx passes each event on as it comes
    response.headers["Cache-Control"] = "no-store"
    response.call_on_close(give_back)
    response.call_on_close(frames.close)
    return response


def _engine() -> Engine:
    return cast(Engine, current_app.extensions["tsim_engine"])


def _last_known(after: int) -> int:
    given = request.headers.get(LAST, "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 16 else after


def _authority() -> Callable[[], None]:
    """EngineError when the session has ended meanwhile."""
    engine, params = current_app.extensions["tsim_engine"], signed()
    return lambda: engine.call("session", params)


def _told(frames: Stream, after: int, check: Callable[[], None], streams: Streams) -> Iterator[bytes]:
    beaten_s = monotonic()
    try:
        while not streams.is_ending:
            if frames.waited(LOOK_S):
                frame = next(frames, None)
                if frame is None:
                    yield b"event: end\ndata: {}\n\n"
                    return
                yield from _lines(_frame.decode(frame), after)
            if monotonic() - beaten_s >= HEARTBEAT_S:
                yield b":\n\n"  # a comment: who is between us keeps the connection open
                check()
                beaten_s = monotonic()
    except EngineError as error:
        yield f": {error.message}\n\n".encode()


def _lines(frame: Frame, after: int) -> Iterator[bytes]:
    if isinstance(frame.place, Raw):
        yield b"event: place\ndata: " + bytes(frame.place) + b"\n\n"
    if isinstance(frame.event, Raw):
        seq = _reached.decode(frame.event).seq
        if seq > after:
            yield b"id: %d\ndata: " % seq + bytes(frame.event) + b"\n\n"


ROUTES = [
    Route(
        "GET", "/api/progress-stream", progress_stream, "The events of a test as they happen", "tests",
        {200: Media(TYPE)}, query=Run, headers={LAST: "The number of the last event that is known already."},
    ),
]  # fmt: skip
