"""A snapshot in memory: a process that holds its facts, and those that answer questions about it."""

import asyncio
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Raw, Struct

from backend.engine.workers.error import WorkerError
from backend.engine.workers.pool import Pool
from backend.engine.workers.template import Template
from backend.engine.workers.work import NetworkTask
from backend.facts.snapshot import write_files

READING_S = 300.0
ANSWERING = 2
"""Processes; more than the machine has cores answer nothing faster."""


class Summary(Struct, frozen=True):
    """What the process says when it has read the facts."""

    label: str
    digest: str
    routers: int
    diagnostics: list[dict[str, Any]]
    document: Raw
    topology: Raw


class Loaded:
    def __init__(self, template: Template, pool: Pool) -> None:
        """By `load`."""
        self.template = template
        self.pool = pool
        self.summary = msgspec.json.decode(template.ready, type=Summary)
        self.users = 0
        """Tests and questions that go on."""

    @property
    def is_alive(self) -> bool:
        return self.template.is_alive

    async def close(self) -> None:
        await self.pool.close()
        await self.template.close()


async def load(name: str, files: Mapping[str, bytes], drafts: Path) -> Loaded:
    """FactsError, WorkerError, OSError. A copy is read: it is what was kept, whatever happens to the directory."""
    draft = await asyncio.to_thread(_draft, drafts)
    directory = draft / name
    try:
        await asyncio.to_thread(write_files, files, directory)
        template = await Template.start("network", NetworkTask(str(directory)), READING_S)
    except WorkerError as error:
        raise WorkerError(error.why, str(error).replace(f"{draft}/", "")) from error  # nobody knows that place
    finally:
        await asyncio.shield(asyncio.to_thread(shutil.rmtree, draft, ignore_errors=True))
    return Loaded(template, Pool(template, "answering", ANSWERING))


def _draft(drafts: Path) -> Path:
    drafts.mkdir(mode=0o700, parents=True, exist_ok=True)
    return Path(tempfile.mkdtemp(dir=drafts))
