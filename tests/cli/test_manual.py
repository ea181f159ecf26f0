import subprocess
from pathlib import Path

import pytest

from backend.cli.manual import PAGES, main, page
from tests.cli.asked import ROOT
from tests.test_readme import SCRIPTS


@pytest.mark.parametrize("name", PAGES)
def test_what_stands_in_docs_is_made_of_the_real_options(name: str) -> None:
    written = (ROOT / "docs" / "man" / f"{name}.1").read_text("utf-8")
    assert written == page(name), "python -m backend.cli.manual docs/man writes them"


def test_every_script_has_a_page(tmp_path: Path) -> None:
    assert set(PAGES) == set(SCRIPTS)
    assert main([str(tmp_path)]) == 0
    assert {file.name for file in tmp_path.iterdir()} == {f"{name}.1" for name in PAGES}


def test_it_does_not_depend_on_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    assert (ROOT / "docs" / "man" / "tsimsh.1").read_text("utf-8") == page("tsimsh")


@pytest.mark.parametrize("name", PAGES)
def test_man_shows_it_without_a_complaint(name: str) -> None:
    command = ["groff", "-man", "-Kutf8", "-Tutf8", "-ww", "-z", str(ROOT / "docs" / "man" / f"{name}.1")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stderr == ""


def test_every_command_and_its_options_and_examples_are_told() -> None:
    text = page("tsimsh").replace("\\-", "-")
    for word in (
        "job submit ",
        "network ",
        "--prove",
        "check policy.yaml --junit policy.xml",
        "EXIT STATUS",
        "EXAMPLES",
    ):
        assert word in text
