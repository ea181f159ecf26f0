import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TYPED = ("run", "test", "lint", "types", "bench", "fuzz", "crash", "demo", "setup", "release", "deploytest", "clean")


def test_help_has_a_line_with_a_purpose_for_each_command() -> None:
    done = subprocess.run(["make", "help"], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    lines = dict(re.findall(r"^ +make (\S+) +(\S.*)$", done.stdout, flags=re.MULTILINE))
    assert set(TYPED) <= set(lines)
    assert all(len(purpose) > 10 for purpose in lines.values())


def test_what_the_server_of_builds_runs_is_make_test_alone() -> None:
    lines = (ROOT / ".ci" / "run").read_text().splitlines()
    assert [line for line in lines if "make" in line] == ["exec make test"]
