"""`network up`, `status` and `down`, as a person types them, and shells that play in one lab."""

import json
import os
import pty
import select
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from backend.cli.command import FAILURE, NO, YES
from backend.cli.error import UsageError
from backend.facts import Reading
from backend.lab.hand import client
from backend.lab.hand.protocol import Status
from tests.cli.playing import ask
from tests.lab.hand.played import NETWORK
from tests.waiting import wait_for

ROOT = Path(__file__).parents[2]
SHELL = [sys.executable, "-m", "backend.cli.tsimsh"]


@pytest.mark.root
@pytest.mark.serial
def test_up_twice_says_that_it_is_up(up: Path) -> None:
    again = ask("network up")
    assert again.code == YES
    assert "is up already, since" in again.text
    assert ask("network up -j").document["is_new"] is False


@pytest.mark.root
@pytest.mark.serial
def test_another_one_than_asked_for_is_not_hidden(up: Path) -> None:
    part = ask("network up --routers r1,r2")
    assert part.code == NO
    assert "it is not the one asked for: `network down` ends it" in part.text
    changed = Reading(replace(NETWORK, hash="f" * 64))
    assert ask("network up", changed).code == NO


@pytest.mark.root
@pytest.mark.serial
def test_status(up: Path) -> None:
    answer = ask("network status")
    assert answer.code == YES
    assert "r1 r2 r3" in answer.text
    assert ask("network status -j").document["up"] is True


def test_nothing_up_is_an_answer_too(apart: Path) -> None:
    assert (ask("network status").code, ask("network status").text[:12]) == (NO, "no lab is up")
    assert (ask("network down").code, ask("network down").text) == (NO, "no lab is up")
    assert ask("network status -j").document["up"] is False
    assert ask("network down -j").document["was_up"] is False


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("network up --routers ,", "--routers: names no router"),
        ("network up --routers r1,r9", "--routers: 'r9' is no router of this network"),
        ("network --routers r1", "--routers: goes with `network up` only"),
        ("network sideways", "sideways"),
    ],
)
def test_wrong_words_are_named(line: str, text: str) -> None:
    with pytest.raises(UsageError) as error:
        ask(line)
    assert text in str(error.value)


def tsimsh(state: Path, *words: str, typed: str = "") -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [*SHELL, *words],
        input=typed,
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, "TSIM_STATE": str(state)},
        timeout=60,
        check=False,
    )


@pytest.mark.root
@pytest.mark.serial
def test_a_script_plays_from_up_to_down(apart: Path) -> None:
    script = """network up -j
host add web 10.2.1.77 -j
service start web 443 -j
service test -s hq-pc1 -d web -P 443 -j
mtr -s hq-pc1 -d web -j
network down -j
network down -j
"""
    done = tsimsh(apart, "-q", typed=script)
    documents: list[dict[str, Any]] = [json.loads(line) for line in done.stdout.splitlines()]
    assert [each["success"] for each in documents] == [True] * 7
    assert documents[3]["reached"]
    assert [hop["name"] for hop in documents[4]["path"]] == ["hq-gw", "br-gw", "web"]
    assert (done.returncode, done.stderr) == (1, "")


@pytest.mark.root
@pytest.mark.serial
def test_two_shells_see_the_same_lab_and_a_pipe_ends(apart: Path) -> None:
    command = f"'{sys.executable}' -m backend.cli.tsimsh network up | cat"
    subprocess.run(["/bin/sh", "-c", command], cwd=ROOT, timeout=60, check=True, capture_output=True)
    with subprocess.Popen([*SHELL, "-q"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT) as shell:
        assert shell.stdin is not None
        assert shell.stdout is not None
        for words in ("host add one 10.2.1.77", "host add two 10.2.1.78"):
            shell.stdin.write(f"{words} -j\n")
            shell.stdin.flush()
            name = json.loads(shell.stdout.readline())["name"]
            assert tsimsh(apart, "ping", "-s", "hq-pc1", "-d", name).returncode == 0
        assert tsimsh(apart, "host", "remove", "one").returncode == 0
        shell.stdin.write("ping -s two -d one -j\n")
        shell.stdin.flush()
        assert "neither a machine" in json.loads(shell.stdout.readline())["error"]
        assert tsimsh(apart, "network", "down").returncode == 0
        shell.stdin.close()


@pytest.mark.root
@pytest.mark.serial
def test_a_lab_survives_the_terminal_in_which_it_was_built(apart: Path) -> None:
    pid, terminal = pty.fork()
    if not pid:
        os.chdir(ROOT)
        os.execv(SHELL[0], SHELL)
    _until(terminal, "tsimsh>")
    os.write(terminal, b"network up\n")
    assert "is up" in _until(terminal, "tsimsh>")
    os.close(terminal)  # which hangs up
    with suppress(ChildProcessError):
        os.waitpid(pid, 0)
    assert tsimsh(apart, "ping", "-s", "hq-pc1", "-d", "br-pc1").returncode == YES
    assert tsimsh(apart, "network", "down").returncode == YES


@pytest.mark.root
@pytest.mark.serial
def test_a_person_may_stop_what_takes_long(apart: Path) -> None:
    pid, terminal = pty.fork()
    if not pid:
        os.chdir(ROOT)
        os.execv(SHELL[0], SHELL)
    _until(terminal, "tsimsh>")
    os.write(terminal, b"network up\n")
    assert "is up" in _until(terminal, "tsimsh>")
    files = f"/proc/{client.ask(apart / 'lab', Status())['pid']}/fd"
    before = len(os.listdir(files))
    os.write(terminal, b"ping -s hq-pc1 -d br-pc1 -c 9 -i 50\n")
    wait_for(lambda: len(os.listdir(files)) > before, "the ping to begin")
    os.write(terminal, b"\x03")
    assert "stopped" in _until(terminal, "tsimsh>")
    os.write(terminal, b"network down\n")
    assert "is down" in _until(terminal, "tsimsh>")
    os.write(terminal, b"exit\n")
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == FAILURE
    os.close(terminal)


def _until(terminal: int, wanted: str) -> str:
    text = ""
    while wanted not in text.replace("network up", "", 1):
        ready, _, _ = select.select([terminal], [], [], 20)
        assert ready, text
        text += os.read(terminal, 65536).decode()
    return text
