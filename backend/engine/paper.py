"""Reports and pictures: one process has loaded all that draws, and each of them is drawn by one that it forks."""

import asyncio
from pathlib import Path

import msgspec
from msgspec import Raw

from backend.engine.workers.error import Why, WorkerError
from backend.engine.workers.template import Template
from backend.engine.workers.work import Limits, PaperTask, Picture

LOADING_S = 60.0
DRAWING_S = 30.0
LIMITS = Limits(memory=1 << 30)


class Paper:
    def __init__(self, fonts: Path) -> None:
        """`fonts`: where matplotlib keeps what it knows of them."""
        self._fonts = fonts
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
        return await self._done("drawing", document)

    async def pictured(self, document: bytes, service: str, form: str) -> Picture:
        """The ways of one service of a result; none named: of the first."""
        task = msgspec.json.encode({"service": service, "form": form, "document": Raw(document)})
        return msgspec.json.decode(await self._done("picturing", task), type=Picture)

    async def mapped(self, topology: Raw, form: str) -> Picture:
        """`form`: a picture's, or `json` for where all of it stands."""
        task = msgspec.json.encode({"form": form, "document": topology})
        return msgspec.json.decode(await self._done("mapping", task), type=Picture)

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


def _is_of_use(loading: "asyncio.Task[Template]") -> bool:
    return not loading.cancelled() and loading.exception() is None and loading.result().is_alive
