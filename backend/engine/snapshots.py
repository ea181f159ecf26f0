"""The facts in use: each snapshot is read and compiled in processes of its own, the next one beside the one before.

A test names its snapshot and goes on with it, whatever becomes active meanwhile. A snapshot that is not active and that
no test runs on is closed.
"""

import asyncio
import logging
import shutil
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from time import monotonic

import msgspec
from msgspec import Struct

from backend.engine.loaded import Loaded, Summary, load
from backend.engine.workers.error import Why, WorkerError
from backend.facts.error import FactsError
from backend.facts.snapshot import digest_of, network_name, read_files
from backend.store.error import StoreError
from backend.store.networks import DIRECTORY, NetworkRecord, Networks

log = logging.getLogger(__name__)
UPLOAD = "upload"
PAUSE_S = 2.0
"""Facts that could not be read are not read again at once: it would fail again."""


class SnapshotError(FactsError):
    """Facts that cannot be used; the text says which, and why."""


class UnknownNetworkError(SnapshotError):
    """Nobody has kept facts under this label."""


class Facts(Struct, frozen=True, dict=True):
    """Of a network, before they have been read."""

    name: str
    files: Mapping[str, bytes]
    origin: str
    by: str = ""

    @cached_property
    def digest(self) -> str:
        """Made for the first time in a thread: files may be large."""
        return digest_of(self.files)

    @property
    def label(self) -> str:
        return f"{self.name}@{self.digest[:8]}"


class Snapshots:
    def __init__(self, store: Networks, directory: Path, drafts: Path) -> None:
        """`directory` is where collected facts are, `drafts` a place for copies of them."""
        self._store = store
        self._directory = directory
        self._drafts = drafts
        self._loading: dict[str, asyncio.Task[Loaded]] = {}
        """By label: all that are in memory, or will be in a moment."""
        self._failed: dict[str, tuple[float, str]] = {}
        self._closing: set[asyncio.Task[None]] = set()
        self._switching = asyncio.Lock()
        self.active = ""
        """Its label."""
        self.trouble: str | None = None
        """Why the facts of the directory are not the active ones."""

    @property
    def labels(self) -> list[str]:
        """Of those in memory."""
        return list(self._loading)

    @property
    def replaced(self) -> int:
        """Processes that died, hung or grew too large, of all that are in memory."""
        loaded = [task.result() for task in self._loading.values() if task.done() and not task.cancelled()]
        return sum(each.pool.replaced for each in loaded)

    async def startup(self) -> None:
        """What the directory holds; what was active before, where somebody chose it and the directory is unchanged, or
        where what it holds cannot be read.
        """
        await asyncio.to_thread(shutil.rmtree, self._drafts, ignore_errors=True)  # of an engine that was killed
        kept = await asyncio.to_thread(self._store.active)
        if kept is None:
            await self.reload()
            return
        try:
            with self._telling():
                facts = await self._collected()
                if not await asyncio.to_thread(lambda: self._store.is_collected(facts.digest)):
                    await self._take(facts)
                    return
        except SnapshotError as error:
            log.error("%s; going on with %s", error, kept.label)
        await self.activate(kept.label)

    async def reload(self) -> str:
        """The label of what the directory holds now, which is active then."""
        with self._telling():
            return await self._take(await self._collected())

    async def add(self, facts: Facts) -> str:
        """Reads what somebody sends and keeps it, without a change of what is active."""
        async with self._switching:
            label, _ = await self._kept(facts, is_active=False)
        return label

    async def tried(self, facts: Facts) -> Summary:
        """What there is to say of them, and nothing is kept."""
        label = await asyncio.to_thread(lambda: facts.label)
        async with self.held(label, facts) as loaded:
            return loaded.summary

    async def activate(self, label: str) -> None:
        async with self._switching, self.held(label):
            await asyncio.to_thread(self._store.activate, label)
            self._switch(label)

    async def loaded(self) -> Loaded:
        """The active one. SnapshotError."""
        return await self._loaded(self.active)

    async def ask(self, message: bytes, deadline_s: float, label: str = "") -> bytes:
        """An answer about a snapshot; once more where its processes have just died."""
        async with self.held(label or self.active) as loaded:
            try:
                return await loaded.pool.ask(message, deadline_s)
            except WorkerError:
                if loaded.is_alive:
                    raise
        async with self.held(label or self.active) as loaded:
            return await loaded.pool.ask(message, deadline_s)

    @asynccontextmanager
    async def held(self, label: str, facts: Facts | None = None) -> AsyncIterator[Loaded]:
        """It stays in memory so long."""
        loaded = await self._loaded(label, facts)
        loaded.users += 1
        try:
            yield loaded
        finally:
            loaded.users -= 1
            self._let_go(label)

    async def shutdown(self) -> None:
        for task in self._loading.values():
            task.cancel()
        found = await asyncio.gather(*self._loading.values(), return_exceptions=True)
        self._loading.clear()
        await asyncio.gather(*(each.close() for each in found if isinstance(each, Loaded)), *self._closing)

    async def _collected(self) -> Facts:
        try:
            files = await asyncio.to_thread(read_files, self._directory)
        except FactsError as error:
            raise SnapshotError(str(error)) from error
        return Facts(network_name(self._directory), files, DIRECTORY)

    @contextmanager
    def _telling(self) -> Iterator[None]:
        """What is wrong with the facts of the directory, or that nothing is."""
        try:
            yield
        except (SnapshotError, StoreError) as error:
            self.trouble = str(error)
            raise
        self.trouble = None

    async def _take(self, facts: Facts) -> str:
        async with self._switching:
            label, is_new = await self._kept(facts, is_active=True)
        log.info("%s %s is active", "new network" if is_new else "network", label)
        return label

    async def _kept(self, facts: Facts, is_active: bool) -> tuple[str, bool]:
        """Its label, and whether it is new."""
        label = await asyncio.to_thread(lambda: facts.label)
        async with self.held(label, facts) as loaded:
            record = NetworkRecord(
                label=label,
                name=facts.name,
                digest=facts.digest,
                created=datetime.now(UTC),
                created_by=facts.by,
                origin=facts.origin,
                bytes_=sum(map(len, facts.files.values())),
                routers=loaded.summary.routers,
                is_active=is_active,
                diagnostics=msgspec.json.encode(loaded.summary.diagnostics),
            )
            is_new = await asyncio.to_thread(self._store.add, record, facts.files)
            if is_active:
                self._switch(label)
        return label, is_new

    def _switch(self, label: str) -> None:
        before, self.active = self.active, label
        if before and before != label:
            self._let_go(before)

    async def _loaded(self, label: str, facts: Facts | None = None) -> Loaded:
        task = self._loading.get(label)
        if task is not None and task.done() and not task.result().is_alive:
            log.error("the process with the facts %s died; they are read again", label)
            self._drop(label)
            task = None
        if task is None:
            failed_at, why = self._failed.pop(label, (-PAUSE_S, ""))
            if monotonic() - failed_at < PAUSE_S:
                self._failed[label] = failed_at, why
                raise SnapshotError(why)
            task = self._loading[label] = asyncio.create_task(self._load(label, facts))
        return await asyncio.shield(task)

    async def _load(self, label: str, facts: Facts | None) -> Loaded:
        try:
            if facts is None:
                facts = await self._from_store(label)
            return await self._read(facts)
        except UnknownNetworkError:
            del self._loading[label]
            raise
        except (FactsError, WorkerError, StoreError, OSError) as error:
            del self._loading[label]
            why = f"the facts {label} cannot be read: {error}"
            self._failed = {name: each for name, each in self._failed.items() if monotonic() - each[0] < PAUSE_S}
            self._failed[label] = monotonic(), why
            raise SnapshotError(why) from error
        except BaseException:
            self._loading.pop(label, None)
            raise

    async def _read(self, facts: Facts) -> Loaded:
        """Once more where the process dies over it."""
        try:
            return await load(facts.name, facts.files, self._drafts)
        except WorkerError as error:
            if error.why is not Why.DIED:
                raise
        return await load(facts.name, facts.files, self._drafts)

    async def _from_store(self, label: str) -> Facts:
        record = await asyncio.to_thread(self._store.get, label)
        if record is None:
            raise UnknownNetworkError(f"there is no network {label[:64]!r}")
        return Facts(record.name, await asyncio.to_thread(self._store.files, label), record.origin)

    def _let_go(self, label: str) -> None:
        """Of what is neither active nor in use."""
        task = self._loading.get(label)
        if label != self.active and task is not None and task.done() and not task.result().users:
            self._drop(label)

    def _drop(self, label: str) -> None:
        loaded = self._loading.pop(label).result()
        closing = asyncio.create_task(loaded.close())
        self._closing.add(closing)
        closing.add_done_callback(self._closing.discard)
