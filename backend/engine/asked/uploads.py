"""Networks that people send, and those that they fetch. A request is small, so both go in pieces."""

import asyncio
import re
from base64 import b64encode
from collections.abc import AsyncGenerator, Iterator, Mapping
from contextlib import contextmanager
from typing import Annotated, Any

import msgspec
from msgspec import Meta, Raw, Struct

from backend.engine.asked.declared import declared
from backend.engine.asked.networks import network_document, record_of
from backend.engine.asked.people import People, Person, Signed
from backend.engine.calling import Call, Caller, Lasting
from backend.engine.packing import packed
from backend.engine.protocol import Code, EngineError
from backend.engine.snapshots import UPLOAD, Facts, SnapshotError, Snapshots
from backend.engine.spool import Owner, Spool, Upload
from backend.engine.unpacking import Content, ContentError, unpack
from backend.engine.workers.error import WorkerError
from backend.facts.directory import SAYING_NOTHING
from backend.facts.error import FactsError
from backend.store.networks import Networks as Kept

PIECE = 1 << 19
"""Bytes; as text they are two thirds of what a request may have."""
UNPACKED = 4
"""What is sent may become so many times as much as an upload may have."""
MOST_TOLD = 1000
"""Diagnostics in an answer; the call `diagnostics` has all."""
NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}")
NAMELESS = "uploaded"
FileName = Annotated[str, Meta(min_length=1, max_length=1024)]


class Begin(Signed, frozen=True, forbid_unknown_fields=True, kw_only=True):
    name: str = ""
    """Of the network; empty: as the archive or its directory is called."""
    bytes: Annotated[int, Meta(ge=0)] | None = None
    """Of all that will be sent, where that is known."""


class Part(Signed, frozen=True, forbid_unknown_fields=True, kw_only=True):
    upload: str
    file: FileName
    """An archive's, or that of a file of facts; there may be several."""
    at: Annotated[int, Meta(ge=0)]
    """How many bytes of this file have been sent before."""
    data: Annotated[bytes, Meta(max_length=PIECE)]
    """In base64."""


class OfUpload(Signed, frozen=True, forbid_unknown_fields=True, kw_only=True):
    upload: str


class End(OfUpload, frozen=True, forbid_unknown_fields=True, kw_only=True):
    activate: bool = False


class Download(Signed, frozen=True, forbid_unknown_fields=True, kw_only=True):
    network: str = ""


class Named(Struct):
    name: str


class Routers(Struct):
    routers: list[Named]


class Uploads:
    def __init__(self, people: People, snapshots: Snapshots, kept: Kept, spool: Spool) -> None:
        self._people = people
        self._snapshots = snapshots
        self._kept = kept
        self._spool = spool
        self._reading = asyncio.Lock()
        """One is in memory at a time."""

    def calls(self) -> Mapping[str, Call]:
        return {
            "upload_begin": declared(Begin, self._begin),
            "upload_part": declared(Part, self._part),
            "upload_end": lasting(declared(End, self._end)),
            "validate": lasting(declared(OfUpload, self._validate)),
            "upload_cancel": declared(OfUpload, self._cancel),
            "download": declared(Download, self._download),
        }

    async def _begin(self, caller: Caller, asked: Begin) -> object:
        person = await self._people.admin(caller, asked)
        if asked.name and not _is_name(asked.name):
            text = f"name: {asked.name[:64]!r} should be up to 64 letters, digits and _ . -, and say something"
            raise EngineError(Code.BAD_VALUE, text, "name")
        upload = await self._spool.begin(_owner(person), asked.name, asked.bytes)
        return {"upload": upload.id, "piece": PIECE, "most": self._spool.limits.bytes_}

    async def _part(self, caller: Caller, asked: Part) -> object:
        person = await self._people.admin(caller, asked)
        upload = self._spool.find(asked.upload, _owner(person))
        return {"at": await self._spool.put(upload, asked.file, asked.at, asked.data)}

    async def _end(self, caller: Caller, asked: End) -> object:
        """Reads what came and keeps it."""
        person = await self._people.admin(caller, asked)
        upload = await self._spool.take(asked.upload, _owner(person))
        try:
            async with self._reading:
                content = await self._content(upload)
                facts = _facts(content, upload, person)
                with refusing():
                    label = await self._snapshots.add(facts)
        except EngineError as error:
            self._people.note(person, "upload", upload.name, f"refused: {error.message[:200]}")
            raise
        finally:
            await self._spool.remove(upload)
        self._people.note(person, "upload", label)
        if asked.activate:
            await self._snapshots.activate(label)
            self._people.note(person, "activate", label)
        record = await asyncio.to_thread(self._kept.get, label)
        if record is None:
            raise EngineError(Code.NOT_FOUND, f"the network {label} was removed again", "network")
        found: list[object] = msgspec.json.decode(record.diagnostics)
        return {"network": network_document(record), "ignored": content.ignored, "diagnostics": found[:MOST_TOLD]}

    async def _validate(self, caller: Caller, asked: OfUpload) -> object:
        """Reads it, and keeps nothing."""
        person = await self._people.admin(caller, asked)
        upload = await self._spool.take(asked.upload, _owner(person))
        try:
            async with self._reading:
                content = await self._content(upload)
                with refusing():
                    summary = await self._snapshots.tried(_facts(content, upload, person))
        finally:
            await self._spool.remove(upload)
        return {
            "network": Raw(summary.document),
            "routers": [each.name for each in msgspec.json.decode(summary.topology, type=Routers).routers],
            "ignored": content.ignored,
            "diagnostics": summary.diagnostics[:MOST_TOLD],
        }

    async def _cancel(self, caller: Caller, asked: OfUpload) -> object:
        person = await self._people.admin(caller, asked)
        await self._spool.remove(self._spool.find(asked.upload, _owner(person)))
        return {"removed": True}

    async def _download(self, caller: Caller, asked: Download) -> AsyncGenerator[object, None]:
        """First what it is, then pieces of a .tar.gz."""
        person = await self._people.admin(caller, asked)
        label = asked.network or self._snapshots.active
        record = await record_of(self._kept, label)
        self._people.note(person, "download", label)
        yield {"network": network_document(record), "file": f"{label}.tar.gz"}
        files = await asyncio.to_thread(self._kept.files, label)
        pieces = packed(files, record.name)
        while (piece := await asyncio.to_thread(next, pieces, None)) is not None:
            yield {"data": b64encode(piece).decode()}

    async def _content(self, upload: Upload) -> Content:
        try:
            return await unpack(upload.parts, UNPACKED * self._spool.limits.bytes_)
        except ContentError as error:
            raise EngineError(Code.BAD_VALUE, str(error), "upload") from error
        except OSError as error:
            raise EngineError(Code.UNAVAILABLE, f"it cannot be unpacked just now: {error.strerror}") from error


def lasting(call: Call) -> Call:
    """It goes on to its end, and cleans up, whoever goes away meanwhile."""

    def begun(caller: Caller, params: Mapping[str, Any]) -> object:
        work = call(caller, params)
        assert asyncio.iscoroutine(work)
        return Lasting(work)

    return begun


@contextmanager
def refusing() -> Iterator[None]:
    """What nobody can read is the fault of who sent it, and not of the engine."""
    try:
        yield
    except SnapshotError as error:
        cause = error.__cause__
        if cause is None or isinstance(cause, FactsError) or (isinstance(cause, WorkerError) and cause.is_said):
            raise EngineError(Code.BAD_VALUE, str(error), "upload") from error
        raise


def _owner(person: Person) -> Owner:
    return person.name, person.session


def _facts(content: Content, upload: Upload, person: Person) -> Facts:
    return Facts(upload.name or _name_of(content.name), content.files, UPLOAD, person.name)


def _name_of(text: str) -> str:
    """Whatever an archive calls it."""
    name = re.sub(r"[^A-Za-z0-9_.-]+", "-", text).lstrip(".-")[:64]
    return name if _is_name(name) else NAMELESS


def _is_name(name: str) -> bool:
    return NAME.fullmatch(name) is not None and name not in SAYING_NOTHING
