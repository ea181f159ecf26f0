from pathlib import Path

import pytest

from backend.cli.command import FAILURE, Shell
from backend.cli.error import UsageError
from tests.cli.networks import small
from tests.cli.playing import shell_of, told
from tests.cli.report.results import answer_text, result, result_text
from tests.report.reading import bookmarks, reader, text


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


def test_several_become_one_pdf_with_a_bookmark_for_each(shell: Shell) -> None:
    Path("answer.json").write_text(answer_text())
    assert told("report result.json -o both.pdf answer.json", shell).text.startswith("both.pdf: ")
    made = Path("both.pdf").read_bytes()
    asked = result()["asked"]
    title = f"Reachability {asked['source']} → {asked['destination']}"
    assert [each for each in bookmarks(made) if each in (title, "Summary")] == [title, "Summary", title, "Summary"]
    assert told("report result.json answer.json -j", shell).document["file"] == "report.pdf"
    with pytest.raises(UsageError, match=r"x\.csv: several results become one PDF, and no csv"):
        told("report result.json answer.json -o x.csv", shell)


def test_what_cannot_be_written_is_a_failure(shell: Shell) -> None:
    answer = told("report result.json -o nowhere/x.pdf", shell)
    assert (answer.code, answer.text) == (FAILURE, "nowhere/x.pdf: No such file or directory")
    with pytest.raises(UsageError, match="no engine is to be asked"):
        told("report 1a2b3c4d", shell)
    with pytest.raises(UsageError, match=r"nothing\.json: No such file"):
        told("report nothing.json", shell)


@pytest.mark.serial
def test_a_test_of_the_engine_is_found_by_its_id(by_engine: Shell, tmp_path: Path) -> None:
    line = "job submit -s hq-pc1 -d br-pc1 -P 22,443 --mode predict --wait -j"
    job = told(line, by_engine).document["job"]
    told(f"report {job} -o {tmp_path}/x.csv", by_engine)
    assert "22/tcp" in (tmp_path / "x.csv").read_text()
    whole, same, part = (tmp_path / f"{name}.pdf" for name in ("whole", "same", "part"))
    told(f"job report {job} -o {whole}", by_engine)
    told(f"report {job} -o {same}", by_engine)
    told(f"report {job} -o {part} --service 22/tcp --paper Letter", by_engine)
    assert same.read_bytes() == whole.read_bytes()
    assert "Kept since" in text(whole.read_bytes()), "which only the engine knows"
    assert bookmarks(part.read_bytes()) == ["✓ 22/tcp accepted"]
    assert reader(part.read_bytes()).pages[0].mediabox.width == 612
    with pytest.raises(UsageError, match="'9/tcp' is none of summary, 22/tcp, 443/tcp"):
        told(f"report {job} -o {tmp_path}/x.pdf --service 9/tcp", by_engine)
