"""What the README shows is what happens."""

import os
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from backend.config import Config
from tests.cli.asked import APART

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text("utf-8")
SCRIPTS = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["scripts"]


def examples(document: str = README) -> Iterator[tuple[str, str]]:
    """Each `$ tsimsh …` with what is printed below it."""
    for block in re.findall(r"^```\n(.*?)^```$", document, re.DOTALL | re.MULTILINE):
        yield from re.findall(r"^\$ (tsimsh .*)\n((?:[^$].*\n)+)", block, re.MULTILINE)


def run(command: str, typed: str = "") -> str:
    name, *words = shlex.split(command)
    module = SCRIPTS[name].partition(":")[0]
    done = subprocess.run(
        [sys.executable, "-m", module, *words],
        input=typed,
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, **APART},
        timeout=60,
        check=False,
    )
    assert done.returncode in (0, 1, 4), done.stderr  # an answer, whatever it is
    return done.stdout


def without_hash(text: str) -> str:
    """The network's hash follows every change of the demo; the rest of an answer should not."""
    return re.sub(r"@[0-9a-f]{8}", "@", text)


def test_there_are_examples() -> None:
    assert list(examples())


@pytest.mark.parametrize(("command", "printed"), list(examples()))
def test_a_command_prints_what_is_shown(command: str, printed: str) -> None:
    assert without_hash(run(command)) == without_hash(printed)


def test_many_questions_give_a_line_each() -> None:
    found = re.search(r"^printf '(.*)' \| (tsimsh .*)$", README, re.MULTILINE)
    assert found
    typed = found[1].replace("\\n", "\n")
    assert len(run(found[2], typed).splitlines()) == typed.count("\n")


def test_every_command_of_ours_exists() -> None:
    group = Config().admin_group  # is no command
    ours = r"\b(tsimsh|tsim-\w+|reachability|visualize|packet-counts)\b"
    assert set(re.findall(ours, README)) - {group} == set(SCRIPTS)
    for module in re.findall(r"-m (backend\.[\w.]+)", README):
        assert (ROOT / f"{module.replace('.', '/')}.py").is_file()
    targets = (ROOT / "Makefile").read_text("utf-8")
    for target in re.findall(r"\bmake ([a-z]+)\b", README):
        assert f"\n{target}: " in targets
