"""The tools as scripts start them."""

import os
import subprocess
import sys
from pathlib import Path

from tests.cli.asked import APART, ROOT


def tool(name: str, *words: str | Path, typed: str = "", **variables: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", f"backend.cli.tools.{name}", *map(str, words)],
        input=typed,
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, **APART, **variables},
        timeout=60,
        check=False,
    )
