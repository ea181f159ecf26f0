"""What somebody sent becomes files of facts: in a process that is there for this one, and never in the engine's own."""

import asyncio

import msgspec
from msgspec import Struct

from backend.engine.workers.error import Why, WorkerError
from backend.engine.workers.template import Template
from backend.engine.workers.work import Contents, Limits, UnpackTask, UploadTask
from backend.engine.workers.worker import Worker

LOADING_S = 30.0
UNPACKING_S = 60.0
BESIDE = 256 << 20
"""Bytes of memory that a process may have beside what it unpacks, which it has twice for a moment."""
LARGE = 1 << 20


class ContentError(Exception):
    """What was sent cannot be used; the text names the file and the reason."""


class Content(Struct, frozen=True):
    files: dict[str, bytes]
    ignored: list[str]
    name: str


async def unpack(parts: list[tuple[str, str]], most_bytes: int, timeout_s: float = UNPACKING_S) -> Content:
    """ContentError, WorkerError. `parts`: names and paths; `most_bytes`: when it is unpacked."""
    template = await Template.start("upload", UploadTask(), LOADING_S)
    try:
        limits = Limits(memory=2 * most_bytes + BESIDE)
        worker = await template.fork("unpacking", UnpackTask(parts, most_bytes), limits)
        try:
            async with asyncio.timeout(timeout_s):
                return await _content(worker)
        except TimeoutError:
            text = f"it takes longer than {timeout_s:g} s to unpack it"
            raise ContentError(text) from None
        except WorkerError as error:
            if error.why is Why.FAILED:
                raise ContentError(f"it cannot be unpacked: {error}") from error
            raise
        finally:
            await worker.close()
    finally:
        await asyncio.shield(template.close())


async def _content(worker: Worker) -> Content:
    contents = msgspec.json.decode(await worker.receive(), type=Contents)
    if contents.error:
        raise ContentError(contents.error)
    files = {}
    for name, size in contents.files:
        pieces: list[bytes] = []
        while sum(map(len, pieces)) < size:
            pieces.append(await worker.receive())
        files[name] = b"".join(pieces) if size < LARGE else await asyncio.to_thread(b"".join, pieces)
    return Content(files, contents.ignored, contents.name)
