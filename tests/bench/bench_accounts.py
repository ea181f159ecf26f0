"""Passwords and sessions. What is refused must cost the same whatever the reason: compare `min` and `time` of the
refusals. Passwords of the machine need root, a user of the machine's being made for as long as this runs.
"""

import asyncio
import atexit
import os
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from functools import cache
from pathlib import Path

from backend.auth.client import ask
from backend.auth.protocol import Question
from backend.engine.asked.passwords import Groups, Known, Machine, Passwords
from backend.store.database import open_database
from backend.store.sessions import Sessions
from backend.store.tokens import Tokens
from backend.store.users import Change, Users
from tests.auth.person import PASSWORD, person
from tests.auth.process import NOBODY, SHADOW, as_nobody, auth
from tests.bench.benchmark import Benchmark


class Bench:
    """Everything real, with a user `ann` here and, for root, one of the machine's."""

    def __init__(self) -> None:
        kept = ExitStack()
        atexit.register(kept.close)
        folder = Path(kept.enter_context(tempfile.TemporaryDirectory(prefix="bench-accounts-")))
        self.database = open_database(folder / "db")
        self.users = Users(self.database)
        for name, role in (("ann", "admin"), ("locked", "user")):
            self.users.add(name, PASSWORD, role)
        self.users.change("locked", Change(is_locked=True))
        self.loop = asyncio.new_event_loop()
        self.socket = folder / "none"
        self.name = "nobody-there"
        if os.geteuid() == 0:
            one = kept.enter_context(person())
            self.name = one.name
            self.socket = kept.enter_context(auth(one.service, as_nobody(SHADOW[0]), NOBODY)).config.auth_socket
        self.here = Passwords(self.users)
        self.there = Passwords(self.users, Machine(self._known, Groups("tsim-admin")))

    def _known(self, name: str, password: str, address: str) -> Known | None:
        answer = ask(self.socket, Question(name, password, address))
        return Known(answer.username, answer.groups) if answer.is_right else None


bench = cache(Bench)


def told(name: str, password: str, at_machine: bool = False) -> Callable[[], Callable[[], object]]:
    """As long as the one waits who signs in."""

    def set_up() -> Callable[[], object]:
        one = bench()
        passwords = one.there if at_machine else one.here
        return lambda: one.loop.run_until_complete(passwords.user(name or one.name, password, "192.0.2.1"))

    return set_up


def checked(name: str, password: str) -> Callable[[], Callable[[], object]]:
    """By the process alone."""

    def set_up() -> Callable[[], object]:
        one = bench()
        return lambda: ask(one.socket, Question(name or one.name, password))

    return set_up


def session() -> Callable[[], object]:
    sessions = Sessions(bench().database)
    id_ = sessions.begin("ann")
    return lambda: sessions.signed(id_)


def token() -> Callable[[], object]:
    tokens = Tokens(bench().database)
    secret = tokens.add("ann", "nightly", ["read"])[1]
    return lambda: tokens.holder(secret)


BENCHMARKS = [
    Benchmark("accounts: a session is looked up", session, goal_s=0.001),
    Benchmark("accounts: a token is looked up", token, goal_s=0.001),
    Benchmark("sign in: the right password", told("ann", PASSWORD), goal_s=0.5),
    Benchmark("sign in: a wrong password", told("ann", "wrong")),
    Benchmark("sign in: an unknown name", told("nobody-there", "wrong")),
    Benchmark("sign in: a locked account, the right password", told("locked", PASSWORD)),
]
if os.geteuid() == 0:
    BENCHMARKS += [
        Benchmark("auth: the right password of the machine", checked("", PASSWORD), goal_s=0.5),
        Benchmark("auth: a wrong one", checked("", "wrong")),
        Benchmark("auth: an unknown name", checked("nobody-there", "wrong")),
        Benchmark("sign in: the machine's, the right password", told("", PASSWORD, at_machine=True), goal_s=0.5),
        Benchmark("sign in: the machine's, a wrong password", told("", "wrong", at_machine=True)),
        Benchmark("sign in: the machine's, an unknown name", told("nobody-there", "wrong", at_machine=True)),
    ]
