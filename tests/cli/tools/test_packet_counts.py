import json
from pathlib import Path

import pytest

from backend.cli.tools.packet_counts import main, parser
from tests.cli.tools.rules import rules


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    names = tmp_path / "before", tmp_path / "after"
    for file, text in zip(names, (rules(), rules(5, 1, 6)), strict=True):
        file.write_text(text)
    return [str(file) for file in names]


def test_the_rules_that_counted(files: list[str], capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["hq-gw", *files]) == 0
    lines = capfd.readouterr().out.splitlines()
    assert lines[0] == "hq-gw: 3 rules counted"
    assert lines[1].split()[:4] == ["+2", "filter", "FORWARD", "1"]
    assert main([*files, "-v"]) == 0
    assert "3 → 5" in capfd.readouterr().out
    assert main([files[0], files[0]]) == 1


@pytest.mark.parametrize(("mode", "actions"), [("blocking", ["DROP", "DROP"]), ("allowing", ["ACCEPT"])])
def test_only_those_that_block_or_let_through(
    files: list[str], tmp_path: Path, mode: str, actions: list[str], capfd: pytest.CaptureFixture[str]
) -> None:
    assert main([*files, "-m", mode, "-j", "-o", str(tmp_path / "out")]) == 0
    document = json.loads(capfd.readouterr().out)
    assert [each["action"] for each in document["rules"]] == actions
    assert json.loads((tmp_path / "out").read_text()) == document


def test_what_is_wrong_is_named(files: list[str], tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "rubbish").write_text("\nrubbish\n")
    (tmp_path / "bytes").write_bytes(b"\xff")
    (tmp_path / "empty").touch()
    for words, said in (
        (files[:1], "two snapshots are needed"),
        ([files[0], str(tmp_path / "rubbish")], "line 2: expected"),
        ([files[0], str(tmp_path / "bytes")], "is no text"),
        ([files[0], str(tmp_path / "empty")], "holds no table"),
        ([files[0], str(tmp_path / "nothing")], "No such file"),
    ):
        assert main(words) == 2
        assert said in capfd.readouterr().err


def test_the_help_has_examples() -> None:
    assert "examples:\n  iptables-save -c" in parser().format_help()
