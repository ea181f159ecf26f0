"""Files that somebody is sending, in pieces, until they are used: in a private directory, under names of our own.

Whatever goes wrong with one, it is gone. What nobody has gone on with for a while is, too, and all of it when the
engine starts or ends.
"""

import asyncio
import logging
import secrets
import shutil
from collections import Counter
from pathlib import Path
from time import monotonic

from msgspec import Struct

from backend.engine.protocol import Code, EngineError

log = logging.getLogger(__name__)
LOOK_S = 30.0


class Limits(Struct, frozen=True):
    bytes_: int = 64 << 20
    """Of one upload."""
    files: int = 2000
    """That are sent one by one; an archive is one."""
    of_user: int = 2
    """Uploads at once."""
    at_once: int = 4
    """Of everybody."""
    idle_s: float = 300.0
    """After the last piece."""


Owner = tuple[str, str | None]
"""A user and the session, where there is one."""


class Upload:
    def __init__(self, id_: str, owner: Owner, name: str, announced: int | None, directory: Path) -> None:
        """By `Spool.begin`."""
        self.id = id_
        self.owner = owner
        self.name = name
        """Of the network; empty: as what is sent is called."""
        self.announced = announced
        self.directory = directory
        self.sizes: dict[str, int] = {}
        """By the names that the files were given, in the order in which they came."""
        self.touched_s = monotonic()
        self.writing = asyncio.Lock()

    @property
    def bytes_(self) -> int:
        return sum(self.sizes.values())

    @property
    def parts(self) -> list[tuple[str, str]]:
        """Names, and where the files are."""
        return [(name, str(self.directory / str(number))) for number, name in enumerate(self.sizes)]


class Spool:
    def __init__(self, directory: Path, limits: Limits) -> None:
        self.limits = limits
        self._directory = directory
        self._open: dict[str, Upload] = {}
        self._taken: set[str] = set()
        """Those that are being read; they count, but nobody finds them any more."""

    async def startup(self) -> None:
        await asyncio.to_thread(self._make)

    def _make(self) -> None:
        shutil.rmtree(self._directory, ignore_errors=True)  # of an engine that was killed
        self._directory.mkdir(mode=0o700, parents=True)

    async def shutdown(self) -> None:
        self._open.clear()
        await asyncio.to_thread(shutil.rmtree, self._directory, ignore_errors=True)

    async def run(self) -> None:
        """Until it is cancelled: what is stale is removed."""
        while True:
            await asyncio.sleep(min(LOOK_S, self.limits.idle_s))
            for upload in list(self._open.values()):
                is_stale = monotonic() - upload.touched_s > self.limits.idle_s
                if is_stale and upload.id not in self._taken and not upload.writing.locked():
                    log.warning("an upload of %s was not gone on with; it is removed", upload.owner[0])
                    await self.remove(upload)

    async def begin(self, owner: Owner, name: str, announced: int | None) -> Upload:
        if announced is not None and announced > self.limits.bytes_:
            raise self._too_large("bytes")
        users = Counter(each.owner[0] for each in self._open.values())
        if users[owner[0]] >= self.limits.of_user or len(self._open) >= self.limits.at_once:
            whose = owner[0] if users[owner[0]] >= self.limits.of_user else "everybody together"
            text = f"{whose} sends {users[owner[0]] or len(self._open)} uploads just now: let them end first"
            raise EngineError(Code.BUSY, text, retry_after_s=2)
        id_ = secrets.token_hex(16)
        upload = self._open[id_] = Upload(id_, owner, name, announced, self._directory / id_)
        try:
            await asyncio.to_thread(upload.directory.mkdir, 0o700)
        except OSError as error:
            raise await self._lost(upload, error) from error
        return upload

    def find(self, id_: str, owner: Owner) -> Upload:
        """One's own."""
        upload = self._open.get(id_)
        if upload is None or upload.owner != owner or id_ in self._taken:
            raise EngineError(Code.NOT_FOUND, "there is no such upload: it has ended, or it was not yours", "upload")
        return upload

    async def put(self, upload: Upload, file: str, at: int, data: bytes) -> int:
        """The bytes of the file that are there now."""
        async with upload.writing:
            self.find(upload.id, upload.owner)  # while it waited it may have ended
            size = upload.sizes.get(file, 0)
            if at != size:
                raise EngineError(Code.BAD_VALUE, f"at: {at}, but {size} bytes of this file are here", "at")
            if file not in upload.sizes and len(upload.sizes) >= self.limits.files:
                await self.remove(upload)
                raise EngineError(Code.TOO_LARGE, f"more than {self.limits.files} files; pack them", "file")
            if upload.bytes_ + len(data) > self.limits.bytes_:
                await self.remove(upload)
                raise self._too_large("data")
            upload.sizes.setdefault(file, 0)
            place = upload.directory / str(list(upload.sizes).index(file))
            try:
                await asyncio.to_thread(_append, place, data)
            except OSError as error:
                raise await self._lost(upload, error) from error
            upload.sizes[file] = size + len(data)
            upload.touched_s = monotonic()
            return upload.sizes[file]

    async def take(self, id_: str, owner: Owner) -> Upload:
        """Whole, or it is gone. Who has it removes it."""
        upload = self.find(id_, owner)
        async with upload.writing:
            self.find(id_, owner)
            if upload.announced not in (None, upload.bytes_):
                await self.remove(upload)
                text = f"bytes: {upload.announced} were announced, {upload.bytes_} have come"
                raise EngineError(Code.BAD_VALUE, text, "bytes")
            self._taken.add(id_)
        return upload

    async def remove(self, upload: Upload) -> None:
        """Its place is free when it is gone."""
        self._taken.add(upload.id)
        try:
            await asyncio.shield(asyncio.to_thread(shutil.rmtree, upload.directory, ignore_errors=True))
        finally:
            self._open.pop(upload.id, None)
            self._taken.discard(upload.id)

    async def _lost(self, upload: Upload, error: OSError) -> EngineError:
        await self.remove(upload)
        return EngineError(Code.UNAVAILABLE, f"the upload cannot be kept: {error.strerror}")

    def _too_large(self, field: str) -> EngineError:
        text = f"more than the {self.limits.bytes_ >> 20} MiB that an upload may have"
        return EngineError(Code.TOO_LARGE, text, field)


def _append(place: Path, data: bytes) -> None:
    with place.open("ab") as file:
        file.write(data)
