"""One real engine that many tests ask, each as somebody of its own."""

import itertools
import signal
import sqlite3
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from typing import Any

import msgspec
import pytest
from argon2 import PasswordHasher

from backend.engine import EngineError
from backend.store.database import open_database
from backend.store.sessions import Sessions
from backend.store.users import Users
from tests.crash.family import children, kill, networks, step
from tests.engine.process import EngineProcess
from tests.waiting import wait_for

PASSWORD = "correct horse"
QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
FLOW = {"source": "10.0.1.50", "destination": "10.0.2.50"}
QUESTION = FLOW | {"services": "443/tcp"}
PREDICTION = QUESTION | {"mode": "predict"}
FULL = "CREATE TRIGGER full BEFORE INSERT ON jobs BEGIN SELECT RAISE(ABORT, 'the disk is full'); END"
EARLY = {"predict": ("queued",), "build": ("queued", "predict")}
"""What comes before a phase."""
ENDED = ("succeeded", "failed", "cancelled", "expired")


class Person:
    """Somebody who has signed in."""

    def __init__(self, engine: EngineProcess, name: str, session: str) -> None:
        self.engine = engine
        self.name = name
        self.session = session

    def ask(self, call: str, **params: Any) -> Any:
        return self.engine.plain(call, session=self.session, **params)

    def refused(self, call: str, **params: Any) -> EngineError:
        with pytest.raises(EngineError) as caught:
            self.ask(call, **params)
        return caught.value

    def stream(self, call: str, **params: Any) -> Generator[Any, None, None]:
        for frame in self.engine.client.stream(call, {"session": self.session, **params}):
            yield msgspec.json.decode(frame)

    def watch(self, job: str, **params: Any) -> Generator[Any, None, None]:
        return self.stream("watch", job=job, **params)

    def submit(self, **changed: Any) -> str:
        """The id of a test that is predicted only."""
        id_: str = self.ask("submit", question={**PREDICTION, **changed})["id"]
        return id_

    def ended(self, job: str) -> Any:
        wait_for(lambda: self.ask("job", job=job)["status"] in ENDED, f"the end of {job}")
        return self.ask("job", job=job)

    def status(self, job: str) -> str:
        found: str = self.ask("job", job=job)["status"]
        return found


class Desk:
    def __init__(self, engine: EngineProcess) -> None:
        self.engine = engine
        self._numbers = itertools.count(1)

    def person(self, role: str = "user") -> Person:
        """Nobody has seen them before."""
        name = f"{role}{next(self._numbers)}"
        with closing(open_database(self.engine.config.database_url)) as database:
            Users(database, QUICK).add(name, PASSWORD, role)
            return Person(self.engine, name, Sessions(database).begin(name))

    def end_session(self, person: Person) -> None:
        """Not by this engine."""
        with closing(open_database(self.engine.config.database_url)) as database:
            Sessions(database).end(person.session)

    @property
    def template(self) -> int:
        """The process that holds the active facts."""
        self.engine.ask("trace", question=FLOW)
        wait_for(lambda: len(networks(self.engine.pid)) == 1, "the end of other facts")
        return next(iter(networks(self.engine.pid)))

    @contextmanager
    def halted(self) -> Iterator[int]:
        """No test gets on meanwhile: those whose turn it is have begun, and the others wait. Gives what halts."""
        template = self.template
        kill(template, signal.SIGSTOP)
        try:
            yield template
        finally:
            kill(template, signal.SIGCONT)

    def caught(self, person: Person, phase: str, attempt: int = 1) -> tuple[str, int] | None:
        """A proof and its process, which stands in this phase or right after it; None: it was too quick for us."""
        with self.halted() as template:
            known = children(template)
            job = person.submit(mode="prove")
        for number in range(1, attempt + 1):
            process = self._next(person, job, template, known)
            if process is None:
                return None
            if number == attempt and step(process, lambda: person.ask("job", job=job)["phase"] not in EARLY[phase]):
                return job, process
            known |= {process}
            kill(process)
        return None

    def _next(self, person: Person, job: str, template: int, known: set[int]) -> int | None:
        while person.status(job) not in ENDED:
            for process in children(template) - known:
                kill(process, signal.SIGSTOP)
                return process
        return None

    @contextmanager
    def full_disk(self) -> Iterator[None]:
        """Nothing about tests can be written meanwhile."""
        with closing(sqlite3.connect(self.engine.config.state / "tsim.sqlite3", isolation_level=None)) as connection:
            connection.execute(FULL)
            try:
                yield
            finally:
                connection.execute("DROP TRIGGER full")
