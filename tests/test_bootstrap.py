import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from backend import bootstrap
from backend.config import Config, environment
from backend.engine import Client, EngineError
from backend.engine.asked.guessing import PAIR
from tests.auth.person import PASSWORD, person
from tests.auth.person import Person as Machinist
from tests.auth.process import auth
from tests.engine.process import engine
from tests.small import write_small_network
from tests.waiting import is_running, wait_for


@pytest.fixture
def settings(config: Config, tmp_path: Path) -> Config:
    return msgspec.structs.replace(config, facts=write_small_network(tmp_path / "small"))


@pytest.fixture
def signed_in(client: Client, settings: Config) -> dict[str, str]:
    """What a person gets who signs in with the first password."""
    password = settings.first_password_file.read_text().strip()
    answer: dict[str, str] = msgspec.json.decode(client.call("sign_in", {"username": "admin", "password": password}))
    return answer


@pytest.fixture
def client(settings: Config, tmp_path: Path) -> Iterator[Client]:
    with engine(settings, tmp_path / "log") as running:
        yield running.client


def test_the_engine_answers_for_the_facts_of_the_config(client: Client, signed_in: dict[str, str]) -> None:
    session = {"session": signed_in["session"]}
    question = {"source": "10.0.1.50", "destination": "10.0.2.1"}
    trace = msgspec.json.decode(client.call("trace", session | {"question": question}))
    assert trace["verdict"] == "accepted"
    assert [hop["name"] for hop in trace["path"] if hop["is_router"]] == ["gw-a", "gw-b"]
    names = [router["name"] for router in msgspec.json.decode(client.call("topology", session))["routers"]]
    assert names == ["gw-a", "gw-b"]


def test_the_first_user_signs_in_with_the_kept_password(client: Client, signed_in: dict[str, str]) -> None:
    assert (signed_in["username"], signed_in["role"]) == ("admin", "admin")
    with pytest.raises(EngineError, match="wrong"):
        client.call("sign_in", {"username": "admin", "password": "x"})


def test_facts_that_are_not_there_are_named(config: Config, tmp_path: Path) -> None:
    settings = msgspec.structs.replace(config, facts=tmp_path / "nowhere")
    with (
        pytest.raises(RuntimeError, match=r"engine: there is no directory .*nowhere$"),
        engine(settings, tmp_path / "log"),
    ):
        pass


def test_the_web_starts_the_engine_only_where_it_is_told_to(settings: Config) -> None:
    assert bootstrap.web_app(settings).test_client().get("/readyz").status_code == 503
    told = msgspec.structs.replace(settings, start_engine=True)
    visitor = bootstrap.web_app(told).test_client()
    wait_for(lambda: visitor.get("/readyz").status_code == 200, "the engine")  # who asks first may be told to wait
    client = Client(settings.engine_socket)
    pid: int = msgspec.json.decode(client.call("health"))["pid"]
    client.close()
    os.kill(pid, signal.SIGTERM)
    wait_for(lambda: not is_running(pid), "the end of the engine")


def test_the_key_of_the_cookies_is_made_once_and_kept(settings: Config) -> None:
    keyless = msgspec.structs.replace(settings, secret_key="")
    first, second = bootstrap.web_app(keyless), bootstrap.web_app(keyless)
    assert first.config["SECRET_KEY"] == second.config["SECRET_KEY"] != ""
    assert bootstrap.web_app(settings).config["SECRET_KEY"] == settings.secret_key


def test_the_web_loads_neither_simulator_nor_database(settings: Config) -> None:
    load = "import sys; from backend import bootstrap, config; bootstrap.web_app(config.from_environment())"
    script = f"{load}; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", script], env=environment(settings), stdout=subprocess.PIPE, text=True, check=True
    )
    heavy = {"sqlalchemy", "argon2", "backend.sim", "backend.facts", "matplotlib", "reportlab"}
    assert heavy & set(done.stdout.split()) == set()


@pytest.fixture
def bob() -> Iterator[Machinist]:
    with person() as one:
        yield one


@pytest.mark.root
@pytest.mark.serial
def test_users_of_the_machine_sign_in_with_their_passwords_there(
    settings: Config, bob: Machinist, tmp_path: Path
) -> None:
    with (
        auth(bob.service) as checking,
        engine(
            msgspec.structs.replace(settings, state=checking.config.state, pam=True, admin_group=bob.group),
            tmp_path / "log",
        ) as running,
    ):
        asked = {"username": bob.name, "password": PASSWORD, "address": "192.0.2.1"}
        told = running.plain("sign_in", **asked)
        assert (told["username"], told["role"]) == (bob.name, "admin")
        with pytest.raises(EngineError, match="wrong"):
            running.plain("sign_in", **asked | {"password": "wrong"})
        found = {each["username"]: each["origin"] for each in running.ask("users")["users"]}
        assert found == {"admin": "local", bob.name: "pam"}
        running.ask("change_user", username=bob.name, role="user")
        assert running.plain("sign_in", **asked)["role"] == "user"
        running.ask("change_user", username=bob.name, role="group")
        assert running.plain("sign_in", **asked)["role"] == "admin"
        with pytest.raises(EngineError, match="change it there"):
            running.plain("change_password", session=told["session"], old=PASSWORD, new="battery staple")
        running.ask("change_user", username=bob.name, is_locked=True)
        with pytest.raises(EngineError, match="wrong"):
            running.plain("sign_in", **asked)
        checking.stop()
        for _ in range(PAIR.free + 1):  # what was not looked at is no guess
            with pytest.raises(EngineError, match="cannot be checked just now") as caught:
                running.plain("sign_in", **asked)
            assert caught.value.code == "unavailable"
        password = (checking.config.state / "first-password").read_text().strip()
        assert running.plain("sign_in", username="admin", password=password)["role"] == "admin"
