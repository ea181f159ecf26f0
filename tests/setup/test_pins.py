"""What is installed is pinned, with hashes, and says nothing about where it was found."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FILES = ("requirements.txt", "requirements-dev.txt", "requirements-node.txt")


def pins(file: str) -> dict[str, str]:
    """Name and version of each entry; an entry is a line with those continued after it."""
    entries = (ROOT / file).read_text().replace("\\\n", " ").splitlines()
    found = (re.match(r"([a-z0-9-]+)==(\S+)", entry) for entry in entries if not entry.startswith("#"))
    return {match[1]: match[2] for match in found if match}


@pytest.mark.parametrize("file", FILES)
def test_every_package_has_hashes(file: str) -> None:
    entries = [line for line in (ROOT / file).read_text().replace("\\\n", " ").splitlines() if line[:1].isalnum()]
    assert entries
    assert [entry for entry in entries if "==" not in entry or "--hash=sha256:" not in entry] == []


@pytest.mark.parametrize("file", [*FILES, "frontend/package-lock.json"])
def test_no_pin_says_where_it_was_found(file: str) -> None:
    text = (ROOT / file).read_text()
    assert re.findall(r'"resolved": "http[^"]*|--(?:extra-)?index-url.*|--find-links.*', text) == []


def test_what_the_project_needs_is_what_is_pinned() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    for file, needs in (
        ("requirements.txt", project["dependencies"]),
        ("requirements-dev.txt", project["dependencies"] + project["optional-dependencies"]["dev"]),
    ):
        assert {re.split(r"[=<>\[]", need)[0] for need in needs} <= set(pins(file))


def test_tests_run_with_what_is_served() -> None:
    served, tested = pins("requirements.txt"), pins("requirements-dev.txt")
    assert {name: tested.get(name) for name in served} == served
