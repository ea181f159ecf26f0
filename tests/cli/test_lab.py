"""The commands of a lab by hand, as a person types them."""

import json
import os
import pty
import select
import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from backend.cli.commands import FAILURE, NO, YES, Answer, HelpAsked, Known, UsageError, parse, run
from backend.facts import Reading
from backend.lab.error import LabError
from backend.lab.hand import client, place
from backend.sim import compile_network
from tests.lab.hand.played import NETWORK

ROOT = Path(__file__).parents[2]
SHELL = [sys.executable, "-m", "backend.cli.tsimsh"]
KNOWN = Known(Reading(NETWORK), compile_network(NETWORK))


def ask(line: str, known: Known = KNOWN) -> Answer:
    return run(known, parse(shlex.split(line)))


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("state")


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch, state: Path) -> None:
    monkeypatch.setenv("TSIM_STATE", str(state))


@pytest.fixture(scope="module")
def _up(state: Path) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TSIM_STATE", str(state))
        assert ask("network up").code == YES
        yield
        assert ask("network down").code == YES


@pytest.fixture
def apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A state where no lab is up yet."""
    monkeypatch.setenv("TSIM_STATE", str(tmp_path))
    yield tmp_path
    with suppress(LabError):
        client.end(tmp_path / "lab")


@pytest.mark.root
@pytest.mark.serial
@pytest.mark.usefixtures("_up")
class TestUp:
    def test_up_twice_says_that_it_is_up(self) -> None:
        again = ask("network up")
        assert again.code == YES
        assert "is up already, since" in again.text
        assert ask("network up -j").document["is_new"] is False

    def test_another_one_than_asked_for_is_not_hidden(self) -> None:
        part = ask("network up --routers r1,r2")
        assert part.code == NO
        assert "it is not the one asked for: `network down` ends it" in part.text
        changed = Known(Reading(replace(NETWORK, hash="f" * 64)), KNOWN.compiled)
        assert ask("network up", changed).code == NO

    def test_facts_that_have_changed_are_told_with_every_answer(self) -> None:
        changed = Known(Reading(replace(NETWORK, hash="f" * 64)), KNOWN.compiled)
        assert "outdated" in ask("network status", changed).text
        assert ask("network status -j", changed).document["is_current"] is False
        assert "note: the lab is play@" in ask("ping -s a -d b", changed).text
        assert "outdated" not in ask("network status").text
        assert "note" not in ask("ping -s a -d b").text

    def test_status(self) -> None:
        answer = ask("network status")
        assert answer.code == YES
        assert "r1 r2 r3" in answer.text
        assert ask("network status -j").document["up"] is True

    def test_a_host_comes_and_goes(self) -> None:
        added = ask("host add w 10.2.0.77 2001:db8:2::77 --gateway 10.2.0.1")
        assert (added.code, added.text.splitlines()[0]) == (
            YES, "w 10.2.0.77/24 2001:db8:2::77/64 on right (r3:eth0) via 10.2.0.1 2001:db8:2::1",
        )  # fmt: skip
        assert "w 10.2.0.77/24" in ask("host list").text
        assert ask("ping -s w -d a -6 -c 1").code == YES
        assert ask("host remove w").text == "w is gone"
        assert "w 10.2.0.77/24" not in ask("host list").text

    def test_a_service_answers_while_it_runs(self) -> None:
        assert ask("service test -s a -d b -P https").code == NO
        assert ask("service start b https,53/udp").text == "b: started: 443/tcp 53/udp"
        assert ask("service list").text == "b: 443/tcp 53/udp"
        assert ask("service list a").text == "no service runs"
        assert ask("service test -s a -d b -P https,53/udp,icmp").code == YES
        assert ask("service test -s a -d 2001:db8:2::50 -P https").code == YES
        assert ask("service test -s a -d b -P https,22 -j").document["services"][1]["outcome"] == "refused"
        assert ask("service stop b 22").code == NO
        assert ask("service stop b").text == "b: stopped: 443/tcp 53/udp"

    def test_a_ping_is_yes_no_or_open(self) -> None:
        assert ask("ping -s a -d b").code == YES
        assert ask("ping -s a -d 10.66.0.1 -c 1").code == NO
        document = ask("ping -s a -d b -c 2 -i 0.01 -j").document
        assert (document["sent"], document["received"]) == (2, 2)

    def test_a_trace_is_yes_or_no(self) -> None:
        assert ask("mtr -s a -d b").text.splitlines()[-1] == "reached: 4 hops"
        assert ask("mtr -s a -d b -p udp -c 1").code == YES
        assert ask("mtr -s a -d b -p tcp --dport 81 -c 1").code == NO
        assert [hop["name"] for hop in ask("mtr -s a -d b -6 -j").document["path"]] == ["r1", "r2", "r3", "b"]

    @pytest.mark.parametrize(
        ("line", "text"),
        [
            ("host add w 10.9.9.9", "no segment of this lab covers 10.9.9.9"),
            ("host add w 10.2.0.77 --on r3:eth0 --segment right", "one is enough"),
            ("host remove a", "a was not added by hand"),
            ("service start x 80", "machine: 'x' is neither a machine"),
            ("service start b icmp", "answers pings by itself"),
            ("service stop x", "machine: 'x' is neither"),
            ("service list x", "machine: 'x' is neither"),
            ("service test -s a -d x -P 80", "destination: 'x' is neither"),
            ("ping -s x -d b", "source: 'x' is neither"),
            ("ping -s a -d c -6", "do not both have an IPv6 address"),
            ("mtr -s a -d 10.1.0.1/24", "destination: '10.1.0.1/24' is neither"),
            ("mtr -s a -d b -p icmp --dport 80", "--dport 80: icmp has no ports"),
        ],
    )
    def test_what_is_asked_wrongly_is_named(self, line: str, text: str) -> None:
        with pytest.raises(UsageError) as error:
            ask(line)
        assert text in str(error.value)


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("host", "add|remove|list"),
        ("host teleport", "teleport"),
        ("host add w", "ADDRESS"),
        ("service", "start|stop|list|test"),
        ("service start b", "SPEC"),
        ("service start b 80/sctp", "'80/sctp': the protocol is none of"),
        ("service stop b ,", "services: are missing"),
        ("service test -s a -d b", "-P"),
        ("ping -s a", "-d"),
        ("ping -s a -d b -c 0", "'0' is not a number from 1 to 1000"),
        ("ping -s a -d b -c 1e3", "'1e3' is not a number"),
        ("ping -s a -d b -i -1", "-i"),
        ("ping -s a -d b -i nan", "'nan' is not a number of seconds"),
        ("ping -s a -d b -4 -6", "not allowed with"),
        ("mtr -s a -d b -p sctp", "sctp"),
        ("mtr -s a -d b -p tcp --dport 65536", "'65536' is not a number from 1 to 65535"),
        ("mtr -s a -d b -c 99", "'99' is not a number from 1 to 10"),
        ("network up --routers ,", "--routers: names no router"),
        ("network up --routers r1,r9", "--routers: 'r9' is no router of this network"),
        ("network --routers r1", "--routers: goes with `network up` only"),
        ("network sideways", "sideways"),
    ],
)
def test_wrong_words_are_named_without_a_lab(line: str, text: str) -> None:
    with pytest.raises(UsageError) as error:
        ask(line)
    assert text in str(error.value)


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


def test_nothing_up_is_an_answer_too(apart: Path) -> None:
    assert (ask("network status").code, ask("network status").text[:12]) == (NO, "no lab is up")
    assert (ask("network down").code, ask("network down").text) == (NO, "no lab is up")
    assert ask("network status -j").document["up"] is False
    assert ask("network down -j").document["was_up"] is False


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


def _until(terminal: int, wanted: str) -> str:
    text = ""
    while wanted not in text.replace("network up", "", 1):
        ready, _, _ = select.select([terminal], [], [], 20)
        assert ready, text
        text += os.read(terminal, 65536).decode()
    return text
