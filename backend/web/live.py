"""Socket.IO: who watches a job, the list of their own or the queue is told what happens, as it happens.

A client says `watch {job, after}`; the answer has the job, what its events amount to (or those after number `after`)
and the number of the last one; then `events {job, events}` come. Each event has the next number. One that is known
already is skipped; after a gap, and when `resume` comes, the client says `watch` again with the last number it has.
`job` is a job of the user's own, or of the queue, in another state, `removed {job}` one that there is not any more;
`ended` says why the socket is closed.
"""

from collections.abc import Callable, Sequence
from http import HTTPStatus
from time import monotonic
from typing import Annotated, Any

import msgspec
from flask import Flask, request
from flask_socketio import SocketIO, join_room, leave_room
from msgspec import Meta, Struct

from backend.config import Config
from backend.engine import EngineError
from backend.engine.protocol import Code
from backend.web import nonsense
from backend.web.batches import PAUSE_S, Event
from backend.web.door import Door, Limits, identified
from backend.web.engine import Engine, asked
from backend.web.errors import ProblemError
from backend.web.exchange import Exchange
from backend.web.feed import Feed
from backend.web.rooms import Rooms
from backend.web.sockets import KEY, Identity, Sockets

MESSAGE_BYTES = 16 * 1024
MOST_WATCHED = 50
"""Jobs of one socket."""
SWEEP_S = 1.0
RESUMED = 50
"""Sockets that are told to ask again at once, ten times a second."""
QUEUE = "queue"
WATCHED = "tsim.watched"
"""In the environment of the request that a socket began with."""
ENDED = "The session has ended: sign in again."
CHANGED = "What you may do has changed: open the page again."


class Watch(Struct, frozen=True, forbid_unknown_fields=True):
    job: Annotated[str, Meta(min_length=1, max_length=64)]
    after: Annotated[int, Meta(ge=0)] | None = None


class Unwatch(Struct, frozen=True, forbid_unknown_fields=True):
    job: Annotated[str, Meta(min_length=1, max_length=64)]


class Told(Struct, frozen=True):
    events: list[Event]


class Live:
    """The sockets of one application. It starts nothing until the first one is opened."""

    def __init__(self, app: Flask, config: Config, engine: Engine) -> None:
        self._app = app
        self._exchange = Exchange(config.redis, self._resume) if config.redis else None
        beside = app.wsgi_app
        self.io = SocketIO(
            app,
            async_mode="eventlet" if config.is_green else "threading",
            manage_session=False,
            async_handlers=False,  # what a socket asks is answered before it is read again: no thread for each message
            cors_allowed_origins=[],  # the door looks at the origin
            logger=nonsense.log,
            engineio_logger=nonsense.log,
            max_http_buffer_size=MESSAGE_BYTES,
            client_manager=self._exchange or Rooms(),
        )
        ways = self.io.server.eio._async
        self.io.server.eio._async = {**ways, "websocket": nonsense.checked(ways["websocket"])}
        self.sockets = Sockets(self.io.server)
        self._feed = Feed(engine, self, would_lead=self._exchange is not None)
        self._is_leading = False
        self._has_begun = False
        self._doubtful: set[str] = set()
        """Users whose sessions have to be asked for again."""
        limits = Limits(config.live_connections, config.user_sockets)
        app.wsgi_app = Door(app, beside, self.sockets, limits, self._begin)  # type: ignore[method-assign]
        self._answer_to("watch", Watch, self._watch)
        self._answer_to("unwatch", Unwatch, self._unwatch)
        self._answer_to("watch_queue", None, self._watch_queue)
        self._answer_to("unwatch_queue", None, lambda _: leave_room(QUEUE))
        self.io.on("connect")(self._connect)

    def _begin(self) -> None:
        if not self._has_begun:
            self._has_begun = True
            self.io.start_background_task(self._feed.run)
            self.io.start_background_task(self._sweep)

    # What clients say.

    def _connect(self, _auth: object = None) -> bool:
        if KEY not in request.environ:
            return False  # its session has ended just now
        join_room(_list_of(_identity().username))
        return True

    def _answer_to(self, message: str, kind: type[Struct] | None, answer: Callable[[Any], object]) -> None:
        def answered(*given: object) -> object:
            try:
                return answer(_read(kind, given)) or {}
            except (ProblemError, EngineError) as error:
                return {"error": self._problem(error)}

        self.io.on(message)(answered)

    def _problem(self, error: ProblemError | EngineError) -> object:
        """The document that REST would answer with."""
        response = self._app.make_response(self._app.handle_user_exception(error))
        return msgspec.json.decode(response.get_data())

    def _watch(self, wanted: Watch) -> object:
        """Nothing is missed: it is asked once more after the room was entered, and both ends go by numbers."""
        watched = _watched()
        if len(watched | {wanted.job}) > MOST_WATCHED:
            text = f"{MOST_WATCHED} jobs are watched here, and that is the limit: say unwatch of one first."
            raise ProblemError(HTTPStatus.TOO_MANY_REQUESTS, text)
        params = {**_identity().params, "job": wanted.job}
        job = asked(dict[str, Any], "job", params)
        snapshot = job.pop("snapshot")
        if job["ended"] is None:
            watched.add(wanted.job)
            join_room(_room_of(wanted.job))
        after = snapshot["seq"] if wanted.after is None else wanted.after
        events = asked(Told, "events", {**params, "after": after}).events
        seq = events[-1]["seq"] if events else min(after, snapshot["seq"])
        return {"job": job, "snapshot": snapshot if wanted.after is None else None, "events": events, "seq": seq}

    def _unwatch(self, wanted: Unwatch) -> None:
        _watched().discard(wanted.job)
        leave_room(_room_of(wanted.job))

    def _watch_queue(self, _: None) -> object:
        identity = identified(_identity().params)
        if identity.role != "admin":
            raise ProblemError(HTTPStatus.FORBIDDEN, "Only an administrator sees the queue.")
        join_room(QUEUE)
        waiting = [asked(dict[str, Any], "jobs", {**identity.params, "status": word}) for word in ("running", "queued")]
        return {"jobs": [job for found in waiting for job in found["jobs"]]}

    # What the engine says.

    def begins(self, engine: str) -> None:
        if self._exchange is not None:
            self._exchange.serve(engine)
        self._doubtful |= {one.username for one in self.sockets.open().values()}
        self._resume()

    def leads(self, is_leading: bool) -> None:
        self._is_leading = is_leading

    def happens(self, job: str, events: Sequence[Event]) -> None:
        self._tell("events", {"job": job, "events": events}, _room_of(job))

    def changes(self, job: dict[str, Any]) -> None:
        self._tell("job", job, [_list_of(job["user"]), QUEUE])

    def removes(self, job: str, user: str) -> None:
        self._tell("removed", {"job": job}, [_list_of(user), QUEUE])

    def alters(self, person: str) -> None:
        self._doubtful.add(person)

    def _tell(self, message: str, data: object, room: str | list[str]) -> None:
        """To those here, and by who leads to those of other engines."""
        self.io.server.emit(message, data, to=room, ignore_queue=not self._is_leading)

    def _resume(self) -> None:
        """All are told, but not all at once: each of them asks the engine then."""
        found = [self.io.server.manager.sid_from_eio_sid(id_, "/") for id_ in self.sockets.open()]
        sockets = [sid for sid in found if sid is not None]
        self._tell_resume(sockets[:RESUMED])
        if len(sockets) > RESUMED:
            self.io.start_background_task(self._resume_others, sockets[RESUMED:])

    def _resume_others(self, sockets: Sequence[str]) -> None:
        for first in range(0, len(sockets), RESUMED):
            self.io.sleep(PAUSE_S)
            self._tell_resume(sockets[first : first + RESUMED])

    def _tell_resume(self, sockets: Sequence[str]) -> None:
        for sid in sockets:
            self.io.server.emit("resume", {}, to=sid, ignore_queue=True)

    # What nobody says.

    def _sweep(self) -> None:
        while True:
            self.io.sleep(SWEEP_S)
            try:
                self.sockets.end_leaving()
                self.sockets.drop_slow()
                self.end_sessions()
            except Exception:  # the edge of a thread: it must go on
                self._app.logger.exception("sockets are looked after again in %g s", SWEEP_S)

    def end_sessions(self) -> None:
        """Closes the sockets of those that are nobody any more."""
        now_s = monotonic()
        doubtful, self._doubtful = self._doubtful, set()
        found: dict[Identity, list[str]] = {}
        for id_, identity in self.sockets.open().items():
            if identity.username in doubtful or identity.until_s < now_s:
                found.setdefault(identity, []).append(id_)
        for identity, ids in found.items():
            self._look_again(identity, ids)

    def _look_again(self, identity: Identity, ids: Sequence[str]) -> None:
        try:
            with self._app.app_context():
                now = identified(identity.params)
        except EngineError as error:
            if error.code not in (Code.DENIED, Code.FORBIDDEN):
                self._doubtful.add(identity.username)
                return
            reason = ENDED
        else:
            if (now.username, now.role) == (identity.username, identity.role):
                self.sockets.renew(ids, now)
                return
            reason = CHANGED
        for id_ in ids:
            self.sockets.close(id_, reason)


def register(app: Flask, config: Config, engine: Engine) -> None:
    app.extensions["tsim_live"] = Live(app, config, engine)


def _identity() -> Identity:
    found: Identity = request.environ[KEY]
    return found


def _watched() -> set[str]:
    """Jobs of this socket. Socket.IO would look through all rooms for that."""
    found: set[str] = request.environ.setdefault(WATCHED, set())
    return found


def _room_of(job: str) -> str:
    return f"job:{job}"


def _list_of(user: str) -> str:
    return f"user:{user}"


def _read(kind: type[Struct] | None, given: Sequence[object]) -> Any:
    if kind is None:
        return None
    try:
        return msgspec.convert(given[0] if given else None, kind)
    except msgspec.ValidationError as error:
        text, _, place = str(error).partition(" - at `$")
        field = place.strip(".`") or None
        raise ProblemError(HTTPStatus.UNPROCESSABLE_ENTITY, f"{field}: {text}" if field else text, field) from None
