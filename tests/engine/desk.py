"""One real engine that many tests ask, each as somebody of its own."""

import itertools
import os
import signal
import sqlite3
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager
from time import sleep
from typing import Any

import msgspec
import pytest
from argon2 import PasswordHasher

from backend.engine import EngineError
from backend.engine.loaded import ANSWERING
from backend.store.database import open_database
from backend.store.sessions import Sessions
from backend.store.users import Users
from tests.engine.process import EngineProcess
from tests.engine.workers.running import children
from tests.waiting import wait_for

PASSWORD = "correct horse"
QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
FLOW = {"source": "10.0.1.50", "destination": "10.0.2.50"}
QUESTION = FLOW | {"services": "443/tcp"}
PREDICTION = QUESTION | {"mode": "predict"}
FULL = "CREATE TRIGGER full BEFORE INSERT ON jobs BEGIN SELECT RAISE(ABORT, 'the disk is full'); END"
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
        """The process that holds the active facts: those that answer are its children."""
        self.engine.ask("trace", question=FLOW)
        return max(pid for pid in children(self.engine.pid) if len(children(pid)) >= ANSWERING)

    @contextmanager
    def halted(self) -> Iterator[int]:
        """No test gets on meanwhile: those whose turn it is have begun, and the others wait. Gives what halts."""
        template = self.template
        os.kill(template, signal.SIGSTOP)
        try:
            yield template
        finally:
            os.kill(template, signal.SIGCONT)

    @contextmanager
    def testing(self, is_far_enough: Callable[[], bool] = lambda: True) -> Iterator[int]:
        """The process of the next test, which does not get on meanwhile."""
        wait_for(self._tests, "the process of a test")
        (process,) = self._tests()
        os.kill(process, signal.SIGSTOP)
        while not is_far_enough():
            os.kill(process, signal.SIGCONT)
            sleep(0.005)
            os.kill(process, signal.SIGSTOP)
        try:
            yield process
        finally:
            if self.is_there(process):
                os.kill(process, signal.SIGCONT)

    def kill(self, process: int) -> None:
        os.kill(process, signal.SIGKILL)
        wait_for(lambda: not self.is_there(process), f"the end of {process}")

    def is_there(self, process: int) -> bool:
        return process in self._tests()

    def _tests(self) -> list[int]:
        return sorted(children(self.template))[ANSWERING:]

    @contextmanager
    def full_disk(self) -> Iterator[None]:
        """Nothing about tests can be written meanwhile."""
        with closing(sqlite3.connect(self.engine.config.state / "tsim.sqlite3", isolation_level=None)) as connection:
            connection.execute(FULL)
            try:
                yield
            finally:
                connection.execute("DROP TRIGGER full")
