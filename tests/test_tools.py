"""The checks that are programs of their own, each as one test, so that one summary counts everything."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def check(*command: str) -> None:
    done = subprocess.run(command, cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode != 0:
        pytest.fail(f"{' '.join(command)} ended with status {done.returncode}\n{done.stdout[-8000:]}", pytrace=False)


def test_ruff_finds_nothing() -> None:
    check(sys.executable, "-m", "ruff", "check", ".")


def test_mypy_finds_nothing() -> None:
    check(sys.executable, "-m", "mypy")


def test_the_tests_of_the_frontend_pass() -> None:
    check("deploy/setup.sh", "npm", "test", "--silent")


def test_shellcheck_finds_nothing() -> None:
    scripts = sorted(map(str, (ROOT / "deploy").rglob("*.sh")))
    check("shellcheck", *scripts, ".ci/run")
