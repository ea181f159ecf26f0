from pathlib import Path

import pytest

from backend.cli.command import FAILURE, Shell
from backend.cli.error import UsageError
from tests.cli.networks import small
from tests.cli.playing import shell_of, told
from tests.cli.report.results import answer_text, result_text


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    monkeypatch.chdir(tmp_path)
    Path("result.json").write_text(result_text())
    return shell_of(small())


def test_a_result_becomes_what_the_ending_says(shell: Shell) -> None:
    assert told("report result.json", shell).text.startswith("result.pdf: ")
    assert Path("result.pdf").read_bytes().startswith(b"%PDF-")
    answer = told("report result.json -o x.svg --service 443/tcp -j", shell)
    assert (answer.document["file"], answer.document["format"]) == ("x.svg", "svg")
    assert told("report result.json --format csv", shell).text.startswith("result.csv: ")


def test_what_reach_prints_is_enough(shell: Shell) -> None:
    Path("answer.json").write_text(answer_text())
    told("report answer.json -o answer.pdf --paper Letter", shell)
    assert Path("answer.pdf").read_bytes().startswith(b"%PDF-")


def test_what_cannot_be_written_is_a_failure(shell: Shell) -> None:
    answer = told("report result.json -o nowhere/x.pdf", shell)
    assert (answer.code, answer.text) == (FAILURE, "nowhere/x.pdf: No such file or directory")
    with pytest.raises(UsageError, match="no engine is to be asked"):
        told("report 1a2b3c4d", shell)
    with pytest.raises(UsageError, match=r"nothing\.json: No such file"):
        told("report nothing.json", shell)


@pytest.mark.serial
def test_a_test_of_the_engine_is_found_by_its_id(by_engine: Shell, tmp_path: Path) -> None:
    line = "job submit -s hq-pc1 -d br-pc1 -P 22 --mode predict --wait -j"
    job = told(line, by_engine).document["job"]
    told(f"report {job} -o {tmp_path}/x.csv", by_engine)
    assert "22/tcp" in (tmp_path / "x.csv").read_text()
