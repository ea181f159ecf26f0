"""The description of the container and of the two that compose starts; there is no engine here to run them."""

import re
import subprocess
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import yaml

from backend.config import VARIABLES, read

ROOT = Path(__file__).resolve().parents[2]
PLACE = ROOT / "deploy" / "container"
IN_ARCHIVE = {"VERSION", "wheels", "frontend", "backend", "requirements.txt"}
KNOWN = {"FROM", "RUN", "COPY", "WORKDIR", "USER", "ENV", "VOLUME", "EXPOSE", "CMD", "HEALTHCHECK"}
OTHERS = {"PYTHONUNBUFFERED", "MPLCONFIGDIR", "XTABLES_LOCKFILE"}


def steps() -> list[tuple[str, str]]:
    text = re.sub(r"^#.*\n", "", (PLACE / "Containerfile").read_text("utf-8"), flags=re.MULTILINE)
    joined = re.sub(r"\\\n\s*", " ", text)
    return [(word, rest) for word, _, rest in (line.partition(" ") for line in joined.splitlines() if line)]


def compose() -> Any:
    return yaml.safe_load((PLACE / "compose.yaml").read_text("utf-8"))


def test_each_step_is_one_that_there_is_and_the_shell_understands_it() -> None:
    assert {word for word, _ in steps()} == KNOWN
    for word, rest in steps():
        if word == "RUN":
            subprocess.run(["sh", "-n", "-c", rest], check=True)


def test_what_is_copied_is_in_the_archive() -> None:
    assert {rest.split()[0] for word, rest in steps() if word == "COPY"} == IN_ARCHIVE
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
