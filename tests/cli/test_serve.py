"""The whole application as `make run` starts it: an engine, a gunicorn with its eventlet worker, and who ends them."""

import os
import re
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any

import msgspec
import pytest

from backend.cli import serve
from backend.config import Config, environment
from tests.auth.person import PASSWORD, person
from tests.small import write_small_network
from tests.waiting import is_running, wait_for

pytestmark = pytest.mark.serial
COMMAND = [sys.executable, "-m", "backend.cli.serve"]
PAGE = "<!doctype html><title>tsim</title>\n"
QUESTION = {"source": "10.0.1.50", "destination": "10.0.2.1"}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Application:
    """A running `serve` and a browser's view of it."""

    def __init__(self, settings: Config) -> None:
        self.settings = settings
        self.process = subprocess.Popen(
            COMMAND, env=environment(settings), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        assert self.process.stdout is not None
        self.said: list[str] = []
        for line in self.process.stdout:
            self.said.append(line)
            if "Ctrl-C" in line:
                break
        self.forget()

    def forget(self) -> None:
        self.cookies = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))

    @property
    def password(self) -> str:
        found = re.search(r"password\s+(\S+)", "".join(self.said))
        assert found, self.said
        return found[1]

    def ask(self, method: str, path: str, body: object = None) -> tuple[int, Any]:
        request = urllib.request.Request(f"http://{self.settings.bind}{path}", method=method)
        request.add_header("X-Requested-With", "tests")
        if body is not None:
            request.add_header("Content-Type", "application/json")
            request.data = body if isinstance(body, bytes) else msgspec.json.encode(body)
        try:
            with self.cookies.open(request, timeout=30) as answer:
                return answer.status, _json(answer.read())
        except urllib.error.HTTPError as error:
            with error:
                return error.code, _json(error.read())

    def sign_in(self, password: str | None = None) -> int:
        given = {"username": "admin", "password": password or self.password}
        return self.ask("POST", "/api/v1/sessions", given)[0]

    def family(self) -> set[int]:
        """All processes that it started, and theirs."""
        parents = {pid: _parent(pid) for pid in map(int, filter(str.isdigit, os.listdir("/proc")))}
        found = {self.process.pid}
        while more := {pid for pid, parent in parents.items() if parent in found} - found:
            found |= more
        return found - {self.process.pid}

    def engine(self) -> int:
        commands = {pid: Path(f"/proc/{pid}/cmdline").read_bytes() for pid in self.family()}
        return next(pid for pid, command in commands.items() if b"backend.engine\0" in command)

    def ended(self) -> str:
        """What it says until its end."""
        rest, _ = self.process.communicate(timeout=60)
        return rest

    def end(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.ended()


def _json(data: bytes) -> Any:
    try:
        return msgspec.json.decode(data)
    except msgspec.DecodeError:
        return data.decode()


def _parent(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    except (FileNotFoundError, ProcessLookupError):
        return 0


def are_gone(pids: set[int]) -> bool:
    return not any(is_running(pid) for pid in pids)


def settings_in(folder: Path) -> Config:
    page = folder / "page"
    page.mkdir()
    (page / "index.html").write_text(PAGE)
    facts = write_small_network(folder / "small")
    return Config(bind=f"127.0.0.1:{free_port()}", facts=facts, state=folder / "state", page=page)


@pytest.fixture
def settings(tmp_path: Path) -> Config:
    return settings_in(tmp_path)


@pytest.fixture
def application(settings: Config) -> Iterator[Application]:
    started = Application(settings)
    yield started
    started.end()


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Application]:
    """For tests that only ask, each with a session of its own."""
    started = Application(settings_in(tmp_path_factory.mktemp("shared")))
    yield started
    started.end()


@pytest.fixture
def visited(shared: Application) -> Application:
    shared.forget()
    return shared


def test_address_user_and_password_are_shown_and_good_for_a_trace(visited: Application) -> None:
    said = "".join(visited.said)
    assert f"http://{visited.settings.bind}/" in said
    assert "eprecated" not in said.replace("DEPRECATED", "deprecated")
    assert visited.ask("GET", "/") == (200, PAGE)
    assert visited.sign_in() == 201
    status, me = visited.ask("GET", "/api/v1/me")
    assert (status, me["username"], me["role"]) == (200, "admin", "admin")
    status, trace = visited.ask("POST", "/api/v1/traces", QUESTION)
    assert (status, trace["verdict"]) == (200, "accepted")
    assert [hop["name"] for hop in trace["path"] if hop["is_router"]] == ["gw-a", "gw-b"]
    assert visited.ask("GET", "/readyz") == (200, {"status": "ready"})


def test_wrong_passwords_and_missing_sessions_are_turned_away(visited: Application) -> None:
    assert visited.sign_in("wrong") == 401
    assert visited.ask("POST", "/api/v1/traces", QUESTION)[0] == 401


def test_hostile_bodies_are_problems_and_the_next_question_is_answered(visited: Application) -> None:
    visited.sign_in()
    for body in (b"", b"{", b"[1]", b"\xff", b"[" * 50_000, {"source": "'; rm -rf /", "destination": "10.0.2.1"}, {}):
        status, problem = visited.ask("POST", "/api/v1/traces", body)
        assert status in (400, 422), body
        assert problem["status"] == status
        assert "Traceback" not in problem["detail"]
    assert visited.ask("POST", "/api/v1/traces", QUESTION)[0] == 200


def test_many_questions_at_once_are_all_answered(visited: Application) -> None:
    visited.sign_in()
    with ThreadPoolExecutor(40) as pool:
        statuses = list(pool.map(lambda _: visited.ask("POST", "/api/v1/traces", QUESTION)[0], range(120)))
    assert set(statuses) == {200}


def test_without_the_engine_the_web_says_so_and_finds_it_again(settings: Config, tmp_path: Path) -> None:
    web = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "-c", "python:backend.gunicorn_config", "backend.wsgi:app"],
        env=environment(settings),
    )
    engine = [sys.executable, "-m", "backend.engine"]
    status = serve.status
    try:
        wait_for(lambda: status(settings, "/healthz") == 200, "the web")
        assert status(settings, "/readyz") == 503
        for _ in range(2):
            running = subprocess.Popen(engine, env=environment(settings))
            wait_for(lambda: status(settings, "/readyz") == 200, "the engine")
            running.kill()
            running.wait()
            assert status(settings, "/readyz") == 503
    finally:
        web.terminate()
        assert web.wait(timeout=60) == 0


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_everything_it_started(application: Application, number: signal.Signals) -> None:
    family = application.family()
    assert len(family) >= 3  # engine, gunicorn, its worker
    application.process.send_signal(number)
    application.ended()
    assert application.process.returncode == 0
    assert are_gone(family)


def test_nothing_survives_when_it_is_killed(application: Application) -> None:
    family = application.family()
    application.process.kill()
    application.ended()
    wait_for(lambda: are_gone(family), "the end of the children")


def test_when_the_engine_dies_that_is_said_and_the_web_is_ended(application: Application) -> None:
    family = application.family()
    os.kill(application.engine(), signal.SIGKILL)
    assert "the engine was ended by SIGKILL" in application.ended()
    assert application.process.returncode == 1
    assert are_gone(family)


def test_a_second_start_keeps_password_and_sessions(application: Application, settings: Config) -> None:
    application.sign_in()
    application.process.send_signal(signal.SIGINT)
    application.ended()
    again = Application(settings)
    try:
        assert again.password == application.password
        assert application.ask("GET", "/api/v1/me")[0] == 200
    finally:
        again.end()


def test_a_port_that_is_taken_is_named_with_a_way_out(settings: Config) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        done = subprocess.run(
            [*COMMAND, "--port", str(port)], env=environment(settings), stderr=subprocess.PIPE, text=True, timeout=60
        )
    assert done.returncode == 1
    assert str(port) in done.stderr
    assert "PORT=" in done.stderr


def refused(settings: Config, **environment_: str) -> str:
    done = subprocess.run(
        COMMAND,
        env=environment(settings) | environment_,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=60,
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stdout
    assert "tsim is at" not in done.stdout
    return done.stdout


def test_a_second_one_on_the_same_state_is_refused_and_the_first_goes_on(application: Application) -> None:
    other = msgspec.structs.replace(application.settings, bind=f"127.0.0.1:{free_port()}")
    assert "another engine already serves" in refused(other)
    assert application.ask("GET", "/readyz")[0] == 200


@pytest.mark.parametrize("port", ["0", "65536", "http", "-1", "٣"])
def test_a_port_that_is_none_is_named(settings: Config, port: str) -> None:
    done = subprocess.run(
        [*COMMAND, f"--port={port}"], env=environment(settings), stderr=subprocess.PIPE, text=True, timeout=60
    )
    assert (done.returncode, done.stderr) == (1, f"tsim: --port: {port!r} is no port; there are 1 to 65535\n")


def test_a_state_directory_that_cannot_be_made_is_said_in_a_line(settings: Config, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    impossible = msgspec.structs.replace(settings, state=tmp_path / "file" / "state")
    done = subprocess.run(COMMAND, env=environment(impossible), stderr=subprocess.PIPE, text=True, timeout=60)
    assert done.returncode == 1
    assert done.stderr.startswith(f"tsim: state directory {tmp_path / 'file' / 'state'}: Not a directory")
    assert len(done.stderr.splitlines()) == 1


def test_a_page_that_is_not_built_is_said(settings: Config, tmp_path: Path) -> None:
    assert str(tmp_path / "none") in refused(settings, TSIM_PAGE=str(tmp_path / "none"))


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("GUNICORN_BIND", "nonsense", "GUNICORN_BIND: 'nonsense'"),
        ("GUNICORN_BIND", "unix:/run/tsim", "unix:/run/tsim"),
        ("TSIM_FACTS", "/nowhere", "/nowhere"),
    ],
)
def test_a_wrong_setting_is_named(settings: Config, variable: str, value: str, said: str) -> None:
    assert said in refused(settings, **{variable: value})


@pytest.mark.root
def test_users_of_the_machine_sign_in_and_the_process_that_checks_them_ends_with_the_rest(settings: Config) -> None:
    with person() as ann:
        application = Application(msgspec.structs.replace(settings, pam=True, pam_service=ann.service))
        try:
            given = {"username": ann.name, "password": PASSWORD}
            assert application.ask("POST", "/api/v1/sessions", given | {"password": "wrong"})[0] == 401
            status, me = application.ask("POST", "/api/v1/sessions", given)
            assert (status, me["username"], me["role"]) == (201, ann.name, "user")
            family = application.family()
            assert any(b"backend.auth\0" in Path(f"/proc/{pid}/cmdline").read_bytes() for pid in family)
            application.process.kill()
            application.ended()
            wait_for(lambda: are_gone(family), "the end of the children")
        finally:
            application.end()


@pytest.mark.root
def test_a_pam_service_that_is_not_there_is_named_at_the_start(settings: Config) -> None:
    assert "there is no /etc/pam.d/no-such-service" in refused(
        settings, TSIM_PAM="1", TSIM_PAM_SERVICE="no-such-service"
    )
