import logging
import os
import signal
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import monotonic, sleep

import pytest

from backend.auth.client import AuthError, _connect, ask
from backend.auth.protocol import LIMIT, Answer, Question
from tests.auth.served import served
from tests.engine.workers.running import children
from tests.waiting import wait_for

pytestmark = pytest.mark.serial
RIGHT = Answer(True, "ann", ("users",))


def right(question: Question) -> Answer:
    return RIGHT if question.password == "right" else Answer()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "auth" / "socket"


def said(path: Path, data: bytes) -> bytes:
    """To the one who says just this."""
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(30)
        _connect(client, path)
        try:
            client.sendall(data)
            return client.recv(4096)
        except (BrokenPipeError, ConnectionResetError):
            return b""


def test_each_question_has_its_answer_and_leaves_no_process(path: Path) -> None:
    before = children(os.getpid())
    with served(path, right):
        for _ in range(3):
            assert ask(path, Question("ann", "right")) == RIGHT
            assert ask(path, Question("ann", "wrong")) == Answer()
    assert children(os.getpid()) == before


def test_many_ask_at_once_and_only_some_are_answered_at_a_time(path: Path, tmp_path: Path) -> None:
    def slow(question: Question) -> Answer:
        """Ends when it is not alone, or has been for long, so that those who come meanwhile are seen."""
        (tmp_path / question.username).touch()
        until = monotonic() + 3
        while (most := len(list(tmp_path.glob("user*")))) < 2 and monotonic() < until:
            sleep(0.01)
        sleep(0.05)
        most = max(most, len(list(tmp_path.glob("user*"))))
        (tmp_path / question.username).unlink()
        return Answer(True, str(most))

    with served(path, slow, at_once=2), ThreadPoolExecutor(12) as threads:
        found = list(threads.map(lambda at: ask(path, Question(f"user{at}", "x")), range(12)))
    assert max(int(answer.username) for answer in found) == 2


@pytest.mark.parametrize("way", ["hangs", "crashes", "raises"])
def test_a_module_that_fails_ends_its_own_question_only(path: Path, way: str, caplog: pytest.LogCaptureFixture) -> None:
    def check(question: Question) -> Answer:
        if question.username != "ann":
            return RIGHT
        if way == "raises":
            raise RuntimeError(question.password)
        if way == "crashes":
            os.kill(os.getpid(), signal.SIGKILL)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        sleep(600)
        return RIGHT

    before = children(os.getpid())
    answer_s = 2 if way == "hangs" else 20
    with served(path, check, answer_s=answer_s), ThreadPoolExecutor(1) as threads:
        failing = threads.submit(ask, path, Question("ann", "secret"))
        with pytest.raises(AuthError, match="refused to answer, or took too long"):
            failing.result()
        assert ask(path, Question("bob", "x")) == RIGHT
        wait_for(lambda: children(os.getpid()) == before, "the end of its process")
    assert ("took more than 2 s" in caplog.text) == (way == "hangs")


@pytest.mark.parametrize(
    "data", [b"", b"\n", b"{}\n", b"[" * 9000 + b"\n", b"x" * (2 * LIMIT), b'{"username": "ann"', b"\xff\xfe\n"]
)
def test_rubbish_is_answered_by_nothing_and_the_next_one_by_an_answer(path: Path, data: bytes) -> None:
    with served(path, right, question_s=0.2):
        assert said(path, data) == b""
        assert ask(path, Question("ann", "right")) == RIGHT


def test_only_the_engine_may_ask(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with served(path, right, askers=(os.geteuid() + 1,)):
        assert said(path, b'{"username": "ann", "password": "right"}\n') == b""
    assert "may not ask" in caplog.text


def test_who_asked_before_the_end_is_answered(path: Path, tmp_path: Path) -> None:
    def slow(_: Question) -> Answer:
        (tmp_path / "begun").touch()
        sleep(0.3)
        return RIGHT

    with ThreadPoolExecutor(1) as threads:
        with served(path, slow):
            answer = threads.submit(ask, path, Question("ann", "x"))
            wait_for((tmp_path / "begun").exists, "the question")
        assert answer.result() == RIGHT


def test_the_log_has_user_address_and_outcome_on_one_line_and_no_password(path: Path, tmp_path: Path) -> None:
    """In a process of its own, since the log of each question is its own process's."""
    script = f"""
import logging, os
from backend.auth.protocol import Answer, Question
from pathlib import Path
from tests.auth.served import served
from backend.auth.client import ask
logging.basicConfig(level="INFO", format="%(message)s")
path = Path({str(path)!r})
with served(path, lambda question: Answer(question.username == "ann", "ann", ())):
    ask(path, Question("ann", "hunter2", "192.0.2.1"))
    ask(path, Question("", "", "health"))
    ask(path, Question("eve\\n\\x1b[31m" + "x" * 100, "hunter2", "192.0.2.2"))
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    lines = done.stderr.splitlines()
    assert lines[0] == "user 'ann' from '192.0.2.1': right"
    assert lines[1].startswith("user 'eve\\n\\x1b[31mxxx")
    assert lines[1].endswith("' from '192.0.2.2': wrong")
    assert (len(lines), len(lines[1]) < 150) == (2, True)
    assert "hunter2" not in done.stderr


def test_the_process_that_stays_never_reads_a_question(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    with served(path, lambda _: Answer(True, str(os.getpid()))):
        assert ask(path, Question("ann", "x")).username != str(os.getpid())
