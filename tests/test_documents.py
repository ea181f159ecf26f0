"""What the documents name is there: pictures, words of the page, settings, addresses, files, what commands print."""

import re
import subprocess

import pytest
import yaml

from backend.config import VARIABLES
from backend.web.surface import routes
from tests.e2e import pictures
from tests.test_readme import README, ROOT, examples, run, without_hash

DOCUMENTS = {file.name: file.read_text("utf-8") for file in sorted((ROOT / "docs").glob("*.md"))}
DOCUMENTS["README.md"] = README
GUIDE, ADMIN = DOCUMENTS["guide.md"], DOCUMENTS["admin.md"]
WORDS = "".join(file.read_text("utf-8") for file in sorted((ROOT / "frontend/src/text").glob("*.ts")))
PICTURES_BYTES = 1_500_000
OF_OTHERS = {"authorized_keys", "known_hosts", "pg_dump", "pg_restore"}
"""Names that look like settings of ours."""


@pytest.mark.parametrize(("command", "printed"), list(examples(GUIDE)))
def test_a_command_of_the_guide_prints_what_is_shown(command: str, printed: str) -> None:
    assert without_hash(run(command)) == without_hash(printed)


@pytest.mark.parametrize("label", sorted(set(re.findall(r"\*\*(.+?)\*\*", GUIDE, re.DOTALL))))
def test_the_page_has_the_words_that_the_guide_sends_people_to(label: str) -> None:
    assert f'"{" ".join(label.split())}"' in WORDS


def test_pictures_are_those_that_are_taken_and_shown() -> None:
    shown = {name for text in DOCUMENTS.values() for name in re.findall(r"\]\((?:docs/)?pictures/(\S+)\.png\)", text)}
    there = {file.stem for file in pictures.PICTURES.iterdir()}
    assert there == shown == set(pictures.PLACES)
    assert sum(file.stat().st_size for file in pictures.PICTURES.iterdir()) < PICTURES_BYTES


@pytest.mark.parametrize("name", DOCUMENTS)
def test_links_lead_somewhere(name: str) -> None:
    folder = ROOT if name == "README.md" else ROOT / "docs"
    for link in re.findall(r"\]\(([^)#:\s]+)(?:#\S*)?\)", DOCUMENTS[name]):
        assert (folder / link).exists(), link


@pytest.mark.parametrize("name", DOCUMENTS)
def test_files_units_and_commands_that_are_named_exist(name: str) -> None:
    text = DOCUMENTS[name]
    for path in re.findall(r"(?<![\w/-])(?:deploy|docs|backend|tests)/[\w./-]*\w", text):
        assert (ROOT / path).exists(), path
    units = {file.name for file in (ROOT / "deploy/systemd").iterdir()}
    for line in re.findall(r"systemctl (?:start|stop|restart|reload|status|edit) ([a-z. -]+)", text):
        for unit in (word for word in line.split() if word.startswith("tsim-") and word != "tsim-"):
            assert {unit, f"{unit}.service"} & units, unit
    targets = (ROOT / "Makefile").read_text("utf-8")
    for target in re.findall(r"`make ([a-z]+)", text):
        assert f"\n{target}: " in targets, target


@pytest.mark.parametrize("name", DOCUMENTS)
def test_addresses_of_the_api_are_answered(name: str) -> None:
    known = [re.sub(r"\{[^}]*\}", "[^/]+", route.path) for route in routes()]
    for path in re.findall(r"/api/v1(?:/[\w.$-]+)+", DOCUMENTS[name]):
        assert any(re.fullmatch(each, path) for each in known), path


@pytest.mark.parametrize("name", ["admin.md", "security.md", "upgrade.md"])
def test_settings_that_are_named_exist(name: str) -> None:
    said = re.findall(r"`([a-z]+(?:_[a-z]+)*)(?: = [^`]*)?`", DOCUMENTS[name])
    settings = {word for word in said if "_" in word} | set(re.findall(r"`([a-z_]+) = ", DOCUMENTS[name]))
    assert settings - OF_OTHERS <= set(VARIABLES.values())
    for variable in set(re.findall(r"\bTSIM_[A-Z_]+[A-Z]\b", DOCUMENTS[name])) - set(VARIABLES):
        assert variable in (ROOT / "deploy/install.sh").read_text("utf-8"), variable


def test_exposures_are_those_that_systemd_finds() -> None:
    said = dict(re.findall(r"^\| (\w+) \| (\d\.\d) \|", DOCUMENTS["security.md"], re.MULTILINE))
    assert set(said) == {"web", "auth", "engine", "collect"}
    for unit, exposure in said.items():
        file = str(ROOT / f"deploy/systemd/tsim-{unit}.service")
        command = ["systemd-analyze", "security", "--offline=true", file]
        told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        assert f": {exposure} " in told.splitlines()[-1], unit


def test_alerts_that_are_named_exist() -> None:
    groups = yaml.safe_load((ROOT / "deploy/prometheus/alerts.yml").read_text("utf-8"))["groups"]
    assert set(re.findall(r"`(Tsim[A-Z]\w+)`", ADMIN)) == {rule["alert"] for group in groups for rule in group["rules"]}
