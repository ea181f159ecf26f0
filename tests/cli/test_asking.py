"""What every command says of a lab that is not there, is another one, or is none."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from msgspec.structs import replace

from backend.cli.command import FAILURE, NO
from backend.cli.commands import parse
from backend.cli.error import HelpAsked
from backend.facts import Reading
from backend.lab.hand import place
from tests.cli.playing import ask
from tests.lab.hand.played import NETWORK


@pytest.mark.root
@pytest.mark.serial
def test_facts_that_have_changed_are_told_with_every_answer(up: Path) -> None:
    changed = Reading(replace(NETWORK, hash="f" * 64))
    assert "outdated" in ask("network status", changed).text
    assert ask("network status -j", changed).document["is_current"] is False
    assert "note: the lab is play@" in ask("ping -s a -d b", changed).text
    assert "outdated" not in ask("network status").text
    assert "note" not in ask("ping -s a -d b").text


@pytest.mark.parametrize(
    "line",
    [
        "host list", "host add w 10.1.0.9", "host remove w", "service list", "service start b 80", "service stop b",
        "service test -s a -d b -P 80", "ping -s a -d b", "mtr -s a -d b",
    ],
)  # fmt: skip
def test_without_a_lab_it_is_said_how_to_get_one(apart: Path, line: str) -> None:
    answer = ask(line)
    assert (answer.code, answer.text) == (FAILURE, "no lab is up; `network up` builds one")
    assert ask(f"{line} -j").document == {"success": False, "error": answer.text}


def test_a_place_that_cannot_be_is_named(apart: Path) -> None:
    (apart / "lab").write_text("")
    for line in ("network up", "network status", "ping -s a -d b"):
        answer = ask(line)
        assert answer.code == FAILURE
        assert f"{apart}/lab: " in answer.text


def test_something_else_that_listens_there_is_told(apart: Path) -> None:
    place.make(apart / "lab")
    pid = os.fork()
    if not pid:
        try:
            with place.listen(apart / "lab") as listener:
                for _ in range(2):
                    accepted, _ = listener.accept()
                    accepted.sendall(b"220 mail.example.org ESMTP\r\n")
                    accepted.recv(100)
                    accepted.close()
        finally:
            os._exit(0)
    while not (apart / "lab" / place.SOCKET).exists() or "no lab" in (answer := ask("ping -s a -d b")).text:
        pass
    assert answer.code == FAILURE
    assert "what listens as a lab is none of this version" in answer.text
    assert ask("network down").code == FAILURE
    os.waitpid(pid, 0)


def test_every_command_has_its_help() -> None:
    for words in ("host add", "service test", "ping", "mtr", "network"):
        with pytest.raises(HelpAsked) as text:
            parse(["help", *words.split()])
        assert "usage" in str(text.value)


def test_a_lab_may_be_asked_where_the_facts_are_gone(apart: Path) -> None:
    command = [sys.executable, "-m", "backend.cli.tsimsh", "--facts", str(apart / "gone")]
    said = {}
    for words in ("network down", "ping -s a -d b", "network status"):
        done = subprocess.run([*command, *words.split()], capture_output=True, text=True, timeout=60, check=False)
        said[words] = (done.returncode, done.stdout + done.stderr)
    assert said["network down"] == (NO, "no lab is up\n")
    assert said["ping -s a -d b"] == (FAILURE, "tsimsh: no lab is up; `network up` builds one\n")
    assert said["network status"][0] == FAILURE
    assert "gone" in said["network status"][1]
