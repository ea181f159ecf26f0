"""The web of a real engine, asked in this process as several people, each with a session and tokens."""

import http.client
import itertools
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import msgspec
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from backend.config import Config
from backend.store.database import open_database
from backend.store.sessions import Sessions
from backend.store.tokens import Tokens
from backend.store.users import Users
from backend.web import create_app
from tests.engine.process import EngineProcess, engine
from tests.small import write_small_network
from tests.waiting import wait_for
from tests.web.conftest import HEADERS

PASSWORD = "correct horse"
QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
SCOPES = ("read", "test", "admin")
QUESTION = {"source": "10.0.1.50", "destination": "10.0.2.50", "services": "443/tcp,icmp", "mode": "predict"}
ENDED = ("succeeded", "failed", "cancelled", "expired")


class Answer(msgspec.Struct, frozen=True):
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return msgspec.json.decode(self.body)


def asked(address: tuple[str, int], method: str, path: str, body: object = None, **headers: str) -> Answer:
    """Of a web in a process of its own; a body that is no bytes goes as JSON."""
    with closing(http.client.HTTPConnection(*address, timeout=60)) as connection:
        data = body if isinstance(body, bytes | None) else msgspec.json.encode(body)
        kind = {} if body is None else {"Content-Type": "application/json"}
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, data, HEADERS | kind | given)
        answer = connection.getresponse()
        return Answer(answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read())


class Asker:
    """Somebody, or nobody."""

    def __init__(self, app: Flask, session: str | None = None, token: str | None = None) -> None:
        self.client: FlaskClient = app.test_client()
        self.headers = HEADERS if token is None else {"Authorization": f"Bearer {token}"}
        if session is not None:
            with self.client.session_transaction() as cookie:
                cookie["id"] = session

    def ask(self, method: str, path: str, **more: Any) -> TestResponse:
        headers = {**self.headers, **more.pop("headers", {})}
        return self.client.open(path, method=method, headers=headers, **more)


class Town:
    """An engine, its web, and who uses it."""

    def __init__(self, running: EngineProcess, app: Flask) -> None:
        self.engine = running
        self.app = app
        self._numbers = itertools.count(1)

    def person(self, role: str = "user", name: str | None = None) -> str:
        name = name or f"{role}{next(self._numbers)}"
        with closing(open_database(self.engine.config.database_url)) as database:
            Users(database, QUICK).add(name, PASSWORD, role)
        return name

    def session(self, name: str) -> str:
        with closing(open_database(self.engine.config.database_url)) as database:
            return Sessions(database).begin(name)

    def token(self, name: str, scopes: Sequence[str] = SCOPES) -> str:
        with closing(open_database(self.engine.config.database_url)) as database:
            return Tokens(database).add(name, "of tests", scopes)[1]

    def asker(self, name: str) -> Asker:
        return Asker(self.app, self.session(name))

    def bearer(self, name: str, scopes: Sequence[str] = SCOPES) -> Asker:
        return Asker(self.app, token=self.token(name, scopes))

    def job(self, asker: Asker, **changed: Any) -> str:
        """One that has ended."""
        taken = asker.ask("POST", "/api/v1/jobs", json=QUESTION | changed)
        assert taken.status_code == 202, taken.text
        id_ = str(taken.get_json()["id"])
        self.ended(asker, id_)
        return id_

    def ended(self, asker: Asker, id_: str) -> Any:
        def now() -> Any:
            return msgspec.json.decode(asker.ask("GET", f"/api/v1/jobs/{id_}").data)

        wait_for(lambda: now()["status"] in ENDED, f"the end of {id_}")
        return now()


@contextmanager
def town(place: Path) -> Iterator[Town]:
    facts = write_small_network(place / "small", dropped=[22])
    config = Config(facts=facts, state=place / "state", secret_key="a key for tests only", page=place, rate=("off",))
    (place / "index.html").write_text("<!doctype html>\n")
    with engine(config, place / "log") as running:
        app = create_app(config, running.client)
        yield Town(running, app)
