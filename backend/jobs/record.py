"""Jobs, their events and what a working process says, as documents: written, and read back the same.

A document says its version. One that this program does not know is refused: to read half of it would lose the rest.

Processes that test import this as well, and have no database: what only the store needs is imported where it is.
"""

from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import Struct, defstruct, msgpack, structs

from backend.jobs.error import JobError
from backend.jobs.event import Event, Happening
from backend.jobs.job import Asked, Job
from backend.jobs.progress import Entered, Found, Item
from backend.model.address import parse_address
from backend.wire.services import spoken

if TYPE_CHECKING:
    from backend.store.jobs import EventRecord, JobRecord

VERSION = 1
ADDRESSES = ("source", "destination")
MOST_WORDS = 2000
"""Bytes: an entry of an index of PostgreSQL may have 2,704 (BTMaxItemSize in nbtree.h)."""


ADDED = {"names": ("", "")}
"""Fields of later releases: what was kept without them has these."""


class RecordError(JobError):
    """A document that was kept cannot be read."""


class _Version(Struct, frozen=True):
    version: int


def _written(kind: type[Struct], **others: Any) -> Any:
    """The same fields, some of them as other types: msgspec reads no union of both kinds of addresses."""
    types = {field.name: others.get(field.name, field.type) for field in structs.fields(kind)}
    fields = [(name, type_, ADDED[name]) if name in ADDED else (name, type_) for name, type_ in types.items()]
    return defstruct(f"Written{kind.__name__}", fields, frozen=True, forbid_unknown_fields=True)


_Asked = _written(Asked, **dict.fromkeys(ADDRESSES, str))
_Job = _written(Job, asked=_Asked)
_JOB = defstruct("JobDocument", [("version", int), ("job", _Job)], frozen=True, forbid_unknown_fields=True)
_ASKED = defstruct("AskedDocument", [("version", int), ("asked", _Asked)], frozen=True, forbid_unknown_fields=True)

_version = msgspec.json.Decoder(_Version)
_job = msgspec.json.Decoder(_JOB)
_asked = msgspec.json.Decoder(_ASKED)
_event = msgspec.json.Decoder(Event)
_item = msgpack.Decoder(Entered | Happening | Found)
_raw = msgspec.json.Decoder(msgspec.Raw)
_encoder = msgspec.json.Encoder(enc_hook=str)


def encode_job(job: Job) -> bytes:
    return _encoder.encode({"version": VERSION, "job": job})


def decode_job(document: bytes) -> Job:
    """RecordError where it is none, or is of another version of this program."""
    written = _read(_job, document, "job").job
    fields = structs.asdict(written)
    return Job(**fields | {"asked": _addressed(written.asked)})


def encode_asked(asked: Asked) -> bytes:
    return _encoder.encode({"version": VERSION, "asked": asked})


def decode_asked(document: bytes) -> Asked:
    return _addressed(_read(_asked, document, "question").asked)


def encode_event(event: Event) -> bytes:
    """As REST and sockets give it."""
    return msgspec.json.encode(event)


def decode_event(document: bytes) -> Event:
    try:
        return _event.decode(document)
    except msgspec.MsgspecError as error:
        raise RecordError(f"this is no event that was kept: {error}") from None


def job_record(job: Job) -> "JobRecord":
    """For the store: the document, and by what one looks for it."""
    from backend.store.jobs import JobRecord

    return JobRecord(
        id=job.id,
        user=job.user,
        number=job.number,
        status=job.state.status.value,
        submitted=job.submitted.time,
        ended=job.ended.time if job.ended is not None else None,
        source=str(job.asked.source),
        destination=str(job.asked.destination),
        network=job.asked.snapshot,
        mode=job.asked.mode.value,
        document=encode_job(job),
        words=_words(job),
        verdicts=" ".join(sorted({outcome.verdict.value for outcome in job.outcomes})),
    )


def _words(job: Job) -> str:
    """In small letters, what a person may look for."""
    known = (job.id, job.user, str(job.asked.source), str(job.asked.destination), *job.asked.names)
    found = (word for each in job.outcomes for word in (each.verdict.value, each.router, each.action))
    words = dict.fromkeys((*known, *map(spoken, job.asked.services), *found))
    return " ".join(word.lower() for word in words if word).encode()[:MOST_WORDS].decode(errors="ignore")


def event_record(event: Event) -> "EventRecord":
    from backend.store.jobs import EventRecord

    return EventRecord(event.job, event.seq, event.time, encode_event(event))


def encode_item(item: Item) -> bytes:
    return msgpack.encode(item)


def decode_item(message: bytes) -> Item:
    """Also what is in it can be passed on then: who tests reads what strangers wrote."""
    try:
        item: Item = _item.decode(message)
        if isinstance(item, Happening):
            msgspec.json.encode(item.data)
        elif isinstance(item, Found):
            _raw.decode(item.document)
    except (msgspec.MsgspecError, TypeError, ValueError, RecursionError) as error:
        raise RecordError(f"this is nothing that a test says: {error}") from None
    if isinstance(item, Found) and b"\n" in item.document:
        raise RecordError("this is nothing that a test says: a document of more than one line")
    return item


def _addressed(written: Any) -> Asked:
    try:
        addresses = {name: parse_address(getattr(written, name)) for name in ADDRESSES}
    except ValueError as error:
        raise RecordError(f"this is no job that was kept: {error}") from None
    return Asked(**structs.asdict(written) | addresses)


def _read(decoder: "msgspec.json.Decoder[Any]", document: bytes, what: str) -> Any:
    try:
        version = _version.decode(document).version
        if version != VERSION:
            raise RecordError(f"the {what} was kept by another version of this program: {version}, not {VERSION}")
        return decoder.decode(document)
    except msgspec.MsgspecError as error:
        raise RecordError(f"this is no {what} that was kept: {error}") from None
