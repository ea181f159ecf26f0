import json
import os
import pty
import select
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from backend.cli.tsimsh import main
from tests.cli.asked import NOWHERE
from tests.cli.policy.files import policy, small
from tests.cli.report.results import result_text
from tests.small import write_small_network

ROOT = Path(__file__).parents[2]
SHELL = [sys.executable, "-m", "backend.cli.tsimsh"]


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_small_network(tmp_path_factory.mktemp("facts"))


def tsimsh(*words: str | Path, typed: str = "", **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [*SHELL, *map(str, words)],
        input=typed,
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, "TSIM_STATE": NOWHERE, **environment},
        timeout=60,
        check=False,
    )


TRACE = "trace -s 10.0.1.50 -d 10.0.2.50"


def test_one_command_as_words(facts: Path) -> None:
    done = tsimsh("--facts", facts, *TRACE.split())
    assert (done.returncode, done.stderr) == (0, "")
    assert "gw-b" in done.stdout


def test_the_embedded_network_answers_without_any_facts_named() -> None:
    done = tsimsh("trace", "-s", "hq-pc1", "-d", "br-pc1", "-j")
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["network"].startswith("demo@")


def test_facts_named_by_the_environment(facts: Path) -> None:
    assert tsimsh(*TRACE.split(), TSIM_FACTS=str(facts)).returncode == 0


def test_many_commands_one_line_of_json_each(facts: Path) -> None:
    script = f"{TRACE} -j\n\n# a comment\ntrace -s nobody -d 10.0.2.50 -j\n{TRACE} -j -vv\n"
    done = tsimsh("-q", "--facts", facts, typed=script)

    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [answer["success"] for answer in answers] == [True, False, True]
    assert "nobody" in answers[1]["error"]
    assert done.returncode == 2


def test_of_many_commands_the_worst_decides(facts: Path) -> None:
    def code(*lines: str) -> int:
        return tsimsh("-q", "--facts", facts, typed="\n".join(lines)).returncode

    no, open_, wrong = "trace -s 10.0.1.50 -d 192.0.2.1", "trace -s 172.16.0.1 -d 10.0.2.50", "teleport"
    assert [code(TRACE), code(no), code(open_), code(wrong)] == [0, 1, 4, 2]
    assert [code(TRACE, open_), code(no, open_), code(wrong, TRACE)] == [4, 1, 2]
    assert code(TRACE, "exit", wrong) == 0
    assert code() == 0


CODES = (
    ("trace -s a -d b", 0),
    ("trace -s a -d 192.0.2.1", 1),
    ("trace -s 172.16.0.1 -d b", 4),
    ("trace -s nobody -d b", 2),
    ("reach -s a -d b -P 22", 0),
    ("reach -s a -d b -P 22,443", 1),
    ("reach -s 172.16.0.1 -d b -P 22", 4),
    ("reach -s a -d b -P 99999", 2),
    ("reach -s a -d b", 2),
    ("check kept.yaml", 0),
    ("check broken.yaml", 1),
    ("check open.yaml", 4),
    ("check nowhere.yaml", 2),
    ("check .", 2),
    ("check kept.yaml --junit .", 3),
    ("diff small small", 0),
    ("diff small other", 1),
    ("diff small nowhere", 2),
    ("diff small empty", 3),
    ("report result.json -o x.svg", 0),
    ("report nowhere.json", 2),
    ("report result.json -o nowhere/x.svg", 3),
    ("network", 0),
    ("facts", 0),
    ("--facts nowhere facts", 3),
    ("--facts nowhere reach -s a -d b -P 22", 3),
    ("job list", 3),
    ("--no-engine job list", 2),
    ("ping -s a -d b", 3),
    ("--script nowhere.tsim", 2),
    ("teleport", 2),
    ("help trace", 0),
)
"""Where no engine can be."""


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to work in, where 443 is dropped, and what is expected of that."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TSIM_STATE", NOWHERE)
    monkeypatch.setenv("TSIM_FACTS", str(small(tmp_path / "small", 443)))
    small(tmp_path / "other", 22)
    (tmp_path / "empty").mkdir()
    (tmp_path / "result.json").write_text(result_text())
    for name, text in (("kept", "a must reach b on 22"), ("broken", "a must reach b on 443")):
        policy(tmp_path, text).rename(tmp_path / f"{name}.yaml")
    policy(tmp_path, "8.8.8.8 must reach b on 22").rename(tmp_path / "open.yaml")
    return tmp_path


@pytest.mark.parametrize(("line", "code"), CODES)
def test_the_exit_code_says_how_it_ended(place: Path, line: str, code: int, capsys: pytest.CaptureFixture[str]) -> None:
    """And nothing is complained of but what is wrong or fails."""
    assert main(line.split()) == code
    said = capsys.readouterr()
    assert bool(said.err) == (code in (2, 3))
    assert "Traceback" not in said.err


def test_a_quote_that_is_not_closed_is_named_by_its_line(facts: Path) -> None:
    done = tsimsh("-q", "--facts", facts, typed=f'{TRACE}\ntrace -s "10\n')
    assert done.returncode == 2
    assert "line 2" in done.stderr


@pytest.mark.parametrize("folder", ["nowhere", "empty", "file"])
def test_a_folder_without_facts_is_named(tmp_path: Path, folder: str) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").write_text("x")
    done = tsimsh("--facts", tmp_path / folder, *TRACE.split())

    assert done.returncode == 3
    assert str(tmp_path / folder) in done.stderr
    assert "Traceback" not in done.stderr


def test_help_shows_commands_and_examples() -> None:
    done = tsimsh("--help")
    assert done.returncode == 0
    assert "trace" in done.stdout
    assert "examples:" in done.stdout
    assert tsimsh("trace", "--help").returncode == 0


def test_a_reader_that_goes_away_leaves_no_traceback(facts: Path) -> None:
    script = f"{TRACE} -j\n" * 2000
    done = subprocess.run(
        ["/bin/sh", "-c", f"'{sys.executable}' -m backend.cli.tsimsh -q --facts '{facts}' | head -1"],
        input=script, capture_output=True, text=True, cwd=ROOT, timeout=60, check=False,
    )  # fmt: skip
    assert json.loads(done.stdout)["success"]
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-", "> /dev/full", "> /dev/full 2> /dev/full"])
def test_streams_that_are_closed_or_full_leave_no_traceback(facts: Path, closed: str) -> None:
    command = f"'{sys.executable}' -m backend.cli.tsimsh -q --facts '{facts}'"
    for words in (TRACE, "teleport", ""):
        done = subprocess.run(
            ["/bin/sh", "-c", f"{command} {words} {closed}"],
            input="", capture_output=True, text=True, cwd=ROOT, timeout=60, check=False,
        )  # fmt: skip
        assert "Traceback" not in done.stdout + done.stderr
        expected = {TRACE: 3 if "full" in closed else 0, "teleport": 2, "": 0}
        assert done.returncode == expected[words]


def test_a_terminal_without_arrows_gets_their_codes(facts: Path) -> None:
    done = tsimsh("--facts", facts, *TRACE.split(), PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert (done.returncode, done.stderr) == (0, "")
    assert "\\u2192" in done.stdout


def test_lines_that_are_no_text_are_refused_and_the_rest_is_answered(facts: Path) -> None:
    script = (
        b"\xef\xbb\xbf"
        + TRACE.encode()
        + b" -j\n\xff\xfe\0 -j\n"
        + b"x" * 3_000_000
        + b"\n"
        + TRACE.encode()
        + b" -j\n"
    )
    done = subprocess.run(
        [*SHELL, "-q", "--facts", str(facts)], input=script, capture_output=True, cwd=ROOT, timeout=60, check=False
    )
    assert [json.loads(line)["success"] for line in done.stdout.splitlines()] == [True, False, True]
    assert done.stderr.decode() == "tsimsh: line 3: more than 65536 characters\n"
    assert done.returncode == 2


def test_who_asked_for_json_gets_it_for_a_quote_that_is_not_closed_too(facts: Path) -> None:
    done = tsimsh("-q", "--facts", facts, typed='trace -s "10 -j\n')
    assert json.loads(done.stdout) == {"success": False, "error": "No closing quotation", "line": 1}


def test_help_for_one_command() -> None:
    assert "--dport" in tsimsh("help", "trace").stdout
    assert "exit" in tsimsh("help").stdout
    assert tsimsh("help", "nothing").returncode == 2


@pytest.mark.parametrize(
    ("words", "is_told"),
    [(TRACE, True), (f"{TRACE} -j", False), ("facts", False), (f"-q {TRACE}", False), ("help", False)],
)
def test_a_person_learns_that_not_all_is_understood(facts: Path, tmp_path: Path, words: str, is_told: bool) -> None:
    folder = shutil.copytree(facts, tmp_path / "facts")
    (folder / "broken_facts.txt").write_bytes(b"\xff rubbish")
    main, side = pty.openpty()
    command = [*SHELL, "--facts", str(folder), *words.split()]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=side, cwd=ROOT, timeout=60, check=False)
    told = os.read(main, 65536).decode() if select.select([main], [], [], 0)[0] else ""
    os.close(side)  # not before: a terminal with one end is an error to read
    os.close(main)
    assert ("not all of the facts is understood" in told) == is_told
    assert done.returncode == 0


def test_a_script_is_read_from_a_file(facts: Path, tmp_path: Path) -> None:
    script = tmp_path / "nightly.tsim"
    script.write_text(
        "#!/usr/bin/env -S tsimsh -q --script\nset d 10.0.2.50\ntrace -s 10.0.1.50 -d $d -j\nteleport\nfacts\n"
    )
    done = tsimsh("-q", "--facts", facts, "--script", script)
    assert json.loads(done.stdout.splitlines()[0])["verdict"] == "accepted"
    assert done.stderr.startswith(f"tsimsh: {script}: line 4: argument COMMAND: invalid choice: 'teleport'")
    assert (done.returncode, len(done.stdout.splitlines())) == (2, 2)
    stopped = tsimsh("--facts", facts, "--stop", "--script", "-", typed=script.read_text())
    assert (stopped.returncode, len(stopped.stdout.splitlines())) == (2, 1)
    assert stopped.stderr.startswith("tsimsh: line 4: ")


def test_a_script_that_is_not_there_is_named(facts: Path, tmp_path: Path) -> None:
    missing = tsimsh("--facts", facts, "--script", tmp_path / "nothing")
    assert (missing.returncode, missing.stderr) == (
        2,
        f"tsimsh: --script: {tmp_path}/nothing: No such file or directory\n",
    )
    both = tsimsh("--facts", facts, "--script", "x", "facts")
    assert (both.returncode, both.stderr) == (2, "tsimsh: --script x: goes without a command (facts)\n")


def test_a_person_gets_a_prompt(facts: Path) -> None:
    main, side = pty.openpty()
    shell = subprocess.Popen([*SHELL, "--facts", str(facts)], stdin=side, stdout=side, stderr=side, cwd=ROOT)
    os.close(side)
    try:
        assert "tsimsh>" in _until(main, "tsimsh>")
        os.write(main, b"help\n")
        assert "trace" in _until(main, "tsimsh>")
        os.write(main, f"{TRACE}\n".encode())
        assert "accepted" in _until(main, "tsimsh>")
        os.write(main, b"exit\n")
        assert shell.wait(timeout=20) == 0
    finally:
        shell.kill()
        shell.wait()
        os.close(main)


def test_a_person_may_stop_a_command_without_leaving(facts: Path) -> None:
    pid, main = pty.fork()
    if not pid:
        os.chdir(ROOT)
        os.execv(sys.executable, [*SHELL, "--facts", str(facts)])
    try:
        _until(main, "tsimsh>")
        os.write(main, b"trace -s")
        _until(main, "trace -s")
        text = ""
        while "tsimsh>" not in text:  # one that comes just before the shell waits is seen with the next key only
            os.write(main, b"\x03")
            while select.select([main], [], [], 0.2)[0]:
                text += os.read(main, 65536).decode()
        os.write(main, f"{TRACE}\n".encode())
        assert "accepted" in _until(main, "tsimsh> ")
        os.write(main, b"exit\n")
        assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
    finally:
        os.close(main)


def _until(terminal: int, wanted: str) -> str:
    text = ""
    while wanted not in text:
        ready, _, _ = select.select([terminal], [], [], 20)
        assert ready, text
        text += os.read(terminal, 65536).decode()
    return text
