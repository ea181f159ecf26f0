"""tsimsh in a process of its own, as a person or script starts it. It reads the demo network by itself."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from backend.config import Config

ROOT = Path(__file__).parents[2]
COMMAND = [sys.executable, "-m", "backend.cli.tsimsh"]
NOWHERE = "/dev/null/state"
"""What cannot be made: who tries fails."""
APART = {"TSIM_FACTS": str(Config().facts), "TSIM_STATE": NOWHERE}


def tsimsh(line: str, typed: str = "", **variables: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [*COMMAND, *line.split()],
        input=typed,
        capture_output=True,
        encoding="utf-8",
        errors="surrogateescape",
        cwd=ROOT,
        env={**os.environ, **APART, **variables},
        timeout=60,
        check=False,
    )


def document(line: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(tsimsh(f"{line} -j").stdout)
    return found
