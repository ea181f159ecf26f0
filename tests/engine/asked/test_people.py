import asyncio
import os
import pwd
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from threading import Event

import pytest

from backend.engine import EngineError
from backend.engine.asked.auditing import Auditing
from backend.engine.asked.people import People
from backend.store.audit import Audit
from backend.store.database import Database, open_database
from backend.store.sessions import Sessions
from backend.store.sessions import Signed as Found
from backend.store.tokens import Tokens
from backend.store.users import Users
from tests.engine.desk import FLOW, PASSWORD, PREDICTION, QUICK, Desk, Person
from tests.engine.running.stage import on_loop
from tests.waiting import wait_for

pytestmark = pytest.mark.serial


def test_who_has_signed_in_is_known_by_the_session(desk: Desk) -> None:
    person = desk.person()
    told = person.ask("session")
    assert (told["username"], told["role"], told["scopes"]) == (person.name, "user", ["read", "test", "admin"])


@pytest.mark.parametrize("params", [{}, {"session": None}, {"session": "made up"}, {"session": "\x00é" * 500}])
def test_nobody_in_particular_is_told_to_sign_in(desk: Desk, params: dict[str, object]) -> None:
    with pytest.raises(EngineError, match="sign in again") as caught:
        desk.engine.plain("jobs", **params)
    assert caught.value.code == "denied"


def test_whoever_runs_the_engine_needs_no_session_and_may_do_everything(desk: Desk) -> None:
    told = desk.engine.ask("session")
    assert (told["username"], told["role"]) == (pwd.getpwuid(os.geteuid()).pw_name, "admin")
    assert (told["id"], told["expires"]) == (None, None)


def test_a_session_says_more_than_who_runs_the_web(desk: Desk) -> None:
    """The web runs as the engine's owner, and asks for others: it never says that it asks for itself."""
    person = desk.person()
    assert person.ask("session", as_owner=False)["username"] == person.name
    with pytest.raises(EngineError, match="sign in again"):
        desk.engine.plain("session")


@pytest.mark.parametrize("call", ["reload", "lab_up", "lab_down", "cleanup"])
def test_what_is_for_administrators_is_refused_to_others(desk: Desk, call: str) -> None:
    person = desk.person()
    refused = person.refused(call)
    assert (refused.code, person.name in refused.message) == ("forbidden", True)


def test_a_session_that_was_ended_elsewhere_is_over_in_a_moment(desk: Desk) -> None:
    person = desk.person()
    person.ask("session")
    desk.end_session(person)

    def is_over() -> bool:
        try:
            person.ask("session")
        except EngineError as error:
            return error.code == "denied"
        return False

    wait_for(is_over, "the end of the session")


@pytest.fixture
def ann(desk: Desk) -> Person:
    return desk.person()


def token(person: Person, *scopes: str) -> dict[str, str]:
    made = person.ask("create_token", name="nightly", scopes=list(scopes))
    return {"token": made["token"]}


def code(desk: Desk, call: str, **params: object) -> str:
    """Of what is refused; "": it was not."""
    try:
        desk.engine.plain(call, **params)
    except EngineError as error:
        return error.code
    return ""


def test_a_token_is_good_for_what_it_was_made_for_and_no_more(desk: Desk, ann: Person) -> None:
    reading, testing = token(ann, "read"), token(ann, "test")
    assert desk.engine.plain("session", **reading)["username"] == ann.name
    assert code(desk, "jobs", **reading) == code(desk, "trace", question=FLOW, **reading) == ""
    assert code(desk, "submit", question=PREDICTION, **reading) == "forbidden"
    job = desk.engine.plain("submit", question=PREDICTION, **testing)["id"]
    ann.ended(job)
    assert code(desk, "job", job=job, **testing) == "forbidden"
    for call in ("cancel", "remove"):
        assert code(desk, call, job=job, **reading) == "forbidden"
        assert code(desk, call, job=job, **testing) == ""


def test_an_administrators_token_administrates_only_where_it_was_made_for_that(desk: Desk, ann: Person) -> None:
    admin = desk.person("admin")
    plain, full = token(admin, "read", "test"), token(admin, "read", "admin")
    job = ann.submit()
    assert code(desk, "users", **plain) == "forbidden"
    assert code(desk, "job", job=job, **plain) == "not_found", "it sees what its user has, and no more"
    assert code(desk, "users", **full) == code(desk, "job", job=job, **full) == ""
    assert code(desk, "users", **token(ann, "admin")) == "forbidden", "nobody becomes one by a token"


def test_a_token_comes_before_a_session_so_that_nobody_asks_for_two(desk: Desk, ann: Person) -> None:
    bob = desk.person()
    assert ann.ask("session", **token(bob, "read"))["username"] == bob.name
    assert ann.refused("session", token="tsim_made-up").code == "denied"


@pytest.mark.parametrize("secret", ["", "tsim_", "\x00", "x" * 5000])
def test_a_token_that_nobody_has_is_told_so(desk: Desk, secret: str) -> None:
    with pytest.raises(EngineError, match="The token is wrong") as caught:
        desk.engine.plain("jobs", token=secret)
    assert caught.value.code == "denied"


@pytest.mark.parametrize("how", ["lock", "remove", "sign out", "end", "token"])
def test_what_was_ended_here_is_over_at_once(desk: Desk, how: str) -> None:
    """Also while others ask with it, and though it was believed a moment ago."""
    admin, ann = desk.person("admin"), desk.person()
    secret = ann.ask("create_token", name="nightly", scopes=["read", "admin"])
    asked = {"token": secret["token"]} if how == "token" else {"session": ann.session}
    assert code(desk, "session", **asked) == ""
    with ThreadPoolExecutor(4) as threads:
        is_over = Event()

        def ask_on() -> None:
            while not is_over.is_set():
                code(desk, "session", **asked)

        for _ in range(4):
            threads.submit(ask_on)
        try:
            if how == "lock":
                admin.ask("change_user", username=ann.name, is_locked=True)
            elif how == "remove":
                admin.ask("remove_user", username=ann.name)
            elif how == "sign out":
                ann.ask("sign_out")
            elif how == "end":
                admin.ask("end_sessions", user=ann.name)
            else:
                ann.ask("remove_token", id=secret["id"])
            assert [code(desk, "session", **asked) for _ in range(20)] == ["denied"] * 20
        finally:
            is_over.set()


def test_a_new_role_is_known_at_once(desk: Desk, ann: Person) -> None:
    admin = desk.person("admin")
    assert ann.refused("users").code == "forbidden"
    admin.ask("change_user", username=ann.name, role="admin")
    assert ann.ask("users")["users"]
    admin.ask("change_user", username=ann.name, role="user")
    assert ann.refused("users").code == "forbidden"


def test_who_runs_the_engine_has_no_account_to_manage(desk: Desk) -> None:
    for call in ("sessions", "tokens", "end_sessions"):
        with pytest.raises(EngineError, match="has no account here"):
            desk.engine.ask(call)


class Slow(Sessions):
    """Whose answers are old when they arrive."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.has_read, self.may_answer = Event(), Event()

    def signed(self, id_: str) -> Found | None:
        found = super().signed(id_)
        self.has_read.set()
        self.may_answer.wait(30)
        return found


@on_loop
async def test_what_was_looked_up_before_an_end_is_not_believed_after_it(tmp_path: Path) -> None:
    with closing(open_database(tmp_path / "db")) as database:
        Users(database, QUICK).add("ann", PASSWORD)
        sessions = Slow(database)
        people = People(sessions, Tokens(database), Auditing(Audit(database)))
        id_ = sessions.begin("ann")
        early = asyncio.create_task(people.of_session(id_))
        await asyncio.to_thread(sessions.has_read.wait, 30)
        sessions.end(id_)
        people.forget("ann")
        sessions.may_answer.set()
        assert (await early).name == "ann", "it was asked before the end"
        with pytest.raises(EngineError, match="has ended"):
            await people.of_session(id_)
