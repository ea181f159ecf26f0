"""What `pip install .` installs, in a place of its own and away from the checkout."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
NOT_SOURCES = shutil.ignore_patterns("__pycache__")


def run(*command: str, cwd: Path, **environment: str) -> str:
    done = subprocess.run(
        command, cwd=cwd, env=os.environ | environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    source = tmp_path_factory.mktemp("source")
    shutil.copytree(ROOT / "backend", source / "backend", ignore=NOT_SOURCES)
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    place = tmp_path_factory.mktemp("installed")
    options = ("--quiet", "--no-deps", "--no-build-isolation", "--no-index", "--target", str(place))
    run(sys.executable, "-m", "pip", "install", *options, ".", cwd=source)
    return place


def test_the_demo_network_comes_with_it(installed: Path) -> None:
    facts = {file.name for file in (ROOT / "backend" / "demo" / "facts").iterdir()}
    assert facts
    assert {file.name for file in (installed / "backend" / "demo" / "facts").iterdir()} >= facts


def test_every_file_of_the_packages_that_is_no_source_comes_with_it(installed: Path) -> None:
    wanted = {
        file.relative_to(ROOT)
        for file in (ROOT / "backend").rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    }
    assert {str(file) for file in wanted if not (installed / file).is_file()} == set()


def test_tsimsh_answers_for_the_demo_network(installed: Path, tmp_path: Path) -> None:
    shell = str(installed / "bin" / "tsimsh")
    environment = {"PYTHONPATH": str(installed), "HOME": str(tmp_path)}
    words = ("--no-engine", "trace", "-s", "10.1.1.50", "-d", "10.2.1.50", "-j")
    answer = json.loads(run(shell, *words, cwd=tmp_path, **environment))
    assert answer["network"].startswith("demo@")
    assert answer["path"]


def test_a_store_is_made_and_brought_up_to_date(installed: Path, tmp_path: Path) -> None:
    program = (
        "import sys; from backend.store import database, users;"
        "print(users.__file__); print(users.Users(database.open_database(sys.argv[1])).is_empty())"
    )
    said = run(sys.executable, "-c", program, str(tmp_path / "db"), cwd=tmp_path, PYTHONPATH=str(installed))
    assert said.split() == [str(installed / "backend" / "store" / "users.py"), "True"]
