"""What is known of a session is asked for seldom, and never believed after it has changed."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from backend.engine import EngineError
from backend.engine.changes import Changes, Seen
from backend.web import create_app, known
from backend.web.known import Known
from tests.web.conftest import MadeUpEngine
from tests.web.real import PASSWORD, Asker, Town, town

ANN = {"session": "of ann"}


@pytest.fixture
def changes(tmp_path: Path) -> Changes:
    return Changes(tmp_path / "changes")


@pytest.fixture
def asked(engine: MadeUpEngine, changes: Changes, tmp_path: Path) -> Known:
    engine.sessions |= {"of ann": "ann", "of bob": "bob"}
    return Known(engine, Seen(tmp_path / "changes"))


def test_who_somebody_is_is_asked_once(asked: Known, engine: MadeUpEngine) -> None:
    documents = {asked.document({**ANN, "address": f"192.0.2.{number}"}) for number in range(9)}
    assert [msgspec.json.decode(one)["username"] for one in documents] == ["ann"]
    assert len(engine.asked) == 1
    assert msgspec.json.decode(asked.document({"session": "of bob"}))["username"] == "bob"
    assert msgspec.json.decode(asked.document({"token": "tsim_token", **ANN}))["username"] == "ann"
    assert len(engine.asked) == 3


def test_after_a_change_it_is_asked_again(asked: Known, engine: MadeUpEngine, changes: Changes) -> None:
    asked.document(dict(ANN))
    del engine.sessions["of ann"]
    changes.count()
    for _ in range(2):
        with pytest.raises(EngineError):
            asked.document(dict(ANN))


def test_what_changes_while_it_is_asked_is_not_believed(asked: Known, engine: MadeUpEngine, changes: Changes) -> None:
    answer = engine.answers["session"]

    def late(params: dict[str, Any]) -> object:
        said = answer(params)
        changes.count()
        return said

    engine.answers["session"] = late
    asked.document(dict(ANN))
    asked.document(dict(ANN))
    assert len(engine.asked) == 2


def test_it_is_believed_for_a_while_only(asked: Known, engine: MadeUpEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    now_s = 100.0
    monkeypatch.setattr(known, "monotonic", lambda: now_s)
    asked.document(dict(ANN))
    now_s += known.BELIEVED_S
    asked.document(dict(ANN))
    assert len(engine.asked) == 2


def test_without_the_number_nothing_is_believed(engine: MadeUpEngine, tmp_path: Path) -> None:
    engine.sessions["of ann"] = "ann"
    asked = Known(engine, Seen(tmp_path / "nobody counts"))
    asked.document(dict(ANN))
    asked.document(dict(ANN))
    assert len(engine.asked) == 2


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with town(tmp_path_factory.mktemp("town")) as running:
        yield running


Ends = Callable[[Town, Asker, str], object]


def by_signing_out(place: Town, asker: Asker, _: str) -> object:
    return asker.ask("DELETE", "/api/v1/sessions/current")


def by_an_administrator(place: Town, _: Asker, name: str) -> object:
    return place.asker(place.person("admin")).ask("DELETE", f"/api/v1/sessions?user={name}")


def by_a_lock(place: Town, _: Asker, name: str) -> object:
    change = {"is_locked": True}
    return place.asker(place.person("admin")).ask("PATCH", f"/api/v1/users/{name}", json=change)


def by_removal(place: Town, _: Asker, name: str) -> object:
    return place.asker(place.person("admin")).ask("DELETE", f"/api/v1/users/{name}")


def by_the_owner(place: Town, _: Asker, name: str) -> object:
    return place.engine.ask("end_sessions", user=name)


def by_another_password(place: Town, _: Asker, name: str) -> object:
    passwords = {"old": PASSWORD, "new": "battery staple 17"}
    return place.asker(name).ask("PUT", "/api/v1/me/password", json=passwords)


@pytest.mark.serial
@pytest.mark.parametrize(
    "ends", [by_signing_out, by_an_administrator, by_a_lock, by_removal, by_the_owner, by_another_password]
)
def test_the_very_next_request_after_the_end_is_refused_at_another_web_too(place: Town, ends: Ends) -> None:
    name = place.person()
    session = place.session(name)
    other = create_app(place.engine.config, place.engine.client)
    here, there = Asker(place.app, session), Asker(other, session)
    for asker in (here, there):
        assert asker.ask("GET", "/api/v1/me").status_code == asker.ask("GET", "/api/v1/services").status_code == 200
    ends(place, here, name)
    assert there.ask("GET", "/api/v1/me").status_code == here.ask("GET", "/api/v1/me").status_code == 401
    assert there.ask("GET", "/api/v1/services").status_code == 401


@pytest.mark.serial
def test_a_removed_token_and_a_lost_role_are_known_at_once(place: Town) -> None:
    name, admin = place.person("admin"), place.asker(place.person("admin"))
    made = place.asker(name).ask("POST", "/api/v1/tokens", json={"name": "x", "scopes": ["read"]}).get_json()
    program, person = Asker(place.app, token=made["token"]), place.asker(name)
    assert [each.ask("GET", "/api/v1/me").get_json()["role"] for each in (program, person)] == ["admin", "admin"]
    assert admin.ask("PATCH", f"/api/v1/users/{name}", json={"role": "user"}).status_code == 200
    assert [each.ask("GET", "/api/v1/me").get_json()["role"] for each in (program, person)] == ["user", "user"]
    assert person.ask("DELETE", f"/api/v1/tokens/{made['id']}").status_code == 204
    assert program.ask("GET", "/api/v1/me").status_code == 401
