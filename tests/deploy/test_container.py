"""The descriptions of the container and of the two that compose starts: what can be said before they run."""

import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import yaml

from backend.config import VARIABLES, read

ROOT = Path(__file__).resolve().parents[2]
PLACE = ROOT / "deploy" / "container"
IN_ARCHIVE = {"VERSION", "wheels", "frontend", "backend", "requirements.txt"}
OTHERS = {"PATH", "PYTHONUNBUFFERED", "MPLCONFIGDIR", "XTABLES_LOCKFILE"}
PROGRAMS = Path(sys.prefix, "bin")
PLAIN = "{extends: default, rules: {line-length: {max: 160}, document-start: disable}}"


def steps() -> list[tuple[str, str]]:
    text = re.sub(r"^#.*\n", "", (PLACE / "Containerfile").read_text("utf-8"), flags=re.MULTILINE)
    joined = re.sub(r"\\\n\s*", " ", text)
    return [(word, rest) for word, _, rest in (line.partition(" ") for line in joined.splitlines() if line)]


def compose() -> Any:
    return yaml.safe_load((PLACE / "compose.yaml").read_text("utf-8"))


def said(*command: str | Path) -> str:
    """What a program has found; nothing where it has not."""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    return f"status {done.returncode}: {done.stdout}" if done.returncode else ""


def test_the_image_is_described_as_one_should() -> None:
    assert said(PROGRAMS / "hadolint", PLACE / "Containerfile") == ""


def test_compose_finds_nothing_in_it_that_there_is_not() -> None:
    assert said(PROGRAMS / "check-jsonschema", "--builtin-schema=vendor.compose-spec", PLACE / "compose.yaml") == ""


@pytest.mark.parametrize("file", ["container/compose.yaml", "prometheus/alerts.yml", "prometheus/scrape.yml"])
def test_what_is_written_twice_or_crooked_in_yaml_is_seen(file: str) -> None:
    assert said(PROGRAMS / "yamllint", "--strict", "-d", PLAIN, ROOT / "deploy" / file) == ""


def test_what_is_copied_is_in_the_archive() -> None:
    copied = {rest.split()[0] for word, rest in steps() if word == "COPY"}
    mounted = {found for word, rest in steps() if word == "RUN" for found in re.findall(r"source=(\w+)", rest)}
    assert copied | mounted == IN_ARCHIVE
    script = (ROOT / "deploy" / "release.sh").read_text("utf-8")
    assert all(name in script for name in IN_ARCHIVE)


def test_its_packages_are_those_that_a_server_gets() -> None:
    (wanted,) = [rest for word, rest in steps() if "apt-get install" in rest]
    script = (ROOT / "deploy" / "install.sh").read_text("utf-8")
    for package in re.findall(r"recommends ([a-z0-9 -]+?) +&&", wanted)[0].split():
        assert f"={package}" in script, package


def test_settings_are_settings() -> None:
    given = dict(word.split("=", 1) for _, rest in steps() for word in rest.split() if _ == "ENV")
    assert given.keys() - OTHERS <= VARIABLES.keys()
    assert read(given).run == Path("/run/tsim")
    assert compose()["services"]["web"]["environment"].keys() <= VARIABLES.keys()


def test_both_run_without_rights_and_what_they_run_is_there() -> None:
    services = compose()["services"]
    assert services.keys() == {"engine", "web"}
    for service in services.values():
        assert (service["read_only"], service["cap_drop"]) == (True, ["ALL"])
        assert "no-new-privileges:true" in service["security_opt"]
        assert find_spec(service["command"][2])
        assert {volume.split(":")[0] for volume in service["volumes"]} <= compose()["volumes"].keys()
    assert services["engine"]["network_mode"] == "none"
    assert not any(volume.startswith("state:") for volume in services["web"]["volumes"])
