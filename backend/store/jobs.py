"""Jobs with their events, results and reports. What is kept of them is theirs to understand: documents here."""

import zlib
from collections.abc import Sequence
from datetime import datetime
from typing import TypeVar

from msgspec import Struct
from msgspec.structs import asdict
from sqlalchemy import ColumnElement, Connection, Row, delete, func, select

from backend.store import schema
from backend.store.bounds import BIG_INTEGER, INTEGER, bounded, is_text
from backend.store.database import Database
from backend.store.error import StoreError
from backend.store.marks import raise_mark, read_mark

COLUMNS = ("id", "user", "number", "status", "submitted", "ended", "source", "destination", "network", "mode")
LAST_NUMBER = "last number"
AT_ONCE = 1000
"""Ids in one statement."""


T = TypeVar("T")


class JobRecord(Struct, frozen=True):
    """A job for those who look for it; the document is the whole of it, as JSON."""

    id: str
    user: str
    number: int
    """Of submission; no two jobs have the same."""
    status: str
    submitted: datetime
    ended: datetime | None
    """None while it waits or runs."""
    source: str
    destination: str
    network: str
    """The label of the snapshot that it is about."""
    mode: str
    document: bytes
    words: str = ""
    """In small letters, between spaces: what is looked for in it."""
    verdicts: str = ""
    """Of its services, each once, between spaces."""


class EventRecord(Struct, frozen=True):
    job: str
    seq: int
    time: datetime
    document: bytes


class Wanted(Struct, frozen=True):
    """What is None does not matter."""

    user: str | None = None
    status: str | None = None
    source: str | None = None
    destination: str | None = None
    network: str | None = None
    since: datetime | None = None
    """Submitted then or later."""
    until: datetime | None = None
    """Submitted before."""
    before: int | None = None
    """The number of the last job that was read, to go on after it."""
    limit: int = 50
    words: Sequence[str] = ()
    """All of them, each anywhere in what may be looked for."""
    verdict: str | None = None
    """Of any service."""


READ = [schema.jobs.c[name] for name in JobRecord.__struct_fields__]


class Jobs:
    """Each method is one transaction, and may be called from any thread."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._replace_job = database.replacing(schema.jobs, forgotten=("size", "aged_us"))
        self._replace_event = database.replacing(schema.events)
        self._replace_result = database.replacing(schema.results)
        self._replace_report = database.replacing(schema.reports)

    def keep(
        self,
        jobs: Sequence[JobRecord] = (),
        events: Sequence[EventRecord] = (),
        result: tuple[str, bytes] | None = None,
    ) -> None:
        """All of it or nothing; what is there already is replaced, so that it may be said twice."""
        with self._database.writing(not _is_progress(jobs, events, result)) as connection:
            if jobs:
                connection.execute(self._replace_job, [asdict(job) for job in jobs])
            if events:
                connection.execute(self._replace_event, [asdict(event) for event in events])
            if result:
                row = {"job": result[0], "document": zlib.compress(result[1], 1)}
                connection.execute(self._replace_result, row)

    def active(self) -> list[JobRecord]:
        """Those that wait or run, in the order of their numbers."""
        with self._database.reading() as connection:
            rows = connection.execute(select(*READ).where(schema.jobs.c.ended.is_(None)).order_by(schema.jobs.c.number))
            return [_record(row) for row in rows]

    def get(self, id_: str) -> JobRecord | None:
        if not is_text(id_):
            return None
        with self._database.reading() as connection:
            row = connection.execute(select(*READ).where(schema.jobs.c.id == id_)).first()
        return _record(row) if row else None

    def find(self, wanted: Wanted = Wanted()) -> list[JobRecord]:  # noqa: B008 - it is frozen
        """Newest first."""
        conditions = _conditions(wanted)
        if conditions is None:
            return []
        with self._database.reading() as connection:
            number = schema.jobs.c.number
            newest = select(number).where(*conditions).order_by(number.desc()).limit(bounded(wanted.limit))
            # An index has all that is looked at until here, so that the documents of others are not read.
            rows = connection.execute(select(*READ).where(number.in_(newest)).order_by(number.desc()))
            return [_record(row) for row in rows]

    def events(self, id_: str, after: int = 0, limit: int = 1000) -> list[bytes]:
        """Documents of the events with a larger number than `after`, in their order."""
        if not is_text(id_):
            return []
        seq = schema.events.c.seq
        chosen = select(schema.events.c.document).where(schema.events.c.job == id_, seq > bounded(after, INTEGER))
        with self._database.reading() as connection:
            return list(connection.scalars(chosen.order_by(seq).limit(bounded(limit))))

    def all_events(self, id_: str, after: int = 0) -> list[bytes]:
        return self.events(id_, after, BIG_INTEGER)

    def last_seq(self, id_: str) -> int:
        """0 where there is no event yet."""
        return self._one(func.max(schema.events.c.seq), schema.events.c.job, id_) or 0

    def result(self, id_: str) -> bytes | None:
        packed = self._one(schema.results.c.document, schema.results.c.job, id_)
        return None if packed is None else zlib.decompress(packed)

    def keep_report(self, id_: str, pdf: bytes) -> None:
        with self._database.writing() as connection:
            connection.execute(self._replace_report, {"job": id_, "pdf": pdf})
            connection.execute(schema.jobs.update().where(schema.jobs.c.id == id_).values(size=None))

    def report(self, id_: str) -> bytes | None:
        return self._one(schema.reports.c.pdf, schema.reports.c.job, id_)

    def remove(self, id_: str) -> bool:
        """With all that belongs to it. Whether it was there; a StoreError while it waits or runs."""
        record = self.get(id_)
        if record is None:
            return False
        with self._database.writing() as connection:
            if connection.scalar(
                select(schema.jobs.c.id).where(schema.jobs.c.id == id_, schema.jobs.c.ended.is_(None))
            ):
                raise StoreError(f"job {id_} has not ended")
            return remove_jobs(connection, [id_]) == 1

    def forget(self, ids: Sequence[str]) -> None:
        """Jobs of which it was said that they were not kept: who loses a server as it commits does not know."""
        with self._database.writing() as connection:
            for first in range(0, len(ids), AT_ONCE):
                remove_jobs(connection, ids[first : first + AT_ONCE])

    def last_number(self) -> int:
        """The largest number that any job ever had, also one that was removed."""
        with self._database.reading() as connection:
            present = connection.scalar(select(func.max(schema.jobs.c.number))) or 0
            return max(present, read_mark(connection, LAST_NUMBER) or 0)

    def _one(self, wanted: ColumnElement[T], job: ColumnElement[str], id_: str) -> T | None:
        if not is_text(id_):
            return None
        with self._database.reading() as connection:
            return connection.scalar(select(wanted).where(job == id_))


def _is_progress(jobs: Sequence[JobRecord], events: Sequence[EventRecord], result: object) -> bool:
    """Of jobs that run and are neither new nor over: after a power cut they begin again."""
    is_new = not events or any(event.seq == 1 for event in events)
    return not is_new and result is None and all(job.ended is None for job in jobs)


def remove_jobs(connection: Connection, ids: Sequence[str]) -> int:
    """How many there were; their events, results and reports go with them."""
    chosen = schema.jobs.c.id.in_(ids)
    highest = connection.scalar(select(func.max(schema.jobs.c.number)).where(chosen))
    if highest is None:
        return 0
    raise_mark(connection, LAST_NUMBER, highest)
    return connection.execute(delete(schema.jobs).where(chosen)).rowcount


def _record(row: Row[*tuple[object, ...]]) -> JobRecord:
    return JobRecord(*row)  # type: ignore[arg-type]


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]] | None:
    """None: no job can be so."""
    named = {name: getattr(wanted, name) for name in ("user", "status", "source", "destination", "network")}
    texts = {name: value for name, value in named.items() if value is not None}
    if not all(map(is_text, (*texts.values(), *wanted.words, wanted.verdict or ""))):
        return None
    conditions: list[ColumnElement[bool]] = [schema.jobs.c[name] == value for name, value in texts.items()]
    if wanted.since is not None:
        conditions.append(schema.jobs.c.submitted >= wanted.since)
    if wanted.until is not None:
        conditions.append(schema.jobs.c.submitted < wanted.until)
    if wanted.before is not None:
        conditions.append(schema.jobs.c.number < bounded(wanted.before))
    conditions += [schema.jobs.c.words.contains(word.lower(), autoescape=True) for word in wanted.words]
    if wanted.verdict is not None:
        conditions.append((" " + schema.jobs.c.verdicts + " ").contains(f" {wanted.verdict} ", autoescape=True))
    return conditions
