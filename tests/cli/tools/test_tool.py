import argparse
import subprocess
import sys
from collections.abc import Callable

import pytest

from backend.cli.error import AwayError, FailureError, UsageError
from backend.cli.tools.tool import run
from backend.config import ConfigError
from tests.cli.asked import ROOT


def ended(work: Callable[[argparse.Namespace], int], *words: str) -> int:
    return run(argparse.ArgumentParser(prog="tool"), work, words)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (UsageError("so"), 2),
        (FailureError("so"), 3),
        (AwayError("so"), 3),
        (ConfigError("so"), 3),
        (OSError(28, "so"), 3),
    ],
)
def test_what_goes_wrong_is_said_in_one_line(error: Exception, code: int, capfd: pytest.CaptureFixture[str]) -> None:
    def fails(_: argparse.Namespace) -> int:
        raise error

    if isinstance(error, OSError):
        script = "import sys; from tests.cli.tools.test_tool import full; full()"
        done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT, check=False)
        assert (done.returncode, done.stderr) == (3, "tool: the answer cannot be written: so\n")
        return
    assert ended(fails) == code
    assert capfd.readouterr().err == "tool: so\n"


def full() -> None:
    """In a process of its own, which loses its standard output by it."""

    def fails(_: argparse.Namespace) -> int:
        raise OSError(28, "so")

    sys.exit(ended(fails))


def test_what_is_right_has_its_code() -> None:
    assert ended(lambda _: 4) == 4
    with pytest.raises(SystemExit):
        ended(lambda _: 0, "--nonsense")
