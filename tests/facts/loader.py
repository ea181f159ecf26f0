"""Loading what rules.txt says into a namespace."""

import subprocess
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

Written = list[str]
"""Families, table, and what stands behind -A: the chain, the specification."""
RULES = Path(__file__).parent / "rules.txt"


def written(family: int) -> list[Written]:
    lines = [line.split(" ", 3) for line in RULES.read_text().splitlines() if not line.startswith("#")]
    return [words for words in lines if str(family) in words[0]]


class Loader:
    """Loads rules into a namespace; what the kernel or the tool at hand does not know is left out."""

    def __init__(self, tool: str, enter: Sequence[str]) -> None:
        """`enter` is the command that runs another one in the namespace."""
        self.tool, self.enter = tool, enter
        self.refused: list[str] = []

    def run(self, *command: str, text: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run([*self.enter, *command], input=text, capture_output=True, text=True, timeout=60)

    def load(self, rules: list[Written]) -> None:
        """All at once; where that fails, one half after the other."""
        if self.run(f"{self.tool}-restore", "--noflush", text=_restorable(rules)).returncode == 0:
            return
        if len(rules) == 1:
            self.refused.append(" ".join(rules[0]))
            return
        self.load(rules[: len(rules) // 2])
        self.load(rules[len(rules) // 2 :])


def _restorable(rules: list[Written]) -> str:
    tables = defaultdict(list)
    for _, table, *words in rules:
        tables[table].append(words)
    lines = []
    for table, entries in tables.items():
        user = {words[0] for words in entries if not words[0].isupper()} | {"user"}
        lines += [f"*{table}", *(f":{name} - [0:0]" for name in sorted(user))]
        lines += [f"-A {' '.join(words)}" for words in entries] + ["COMMIT"]
    return "\n".join(lines) + "\n"
