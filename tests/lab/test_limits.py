"""A machine that gives no more is told of in one line, and what was begun is gone."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.asked import APART

pytestmark = [pytest.mark.root, pytest.mark.serial]
ROOT = Path(__file__).parents[2]
PROVE = ["-m", "backend.cli.tsimsh", "prove", "-s", "hq-pc1", "-d", "dc-db1", "-P", "443", "-j"]
FILES = "import resource, runpy, sys; resource.setrlimit(resource.RLIMIT_NOFILE, ({0}, {0}))"
RUN = "; sys.argv = ['tsimsh', *{words!r}]; runpy.run_module('backend.cli.tsimsh', run_name='__main__')"


def limited(limit: str) -> "subprocess.CompletedProcess[str]":
    script = limit + RUN.format(words=PROVE[2:])
    return subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, **APART},
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize("files", [24, 40, 60])
def test_without_enough_open_files(files: int) -> None:
    before = os.listdir("/run")
    done = limited(FILES.format(files))
    assert (done.returncode, done.stderr) == (3, "")
    said = json.loads(done.stdout)
    assert not said["success"]
    assert "Too many open files" in said["error"]
    assert "ulimit -n" in said["error"]
    assert os.listdir("/run") == before


def test_a_soft_limit_is_no_limit() -> None:
    soft = "import resource, runpy, sys; resource.setrlimit(resource.RLIMIT_NOFILE, (64, 4096))"
    done = limited(soft)
    assert json.loads(done.stdout)["services"][0]["verdict"] == "denied_forward"
