import json
from io import StringIO

import pytest

from backend.cli.command import FAILURE, WRONG_USE, YES
from backend.cli.session import Session
from tests.cli.networks import small
from tests.cli.playing import shell_of


def played(text: str, name: str = "", stops: bool = False) -> tuple[int, list[str]]:
    complaints: list[str] = []
    return Session(shell_of(small()), complaints.append, name).run(StringIO(text), stops=stops), complaints


def test_mistakes_are_named_with_file_and_line() -> None:
    code, complaints = played("set a b\ntrace -s $x -d y\nteleport\ntrace 'x\n", "nightly.tsim")
    assert code == WRONG_USE
    assert [text.partition(": ")[0] for text in complaints] == ["nightly.tsim"] * 3
    assert complaints[0] == "nightly.tsim: line 2: $x is not set; `set x VALUE` does it"
    assert complaints[1].startswith("nightly.tsim: line 3: argument COMMAND: invalid choice: 'teleport'")
    assert complaints[2] == "nightly.tsim: line 4: No closing quotation"


def test_without_a_name_there_is_the_line() -> None:
    assert played("\nteleport")[1][0].startswith("line 2: ")


def test_who_asked_for_json_gets_the_line_in_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert played("facts -j\ntrace -s q -d q -j")[0] == WRONG_USE
    facts, error = map(json.loads, capsys.readouterr().out.splitlines())
    assert facts["diagnostics"] == []
    assert (error["success"], error["line"]) == (False, 2)


def test_variables_last_and_a_script_may_end_with_the_first_mistake(capsys: pytest.CaptureFixture[str]) -> None:
    assert played("set src pc\ntrace -s $src -d 10.0.2.50\n")[0] == YES
    assert "gw-b" in capsys.readouterr().out
    code, complaints = played("teleport\nteleport\n", stops=True)
    assert (code, len(complaints)) == (WRONG_USE, 1)


def test_a_failure_is_a_complaint() -> None:
    code, complaints = played("job list")
    assert code in (FAILURE, WRONG_USE)
    assert complaints


def test_one_command_has_no_line() -> None:
    complaints: list[str] = []
    assert Session(shell_of(small()), complaints.append).answer([""]) == WRONG_USE
    assert complaints == ["an empty command"]
