from pathlib import Path

import pytest

from backend.cli.tools.visualize import main, parser
from tests.cli.report.results import result_text


@pytest.fixture
def result(tmp_path: Path) -> Path:
    file = tmp_path / "result.json"
    file.write_text(result_text())
    return file


def test_a_result_becomes_a_pdf_beside_it(result: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert main([str(result), "-v"]) == 0
    assert result.with_suffix(".pdf").read_bytes().startswith(b"%PDF-")
    assert "result.pdf: " in capfd.readouterr().err


def test_scripts_have_their_words(result: Path, tmp_path: Path) -> None:
    trace, out = tmp_path / "trace.json", tmp_path / "x.svg"
    trace.write_text('{"path": []}')
    words = ["--trace", str(trace), "--results", str(result), "--output", str(out), "--service", "443/tcp"]
    assert main(words) == 0
    assert out.read_text().startswith("<svg ")


def test_what_is_wrong_is_said(result: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "rubbish").write_text("rubbish")
    for words, said in (
        ([], "a result is needed"),
        ([str(result), "-r", str(result)], "one only"),
        ([str(tmp_path / "rubbish")], "is no JSON"),
        ([str(result), "-t", str(tmp_path / "rubbish")], "trace: "),
        ([str(result), "-o", "x.doc"], "says no form"),
    ):
        assert main(words) == 2
        assert said in capfd.readouterr().err


def test_the_help_has_examples() -> None:
    assert "examples:\n  visualize " in parser().format_help()
