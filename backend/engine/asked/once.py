"""A test that is submitted with a key is there once, however often it is submitted: its id follows from the key.

So nothing has to be kept about keys: it is known after a restart too, and by every web.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from hashlib import blake2b
from weakref import WeakValueDictionary

from msgspec import structs

from backend.engine.protocol import Code, EngineError
from backend.jobs.job import Asked, Job


def id_of(user: str, key: str) -> str:
    return blake2b(f"{user}\0{key}".encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def same(job: Job, asked: Asked) -> Job:
    """The job, if it is about that. That other facts are active now makes it no other question."""
    if structs.replace(asked, snapshot=job.asked.snapshot) != job.asked:
        raise EngineError(Code.BAD_VALUE, f"the key has been used for another test, {job.id}", "Idempotency-Key")
    return job


class Alone:
    """One at a time for each id."""

    def __init__(self) -> None:
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    @asynccontextmanager
    async def of(self, id_: str) -> AsyncIterator[None]:
        lock = self._locks.setdefault(id_, asyncio.Lock())
        async with lock:
            yield
