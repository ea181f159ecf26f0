"""tsimsh in a process of its own, as a person or script starts it."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]


def tsimsh(line: str, typed: str = "") -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "backend.cli.tsimsh", *line.split()]
    return subprocess.run(command, input=typed, capture_output=True, text=True, cwd=ROOT, timeout=60, check=False)


def document(line: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(tsimsh(f"{line} -j").stdout)
    return found
