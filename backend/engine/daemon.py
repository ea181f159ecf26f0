"""The engine as a whole: what is started in which order, and ended in the other."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from msgspec import Struct, structs

from backend.engine.asked.accounts import Accounts
from backend.engine.asked.audit import Audit as AuditCalls
from backend.engine.asked.auditing import Auditing
from backend.engine.asked.facts import Facts as FactsCalls
from backend.engine.asked.feed import Feed
from backend.engine.asked.health import Health
from backend.engine.asked.jobs import Jobs as JobCalls
from backend.engine.asked.lab import Lab
from backend.engine.asked.maps import Maps
from backend.engine.asked.networks import Networks as NetworkCalls
from backend.engine.asked.passwords import Machine, Passwords
from backend.engine.asked.people import People
from backend.engine.asked.policies import Policies
from backend.engine.asked.questions import Questions
from backend.engine.asked.queue import Queue as QueueCalls
from backend.engine.asked.roles import Roles
from backend.engine.asked.sessions import Sessions as SessionCalls
from backend.engine.asked.tokens import Tokens as TokenCalls
from backend.engine.asked.upkeep import Upkeep
from backend.engine.asked.uploads import Uploads
from backend.engine.asked.users import Users as UserCalls
from backend.engine.calling import Call
from backend.engine.door.place import Place
from backend.engine.door.server import Server
from backend.engine.looking import Look, Looking
from backend.engine.paper import Paper
from backend.engine.running.board import Board
from backend.engine.running.conductor import Conductor
from backend.engine.running.course import Hands, Process
from backend.engine.snapshots import SnapshotError, Snapshots
from backend.engine.spool import Limits as SpoolLimits
from backend.engine.spool import Spool
from backend.engine.upkeep import Tidying, watch
from backend.engine.workers.error import Why, WorkerError
from backend.engine.workers.work import Limits
from backend.jobs.job import Job
from backend.jobs.limits import TimeLimits
from backend.jobs.phase import Phase
from backend.jobs.queue import Queue
from backend.jobs.record import RecordError, decode_event, decode_job, encode_job
from backend.jobs.state import Status
from backend.store.audit import Audit
from backend.store.error import StoreError
from backend.store.jobs import Jobs
from backend.store.networks import Networks
from backend.store.retention import Gone, Stats
from backend.store.sessions import Sessions
from backend.store.tokens import Tokens
from backend.store.users import Users

log = logging.getLogger(__name__)
ENDING_S = 2.0
"""A process that takes its own lab down is quicker than the kernel is with one that was killed."""
AUTH_EVERY_S = 15.0
THREADS = 32
"""For what waits: above all, for the store."""


class Stores(Struct, frozen=True):
    """What survives a restart, as bootstrap chose it."""

    jobs: Jobs
    networks: Networks
    users: Users
    sessions: Sessions
    tokens: Tokens
    audit: Audit
    tidy: Callable[[Gone], Stats]
    """Removes what is older than it may be."""
    due: Callable[[], Stats]
    """What that would be now."""
    check: Callable[[], None]
    """StoreError where nothing can be written."""


class Settings(Struct, frozen=True):
    facts: Path
    drafts: Path
    """Where copies of facts are while they are read."""
    lab: Path
    queue: Queue = Queue()
    limits: TimeLimits = TimeLimits()
    test: Limits = Limits()
    """Of the process of one test."""
    max_services: int = 10
    grace_s: float = 10.0
    """For tests that run when the engine is stopped."""
    watch_facts_s: float = 0.0
    """How often the directory of facts is looked at for changes; 0: never."""
    machine: Machine | None = None
    """Whose users may sign in as well; None: only those with an account here."""
    uploads: SpoolLimits = SpoolLimits()
    guests: tuple[int, ...] = ()
    """Users who may ask for people who have signed in, and nothing as the engine's owner."""


class Daemon:
    def __init__(self, settings: Settings, stores: Stores, place: Place) -> None:
        self._settings = settings
        self._stores = stores
        self.snapshots = Snapshots(stores.networks, settings.facts, settings.drafts)
        self.board = Board(settings.queue, stores.jobs)
        self.paper = Paper(settings.drafts.with_name("fonts"), stores.networks.get)
        hands = Hands(self._testing, self.paper.drawn, self._keep_report)
        self.conductor = Conductor(self.board, hands, settings.limits)
        self.tidying = Tidying(stores.tidy, stores.due)
        self.spool = Spool(settings.drafts.with_name("uploads"), settings.uploads)
        self.auditing = Auditing(stores.audit)
        people = People(stores.sessions, stores.tokens, self.auditing)
        people.listeners.append(place.alter)
        machine = settings.machine
        self.roles = Roles(people, stores.users, machine, self.auditing) if machine is not None else None
        self.looking = Looking(self._looks())
        passwords = Passwords(stores.users, machine)
        accounts = Accounts(people, stores.users, stores.sessions, passwords, self.auditing)
        self.health = Health(self.snapshots, self.board, self.conductor, self.looking, self.auditing, accounts.figures)
        self.server = Server(place, self._calls(people, accounts), guests=settings.guests)
        self.health.socket = self.server
        self._tasks: set[asyncio.Task[None]] = set()

    async def startup(self) -> None:
        """Whoever gets a connection gets answers: the socket comes last."""
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(THREADS, "waiting"))
        self.paper.startup()
        await self.spool.startup()
        await self.snapshots.startup()
        self._go_on(self.spool.run())
        self._go_on(self.board.journal.run())
        self._go_on(self.conductor.watch_limits())
        self._go_on(self.tidying.run())
        self._go_on(self.auditing.run())
        if self.roles is not None:
            self._go_on(self.roles.run())
        self._go_on(self.looking.run())
        if self._settings.watch_facts_s:
            self._go_on(watch(self._settings.facts, self._settings.watch_facts_s, self._reload))
        await self._recover()
        await self.server.startup()
        self.conductor.start()

    async def serve(self) -> None:
        """Until `stop`."""
        await self.server.serve()

    @property
    def is_stopping(self) -> bool:
        return self.server.is_stopping

    @property
    def idle_since(self) -> float | None:
        """By the monotonic clock; None while a request or a test is under way."""
        return self.server.idle_since if not self.board.jobs else None

    def stop(self) -> None:
        self.server.stop()

    async def shutdown(self) -> None:
        """May be called twice, and after a start that failed."""
        await self.conductor.stop(self._settings.grace_s)
        await self.server.shutdown()
        await self.board.journal.emptied()
        await self.auditing.emptied()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.paper.shutdown()
        await self.snapshots.shutdown()
        await self.spool.shutdown()

    def reload(self) -> None:
        """The facts of the directory are read again; what runs goes on with those before."""
        self._go_on(self._reload(), may_end=True)

    async def _reload(self) -> None:
        try:
            await self.snapshots.reload()
        except (SnapshotError, StoreError) as error:
            log.error("%s; going on with %s", error, self.snapshots.active)

    async def _recover(self) -> None:
        records = await asyncio.to_thread(self._stores.jobs.active)
        kept = []
        for record in records:
            events = await asyncio.to_thread(self._stores.jobs.all_events, record.id)
            try:
                kept.append((decode_job(record.document), [decode_event(event) for event in events]))
            except RecordError as error:
                log.error("job %s cannot go on: %s", record.id, error)
                lost = structs.replace(record, status=Status.FAILED.value, ended=datetime.now(UTC))
                await asyncio.to_thread(self._stores.jobs.keep, [lost])
        last = await asyncio.to_thread(self._stores.jobs.last_number)
        ids = [job.id for job, _ in kept if job.state.phase is Phase.REPORT]
        reported = [id_ for id_ in ids if await asyncio.to_thread(self._stores.jobs.report, id_) is not None]
        self.board.recover(kept, last, reported)

    def _go_on(self, work: Coroutine[None, None, None], may_end: bool = False) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard if may_end else self._ended)

    def _ended(self, task: "asyncio.Task[None]") -> None:
        """Of what must go on as long as the engine does: without it, it is better to be started again."""
        self._tasks.discard(task)
        if not task.cancelled():
            log.error("the engine cannot go on", exc_info=task.exception())
            self.stop()

    @asynccontextmanager
    async def _testing(self, job: Job) -> AsyncIterator[Process]:
        try:
            async with self.snapshots.held(job.asked.snapshot) as loaded:
                worker = await loaded.template.fork("testing", encode_job(job), self._settings.test)
                try:
                    yield worker
                    await worker.close(ENDING_S)
                finally:
                    await worker.close()
        except SnapshotError as error:
            raise WorkerError(Why.FAILED, str(error)) from error

    async def _keep_report(self, id_: str, pdf: bytes) -> None:
        await asyncio.to_thread(self._stores.jobs.keep_report, id_, pdf)

    def _looks(self) -> Mapping[str, Look]:
        looks = {"store": Look(self._stores.check)}
        if (machine := self._settings.machine) is not None:
            # No name is asked for, so that nobody's password is; all else is as for somebody who signs in.
            looks["auth"] = Look(partial(machine.known, "", "", "health"), AUTH_EVERY_S)
        return looks

    def _calls(self, people: People, accounts: Accounts) -> Mapping[str, Call]:
        stores = self._stores
        feed = Feed(self.board)
        people.listeners.append(feed.altered)
        jobs = JobCalls(
            people,
            self.snapshots,
            self.board,
            self.conductor,
            self.paper,
            stores.jobs,
            self._settings.max_services,
        )
        jobs.removal_listeners.append(feed.removed)
        self.tidying.listeners.append(feed.removed)
        subjects = (
            self.health,
            accounts,
            SessionCalls(people, stores.sessions),
            TokenCalls(people, stores.tokens),
            UserCalls(people, stores.users),
            AuditCalls(people, stores.audit),
            Questions(people, self.snapshots, self._settings.max_services),
            Policies(people, self.snapshots),
            FactsCalls(people, self.snapshots),
            NetworkCalls(people, self.snapshots, stores.networks),
            Maps(people, self.snapshots, self.paper),
            Uploads(people, self.snapshots, stores.networks, self.spool),
            jobs,
            QueueCalls(people, self.board),
            feed,
            Lab(people, self.snapshots, self._settings.lab),
            Upkeep(people, self.tidying),
        )
        return {name: call for subject in subjects for name, call in subject.calls().items()}
