"""The way to the engine, and which of its refusals mean that another one may be asked."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest

from backend.cli.error import UsageError
from backend.cli.who.link import ANSWERS, AWAY, TOO_MUCH, Link
from backend.config import Config
from backend.engine.door.address import short_address
from backend.engine.protocol import Code, EngineError
from tests.cli.asked import COMMAND, NOWHERE, ROOT, tsimsh
from tests.cli.networks import write_small
from tests.engine.process import EngineProcess
from tests.waiting import is_running, wait_for

pytestmark = pytest.mark.serial
TRACE = "trace -s hq-pc1 -d br-pc1 -j"


def test_every_refusal_has_one_meaning() -> None:
    codes = {value for name, value in vars(Code).items() if name.isupper()}
    assert codes == AWAY | TOO_MUCH | ANSWERS
    assert len(AWAY) + len(TOO_MUCH) + len(ANSWERS) == len(codes)


def test_what_is_asked_is_asked_as_the_owner(engine: EngineProcess) -> None:
    link = Link(engine.config)
    assert link.ask("networks")["networks"]
    assert link.ask_running("health")["pid"] == engine.pid


def test_events_come_one_by_one_and_end(engine: EngineProcess) -> None:
    link = Link(engine.config)
    asked = {"source": "hq-pc1", "destination": "br-pc1", "services": "22", "mode": "predict"}
    job = link.ask("submit", question=asked)
    assert [*link.events("watch", job=job["id"])][-1]["event"]["phase"] == "done"


def test_where_the_engine_is_not_to_be_asked_it_is_not() -> None:
    link = Link(Config(state=Path(NOWHERE)), "not to be asked")
    for ask in (link.ask, link.ask_running):
        with pytest.raises(UsageError, match="not to be asked"):
            ask("health")


def test_to_look_whether_one_runs_starts_none(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="is not running"):
        Link(Config(state=tmp_path)).ask_running("health")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("ask", [Link.ask, Link.ask_running])
def test_where_a_supervisor_starts_it_the_refusal_says_how(tmp_path: Path, ask: Callable[..., object]) -> None:
    with pytest.raises(EngineError, match=r"systemctl start tsim-engine\.socket tsim-engine"):
        ask(Link(Config(state=tmp_path, run=tmp_path / "run")), "health")
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def state(tmp_path: Path) -> Iterator[Path]:
    """Where tsimsh may start an engine, which is ended with the test."""
    yield tmp_path / "state"
    try:
        pid = Link(Config(state=tmp_path / "state")).ask_running("health")["pid"]
    except EngineError:
        return
    os.kill(pid, signal.SIGTERM)
    wait_for(lambda: not is_running(pid), "the engine to end")


def test_it_is_started_where_there_is_none_and_stays(state: Path) -> None:
    asked = tsimsh(TRACE, TSIM_FACTS="", TSIM_STATE=str(state))
    assert (asked.returncode, asked.stderr) == (0, "")
    assert asked.stdout == tsimsh(TRACE).stdout
    pid = Link(Config(state=state)).ask_running("health")["pid"]
    assert tsimsh(TRACE, TSIM_FACTS="", TSIM_STATE=str(state)).stdout == asked.stdout
    assert Link(Config(state=state)).ask_running("health")["pid"] == pid


@pytest.mark.parametrize("words", [TRACE, f"--no-engine {TRACE}"])
def test_where_it_cannot_be_started_the_answer_is_the_same(words: str) -> None:
    own = tsimsh(TRACE)
    found = tsimsh(words, TSIM_FACTS="")
    assert (found.stdout, found.stderr, found.returncode) == (own.stdout, "", 0)


@pytest.mark.parametrize(
    ("words", "is_told"), [("trace -s hq-pc1 -d br-pc1", True), (TRACE, False), ("-q trace -s hq-pc1 -d br-pc1", False)]
)
def test_a_person_is_told_why(words: str, is_told: bool) -> None:
    script = "import pty, sys; sys.exit(pty.spawn(sys.argv[1:]))"
    environment = {**os.environ, "TSIM_FACTS": "", "TSIM_STATE": NOWHERE}
    done = subprocess.run(
        [sys.executable, "-c", script, *COMMAND, *words.split()],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, cwd=ROOT, env=environment, timeout=60, check=False,
    )  # fmt: skip
    lines = [line for line in done.stdout.splitlines() if line.startswith("tsimsh: ")]
    reason = "the engine has no place in /dev/null/state/engine: Not a directory; TSIM_STATE chooses another"
    assert lines == ([f"tsimsh: answered without the engine: {reason}"] if is_told else [])
    assert "br-gw" in done.stdout


def test_facts_that_are_named_are_read_here(tmp_path: Path) -> None:
    folder = write_small(tmp_path / "small")
    asked = "trace -s pc -d 10.0.2.9 -j"
    for words, facts in ((f"--facts {folder} {asked}", ""), (asked, str(folder))):
        found = tsimsh(words, TSIM_FACTS=facts, TSIM_STATE=str(tmp_path / "state"))
        assert json.loads(found.stdout)["network"].startswith("small@")
    assert not (tmp_path / "state").exists()


def test_an_engine_of_another_version_is_passed_by(tmp_path: Path) -> None:
    other = msgspec.json.encode({"version": 99, "id": 1, "result": {}}) + b"\n"
    config = Config(state=tmp_path)
    config.engine_socket.parent.mkdir()
    pid = os.fork()
    if not pid:
        with socket.socket(socket.AF_UNIX) as listener, short_address(config.engine_socket) as address:
            listener.bind(address)
            listener.listen()
            accepted, _ = listener.accept()
            accepted.recv(65536)
            accepted.sendall(other)
            accepted.recv(65536)
            os._exit(0)
    wait_for(config.engine_socket.exists, "the other engine")
    found = tsimsh(TRACE, TSIM_FACTS="", TSIM_STATE=str(tmp_path))
    os.waitpid(pid, 0)
    assert (found.stdout, found.stderr) == (tsimsh(TRACE).stdout, "")
