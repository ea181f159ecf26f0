"""A queue whose tests do what the test of it says, on a loop, with a real store."""

import asyncio
import functools
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, closing, contextmanager
from pathlib import Path
from typing import Any

from backend.engine.running.board import Board, now
from backend.engine.running.conductor import Conductor
from backend.engine.running.course import Hands
from backend.engine.workers.error import Why, WorkerError
from backend.jobs.event import Event, EventState, Happening
from backend.jobs.job import Job, Priority
from backend.jobs.limits import TimeLimits
from backend.jobs.phase import Mode, Phase
from backend.jobs.progress import Entered, Found, Item
from backend.jobs.queue import Queue
from backend.jobs.record import decode_event, decode_job, encode_item
from backend.store.database import open_database
from backend.store.jobs import Jobs
from tests.engine.workers.running import until
from tests.jobs.making import asked

DIED = WorkerError(Why.DIED, "the process 'testing' ended by signal SIGKILL")
PREDICTED = b'{"proof":null}'
WHOLE = b'{"proof":{}}'
Said = Item | bytes | Exception


def made(id_: str, mode: Mode = Mode.PROVE, priority: Priority = Priority.NORMAL, services: int = 1) -> Job:
    """The letters of its id are its user."""
    return Job(id_, id_.rstrip("0123456789"), asked(services, mode), now(), priority)


class Process:
    """Of one attempt. It says what it is told to say, and is gone when it may go."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.is_gone = False
        self.may_go = asyncio.Event()
        self.may_go.set()
        self.at_its_end: Callable[[], object] = lambda: None
        self._said: asyncio.Queue[Said] = asyncio.Queue()

    async def receive(self) -> bytes:
        said = await self._said.get()
        if isinstance(said, Exception):
            raise said
        return said if isinstance(said, bytes) else encode_item(said)

    def says(self, *said: Said) -> None:
        for each in said:
            self._said.put_nowait(each)

    def tells(self, message: str) -> None:
        self.says(Happening(Phase.PREDICT, EventState.PROGRESS, message))

    def predicts(self) -> None:
        self.says(Found(PREDICTED, is_whole=False), Entered(Phase.BUILD))

    def ends_well(self) -> None:
        if self.job.asked.mode is Mode.PROVE:
            self.says(Entered(Phase.ANALYZE))
        self.says(Found(WHOLE, is_whole=True))


class Stage:
    def __init__(self, place: Path, queue: Queue, limits: TimeLimits) -> None:
        self.place = place
        self.database = open_database(place)
        self.kept = Jobs(self.database)
        self.board = Board(queue, self.kept)
        self.conductor = Conductor(self.board, Hands(self._testing, self._drawing, self._keep_report), limits)
        self.begun: list[Process] = []
        """In the order in which they were started."""
        self.told: list[Event] = []
        self.drawing: Callable[[bytes], Awaitable[bytes]] = self._drawn
        self.board.listeners.append(self._hear)

    @asynccontextmanager
    async def _testing(self, job: Job) -> AsyncIterator[Process]:
        process = Process(job)
        self.begun.append(process)
        try:
            yield process
        finally:
            await process.may_go.wait()
            process.is_gone = True
            process.at_its_end()

    async def _drawing(self, document: bytes) -> bytes:
        return await self.drawing(document)

    async def _drawn(self, document: bytes) -> bytes:
        return b"%PDF of " + document

    async def _keep_report(self, id_: str, pdf: bytes) -> None:
        await asyncio.to_thread(self.kept.keep_report, id_, pdf)

    def _hear(self, job: Job, texts: Sequence[bytes]) -> None:
        self.told += [decode_event(text) for text in texts]

    def messages(self, id_: str) -> list[str]:
        """What was told of a job."""
        return [event.message for event in self.told if event.job == id_]

    async def process(self, id_: str, attempt: int = 1) -> Process:
        """When it has been started."""
        await until(lambda: self._process(id_, attempt), f"the start of {id_}, attempt {attempt}")
        found = self._process(id_, attempt)
        assert found is not None
        return found

    def _process(self, id_: str, attempt: int) -> Process | None:
        return next((each for each in self.begun if each.job.id == id_ and each.job.attempt == attempt), None)

    @property
    def started(self) -> list[str]:
        return [process.job.id for process in self.begun]

    async def ended(self, id_: str) -> Job:
        """As it is kept when it has ended."""
        await until(lambda: self.board.find(id_) is None, f"the end of {id_}")
        return self.in_store(id_)

    def in_store(self, id_: str) -> Job:
        record = self.kept.get(id_)
        assert record is not None
        return decode_job(record.document)

    async def idle(self) -> None:
        """All that was said has been heard and is committed."""
        await until(lambda: not self.board.journal._pending, "the journal")

    def break_store(self) -> None:
        """Nothing about jobs can be written any more."""
        self._sql("CREATE TRIGGER full BEFORE INSERT ON jobs BEGIN SELECT RAISE(ABORT, 'the disk is full'); END")

    @contextmanager
    def locked_store(self) -> Iterator[None]:
        """Another program writes to it."""
        with closing(sqlite3.connect(self.place, isolation_level=None)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            yield
            connection.execute("COMMIT")

    def mend_store(self) -> None:
        self._sql("DROP TRIGGER full")

    def _sql(self, statement: str) -> None:
        with closing(sqlite3.connect(self.place, isolation_level=None)) as connection:
            connection.execute(statement)


@asynccontextmanager
async def stage(
    directory: Path, capacity: int = 1, limits: TimeLimits | None = None, **more: Any
) -> AsyncIterator[Stage]:
    """Everything goes on as in the engine until it is left."""
    queue = Queue(capacity=capacity, **more)
    here = Stage(directory / "db", queue, limits or TimeLimits())
    tasks = [asyncio.create_task(here.board.journal.run()), asyncio.create_task(here.conductor.watch_limits())]
    try:
        yield here
    finally:
        for process in here.begun:
            process.may_go.set()
        await here.conductor.stop(0)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        here.database.close()


def on_loop(test: Callable[..., Awaitable[None]]) -> Callable[..., None]:
    """What goes wrong out of sight, in a callback or a task that nobody asks, is an error as well."""

    @functools.wraps(test)
    def run(**given: Any) -> None:
        asyncio.run(_watched(test(**given)))

    return run


async def _watched(work: Awaitable[None]) -> None:
    wrong: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: wrong.append(context))
    async with asyncio.timeout(30):
        await work
    assert wrong == []
