"""A proof as a test of the engine: what is heard of it, and what becomes of it when nobody wants it any more."""

import os
import pty
import re
import select
from collections.abc import Iterator

import pytest

from backend.cli.command import Shell
from backend.cli.error import FailureError
from backend.cli.who.link import Link
from backend.cli.who.proof import proved
from backend.engine.protocol import Code, EngineError
from tests.cli.asked import COMMAND, ROOT
from tests.engine.process import EngineProcess
from tests.waiting import wait_for

pytestmark = [pytest.mark.root, pytest.mark.serial]
ASKED = {"source": "hq-pc1", "destination": "dc-db1", "services": "443,5432"}


def test_how_far_it_is_is_heard(by_engine: Shell) -> None:
    heard: list[str] = []
    by_engine.who.prove(ASKED, heard.append)
    percents = [int(said[:3]) for said in heard if "%" in said]
    assert percents == sorted(percents)
    assert 0 < len(set(percents)) < len(heard)
    assert any("443/tcp is blocked: dc-fw" in said for said in heard)


def test_the_answer_does_not_wait_for_the_report(by_engine: Shell) -> None:
    heard: list[str] = []
    by_engine.who.prove(ASKED, heard.append)
    assert "succeeded" not in heard[-1]


def test_who_stops_to_wait_cancels_it(by_engine: Shell, engine: EngineProcess) -> None:
    def interrupt(said: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        by_engine.who.prove(ASKED, interrupt)
    (newest, *_) = engine.ask("jobs", limit=1)["jobs"]
    assert newest["status"] == "cancelled"


def test_one_that_somebody_else_cancels_is_a_failure(by_engine: Shell, engine: EngineProcess) -> None:
    def cancel(said: str) -> None:
        (newest, *_) = engine.ask("jobs", limit=1)["jobs"]
        engine.ask("cancel", job=newest["id"])

    with pytest.raises(FailureError, match="the test was cancelled"):
        by_engine.who.prove(ASKED, cancel)


class Busy(Link):
    """To an engine whose queue is full."""

    def ask(self, call: str, **params: object) -> object:
        raise EngineError(Code.BUSY, "100 tests wait already", retry_after_s=3)


def test_a_full_queue_is_no_reason_to_push_in_front(engine: EngineProcess) -> None:
    with pytest.raises(FailureError, match="100 tests wait already"):
        proved(Busy(engine.config), ASKED, lambda _: None)


@pytest.fixture
def terminal(engine: EngineProcess) -> Iterator[tuple[int, int]]:
    """A shell in which a proof is typed."""
    pid, main = pty.fork()
    if not pid:
        os.chdir(ROOT)
        environment = {**os.environ, "TSIM_FACTS": "", "TSIM_STATE": str(engine.config.state)}
        os.execve(COMMAND[0], [*COMMAND, "prove", "-s", "hq-pc1", "-d", "dc-db1", "-P", "1-10"], environment)
    yield pid, main
    os.close(main)


def _read(main: int) -> str:
    try:
        return os.read(main, 65536).decode() if select.select([main], [], [], 30)[0] else ""
    except OSError:  # the other end is closed (pty(7))
        return ""


def test_a_person_sees_it_go_on_and_then_the_answer_alone(terminal: tuple[int, int]) -> None:
    pid, main = terminal
    text = ""
    while said := _read(main):
        text += said
    os.waitpid(pid, 0)
    assert re.search(r"\r\x1b\[K\x1b\[\?7l +\d+%  the lab is being built\x1b\[\?7h", text)
    shown = text.rpartition("\x1b[K")[2]
    assert shown.startswith("10.1.1.50 → 10.3.20.10")


def test_control_c_ends_the_test_with_the_shell(terminal: tuple[int, int], engine: EngineProcess) -> None:
    pid, main = terminal
    text = ""
    while "%" not in text:
        text += _read(main)
    os.write(main, b"\x03")
    while said := _read(main):
        text += said
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 130
    assert "Traceback" not in text
    wait_for(lambda: engine.ask("jobs", limit=1)["jobs"][0]["status"] == "cancelled", "the test to be cancelled")
