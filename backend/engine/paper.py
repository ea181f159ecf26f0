"""Reports and pictures: one process has loaded all that draws, and each of them is drawn by one that it forks."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import msgspec
from msgspec import Raw, Struct

from backend.engine.workers.error import Why, WorkerError
from backend.engine.workers.template import Template
from backend.engine.workers.work import Limits, PaperTask, Picture
from backend.store.networks import NetworkRecord

LOADING_S = 60.0
DRAWING_S = 30.0
PAPERS = {"a4": "A4", "letter": "Letter"}
LIMITS = Limits(memory=1 << 30)


class OfNetwork(Struct):
    """Of a result."""

    network: str = ""


class Paper:
    def __init__(self, fonts: Path, known: Callable[[str], NetworkRecord | None] | None = None) -> None:
        """`fonts`: where matplotlib keeps what it knows of them; `known`: what is kept of a network, by its label."""
        self._fonts = fonts
        self._known = known
        self._environment = {"MPLCONFIGDIR": str(fonts)}
        self._loading: asyncio.Task[Template] | None = None

    def startup(self) -> None:
        """Loads beside what else is started: nobody needs a report at once."""
        for lock in self._fonts.glob("*.matplotlib-lock"):  # of one that was killed; who meets it waits for 5 s
            lock.unlink(missing_ok=True)
        loading = Template.start("paper", PaperTask(), LOADING_S, environment=self._environment)
        self._loading = asyncio.create_task(loading)

    async def drawn(self, document: bytes) -> bytes:
        """WorkerError. Once more where a process dies over it."""
        return await self._done("drawing", await self._report(document, "A4", None))

    async def parted(self, document: bytes, paper: str, part: str) -> Picture:
        """The report on another paper, or only one part of it, such as `443/tcp`."""
        return msgspec.json.decode(
            await self._done("parting", await self._report(document, PAPERS[paper], part or None)), type=Picture
        )

    async def tabled(self, document: bytes) -> Picture:
        """As CSV."""
        return msgspec.json.decode(await self._done("tabling", document), type=Picture)

    async def pictured(self, document: bytes, service: str, form: str, width: int = 527) -> Picture:
        """The ways of one service of a result; none named: of the first. `width`: of `json`, in points."""
        wanted = {"service": service, "form": form, "width": width, "document": Raw(document)}
        task = msgspec.json.encode(wanted)
        return msgspec.json.decode(await self._done("picturing", task), type=Picture)

    async def mapped(self, topology: Raw, form: str) -> Picture:
        """`form`: a picture's, or `json` for where all of it stands."""
        task = msgspec.json.encode({"form": form, "document": topology})
        return msgspec.json.decode(await self._done("mapping", task), type=Picture)

    async def _report(self, document: bytes, paper: str, part: str | None) -> bytes:
        label = msgspec.json.decode(document, type=OfNetwork).network
        record = await asyncio.to_thread(self._known, label) if self._known else None
        snapshot = record and snapshot_document(record)
        return msgspec.json.encode({"document": Raw(document), "snapshot": snapshot, "paper": paper, "part": part})

    async def _done(self, work: str, task: bytes) -> bytes:
        try:
            return await self._once(work, task)
        except WorkerError as error:
            if error.why is not Why.DIED:
                raise
        return await self._once(work, task)

    async def _once(self, work: str, task: bytes) -> bytes:
        template = await self._template()
        worker = await template.fork(work, task, LIMITS)
        try:
            return await worker.receive(DRAWING_S)
        finally:
            await worker.close()

    async def _template(self) -> Template:
        if self._loading is None or (self._loading.done() and not _is_of_use(self._loading)):
            self.startup()
        assert self._loading is not None
        return await asyncio.shield(self._loading)

    async def shutdown(self) -> None:
        if self._loading is None:
            return
        self._loading.cancel()
        for found in await asyncio.gather(self._loading, return_exceptions=True):
            if isinstance(found, Template):
                await found.close()


def snapshot_document(record: NetworkRecord) -> dict[str, object]:
    """What a report says of the facts."""
    return {
        "hash": record.digest,
        "created": record.created,
        "created_by": record.created_by,
        "origin": record.origin,
        "routers": record.routers,
        "diagnostics": Raw(record.diagnostics),
    }


def _is_of_use(loading: "asyncio.Task[Template]") -> bool:
    return not loading.cancelled() and loading.exception() is None and loading.result().is_alive
