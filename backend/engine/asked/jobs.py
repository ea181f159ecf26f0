"""Tests: submitted, watched, cancelled, and what came of them."""

import asyncio
import base64
import secrets
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Annotated, Any, Literal

from msgspec import Meta, Raw

from backend.engine.asked.declared import declared
from backend.engine.asked.once import Alone, id_of, same
from backend.engine.asked.people import READ, TEST, People, Person, Signed
from backend.engine.asked.questions import answered
from backend.engine.calling import Call, Caller
from backend.engine.paper import Paper
from backend.engine.protocol import Code, EngineError
from backend.engine.running.board import Board, now
from backend.engine.running.conductor import Conductor
from backend.engine.running.log import Log
from backend.engine.snapshots import Snapshots
from backend.jobs.asking import read_priority
from backend.jobs.document import job_document, place_document, question_document
from backend.jobs.error import UnknownJobError
from backend.jobs.job import Job
from backend.jobs.record import RecordError, decode_asked, decode_event, decode_job
from backend.jobs.snapshot import snapshot_of
from backend.store.jobs import JobRecord, Wanted
from backend.store.jobs import Jobs as Kept
from backend.wire.difference import difference

LOOK_S = 0.25
"""How often it is told where a waiting job stands."""
Count = Annotated[int, Meta(ge=0)]
Time = Annotated[datetime, Meta(tz=True)]


class Submit(Signed, frozen=True, forbid_unknown_fields=True, kw_only=True):
    question: dict[str, Any]
    key: Annotated[str, Meta(min_length=1, max_length=255)] | None = None
    """With the same one, the same user gets the same test, and no second one."""


class OfJob(Signed, frozen=True, forbid_unknown_fields=True, kw_only=True):
    job: str


class OfService(OfJob, frozen=True, forbid_unknown_fields=True, kw_only=True):
    service: str = ""
    """Such as 443/tcp; none: the first one."""
    form: Literal["json", "svg", "png"] = "svg"
    width: Annotated[int, Meta(ge=150, le=2000)] = 527
    """Of `json`, in points."""


class OfReport(OfJob, frozen=True, forbid_unknown_fields=True, kw_only=True):
    part: str = ""
    """`summary`, a service such as 443/tcp, or `appendix`; none: all of it."""
    paper: Literal["a4", "letter"] = "a4"


class Compare(OfJob, frozen=True, forbid_unknown_fields=True, kw_only=True):
    other: str
    """The later one, where that matters."""


class Watch(OfJob, frozen=True, forbid_unknown_fields=True, kw_only=True):
    after: Count | None = None
    """The number of the last event that is known already; None: what they all amount to comes first."""


class List(Signed, frozen=True, forbid_unknown_fields=True, kw_only=True):
    user: str | None = None
    status: str | None = None
    source: str | None = None
    destination: str | None = None
    network: str | None = None
    since: Time | None = None
    until: Time | None = None
    before: Count | None = None
    q: Annotated[str, Meta(max_length=200)] = ""
    """Words that all stand in its id, user, source, destination, names, services, or what stopped them and where."""
    verdict: str | None = None
    """Of any service."""
    limit: Annotated[int, Meta(ge=1, le=500)] = 50


class Jobs:
    def __init__(
        self,
        people: People,
        snapshots: Snapshots,
        board: Board,
        conductor: Conductor,
        paper: Paper,
        kept: Kept,
        max_services: int,
    ) -> None:
        self._people = people
        self._snapshots = snapshots
        self._board = board
        self._conductor = conductor
        self._paper = paper
        self._kept = kept
        self._max_services = max_services
        self._alone = Alone()
        self.removal_listeners: list[Callable[[str, str], None]] = []

    def calls(self) -> Mapping[str, Call]:
        return {
            "submit": declared(Submit, self._submit),
            "jobs": declared(List, self._jobs),
            "job": declared(OfJob, self._job),
            "watch": declared(Watch, self._watch),
            "events": declared(Watch, self._events),
            "result": declared(OfJob, self._result),
            "compare": declared(Compare, self._compare),
            "report": declared(OfReport, self._report),
            "table": declared(OfJob, self._table),
            "picture": declared(OfService, self._picture),
            "cancel": declared(OfJob, self._cancel),
            "remove": declared(OfJob, self._remove),
        }

    async def _submit(self, caller: Caller, asked: Submit) -> object:
        person = await self._people.who(caller, asked, TEST)
        snapshot = self._snapshots.active
        question = asked.question
        checked = await answered(self._snapshots, "check", question, snapshot, max_services=self._max_services)
        id_ = id_of(person.name, asked.key) if asked.key is not None else secrets.token_hex(8)
        job = Job(id_, person.name, decode_asked(bytes(checked)), now(), read_priority(question))
        if asked.key is None:
            kept = await self._conductor.submit(job)
        else:
            kept = await asyncio.shield(self._submit_once(job))  # its id is taken until it is committed
        self._people.note(person, "submit", job.id)
        return self._document(kept)

    async def _submit_once(self, job: Job) -> Job:
        async with self._alone.of(job.id):
            known = await self._known(job.id)
            return same(known, job.asked) if known is not None else await self._conductor.submit(job)

    async def _jobs(self, caller: Caller, asked: List) -> object:
        """Newest first; those of others only for an administrator."""
        person = await self._people.who(caller, asked)
        if asked.user is not None and not person.may_see(asked.user):
            raise EngineError(Code.FORBIDDEN, "only an administrator sees the tests of others", "user")
        same = {name: getattr(asked, name) for name in Wanted.__struct_fields__ if name in List.__struct_fields__}
        user = asked.user if person.is_admin else person.name
        wanted = Wanted(**same | {"user": user, "words": asked.q.split()})
        records = await asyncio.to_thread(self._kept.find, wanted)
        jobs = [self._document(job) for job in map(self._listed, records) if job is not None]
        return {"jobs": jobs, "next": records[-1].number if len(records) == asked.limit else None}

    def _listed(self, record: JobRecord) -> Job | None:
        """One that another version of this program has kept does not stand in the way of all others."""
        try:
            return self._board.find(record.id) or decode_job(record.document)
        except RecordError:
            return None

    async def _job(self, caller: Caller, asked: OfJob) -> object:
        """With what its events amount to so far."""
        job = await self._found(caller, asked)
        snapshot = snapshot_of(job.id, map(decode_event, await self._told(job)))
        return self._document(job) | {"snapshot": snapshot, "question": question_document(job)}

    async def _watch(self, caller: Caller, asked: Watch) -> AsyncIterator[object]:
        """To its end: `job` with a snapshot first, then each `event`, and its `place` while it waits."""
        job = await self._found(caller, asked)
        seq = asked.after
        if seq is None:
            told = await self._told(job)
            seq = len(told)
            yield {"job": self._document(job), "snapshot": snapshot_of(job.id, map(decode_event, told))}
        log = self._board.log(job.id)
        if log is None:
            for event in await self._kept_events(job.id, seq):
                yield {"event": Raw(event)}
            return
        async for frame in self._live(job.id, log, seq):
            yield frame

    async def _live(self, id_: str, log: Log, seq: int) -> AsyncIterator[object]:
        place = None
        while True:
            for event in log.since(seq):
                seq += 1
                yield {"event": Raw(event)}
            if log.is_over:
                return
            before, place = place, self._board.place(id_)
            if place is not None and place != before:
                yield {"place": place_document(place)}
            if seq < log.seq:
                continue
            try:
                async with asyncio.timeout(LOOK_S if place is not None else None):
                    await log.changed()
            except TimeoutError:
                continue

    async def _events(self, caller: Caller, asked: Watch) -> object:
        job = await self._found(caller, asked)
        return {"job": job.id, "events": [Raw(event) for event in await self._told(job, asked.after or 0)]}

    async def _result(self, caller: Caller, asked: OfJob) -> Raw:
        return Raw(await self._known_result(await self._found(caller, asked)))

    async def _known_result(self, job: Job) -> bytes:
        document = self._conductor.result(job.id) or await asyncio.to_thread(self._kept.result, job.id)
        if document is None:
            raise _without("result", job)
        return document

    async def _compare(self, caller: Caller, asked: Compare) -> object:
        """What two tests found differently, as far as they are known."""
        person = await self._people.who(caller, asked)
        results = [await self._known_result(await self._of(person, id_)) for id_ in (asked.job, asked.other)]
        return await asyncio.to_thread(difference, *results)

    async def _report(self, caller: Caller, asked: OfReport) -> object:
        """A PDF, in the letters of base64. One that is not there is drawn, if there is a result."""
        job = await self._found(caller, asked)
        is_whole = (asked.part, asked.paper) == ("", "a4")
        pdf = await asyncio.to_thread(self._kept.report, job.id) if is_whole else None
        if pdf is None:
            document = await asyncio.to_thread(self._kept.result, job.id)
            if document is None or not job.state.has_ended:
                raise _without("report", job)
            pdf = await (self._conductor.drawn(job.id, document) if is_whole else self._part(document, asked))
        letters = await asyncio.to_thread(base64.b64encode, pdf)
        return {"job": job.id, "pdf": letters.decode("ascii")}

    async def _part(self, document: bytes, asked: OfReport) -> bytes:
        made = await self._paper.parted(document, asked.paper, asked.part)
        if not made.drawn:
            raise EngineError(Code.BAD_VALUE, made.error, "part")
        return made.drawn

    async def _table(self, caller: Caller, asked: OfJob) -> object:
        """The result as CSV."""
        job = await self._found(caller, asked)
        made = await self._paper.tabled(await self._known_result(job))
        return {"job": job.id, "drawn": made.drawn}

    async def _picture(self, caller: Caller, asked: OfService) -> object:
        """The ways of one service, from the prediction on."""
        job = await self._found(caller, asked)
        document = await self._known_result(job)
        picture = await self._paper.pictured(document, asked.service, asked.form, asked.width)
        if not picture.drawn:
            raise EngineError(Code.BAD_VALUE, picture.error, "service")
        return {"job": job.id, "drawn": picture.drawn}

    async def _cancel(self, caller: Caller, asked: OfJob) -> object:
        person = await self._people.who(caller, asked, TEST)
        job = await self._of(person, asked.job)
        if not job.state.has_ended:
            self._people.note(person, "cancel", job.id)
            with suppress(UnknownJobError):  # it has ended in this moment, and that is being committed
                job = await self._conductor.cancel(job.id, f"cancelled by {person.name}")
        return self._document(job)

    async def _remove(self, caller: Caller, asked: OfJob) -> object:
        person = await self._people.who(caller, asked, TEST)
        job = await self._of(person, asked.job)
        if not job.state.has_ended:
            raise EngineError(Code.BAD_VALUE, f"job {job.id} is {job.state.status.value}: cancel it first", "job")
        is_removed = await asyncio.to_thread(self._kept.remove, job.id)
        self._people.note(person, "remove", job.id)
        for listener in self.removal_listeners:
            listener(job.id, job.user)
        return {"removed": is_removed}

    async def _found(self, caller: Caller, asked: OfJob) -> Job:
        return await self._of(await self._people.who(caller, asked, READ), asked.job)

    async def _of(self, person: Person, id_: str) -> Job:
        """A job of somebody else's is one that there is not."""
        job = await self._known(id_)
        if job is None or not person.may_see(job.user):
            raise EngineError(Code.NOT_FOUND, f"there is no job {id_[:64]!r}", "job")
        return job

    async def _known(self, id_: str) -> Job | None:
        job = self._board.find(id_)
        if job is None:
            record = await asyncio.to_thread(self._kept.get, id_)
            job = decode_job(record.document) if record is not None else None
        return job

    async def _told(self, job: Job, after: int = 0) -> list[bytes]:
        log = self._board.log(job.id)
        return list(log.since(after)) if log is not None else await self._kept_events(job.id, after)

    async def _kept_events(self, id_: str, after: int) -> list[bytes]:
        return await asyncio.to_thread(self._kept.all_events, id_, after)

    def _document(self, job: Job) -> dict[str, Any]:
        return job_document(job, self._board.place(job.id))


def _without(what: str, job: Job) -> EngineError:
    return EngineError(Code.NOT_FOUND, f"there is no {what} of job {job.id}: it is {job.state.status.value}")
