from pathlib import Path

import pytest

from backend.cli.collect import main

FACTS = "# Facts of a router\\nTSIM_FACTS_COLLECTION_COMPLETE\\n"


@pytest.fixture
def ssh(tmp_path: Path) -> str:
    """A program in the place of ssh, for which the address `bad` refuses."""
    program = tmp_path / "an ssh"
    program.write_text(
        '#!/bin/sh\ncase "$*" in *bad*) echo Connection refused >&2; exit 255;; esac\n'
        f"cat >/dev/null; printf '{FACTS}'\n"
    )
    program.chmod(0o755)
    return f"'{program}' -p 22"


def test_all_collected(tmp_path: Path, ssh: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["-o", str(tmp_path / "facts"), "--ssh", ssh, "r1", "r2=10.0.0.2"]) == 0
    out, err = capsys.readouterr()
    assert out == f"2 of 2 routers collected into {tmp_path / 'facts'}\n"
    assert "[2/2]" in err
    assert sorted(file.name for file in (tmp_path / "facts").iterdir()) == ["r1_facts.txt", "r2_facts.txt"]


def test_some_failed(tmp_path: Path, ssh: str, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "list").write_text("r1 10.0.0.1\nr2 bad\n")
    assert main(["-o", str(tmp_path / "facts"), "--ssh", ssh, "--list", str(tmp_path / "list")]) == 1
    out, err = capsys.readouterr()
    assert "1 of 2 routers collected" in out
    assert "r2: Connection refused (exit code 255)" in out
    assert "r2  failed: Connection refused" in err


def test_all_failed(tmp_path: Path, ssh: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["-o", str(tmp_path / "facts"), "--ssh", ssh, "bad"]) == 3
    assert "0 of 1 routers collected" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "no router is named"),
        (["../x"], "../x"),
        (["--list", "/no/such/list"], "/no/such/list"),
        (["--ssh", "", "r1"], "--ssh names no command"),
        (["--ssh", "'", "r1"], "--ssh"),
    ],
)
def test_nothing_is_tried_with_nonsense(arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 2
    assert message in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [["--jobs", "0", "r1"], ["--timeout", "-1", "r1"], ["--timeout", "nan", "r1"]])
def test_numbers_that_make_no_sense_are_refused(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert arguments[0] in capsys.readouterr().err
