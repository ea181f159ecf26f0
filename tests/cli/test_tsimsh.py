import json
import os
import pty
import select
import subprocess
import sys
from pathlib import Path

import pytest

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
        env={**os.environ, **environment},
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


def _until(terminal: int, wanted: str) -> str:
    text = ""
    while wanted not in text:
        ready, _, _ = select.select([terminal], [], [], 20)
        assert ready, text
        text += os.read(terminal, 65536).decode()
    return text
