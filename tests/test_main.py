import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.__main__ import FEW, alone

ROOT = Path(__file__).resolve().parents[1]
GROUPED = "import pytest\n\n\n@pytest.mark.xdist_group('labs')\ndef test_it(tmp_path_factory):\n    {}\n"
BESIDE_OTHERS_ONLY = "import os\n    assert 'PYTEST_XDIST_WORKER' not in os.environ"


def test_a_few_of_those_in_groups_are_asked_again() -> None:
    names = ["tests/lab/test_a.py::test_b@serial-lab", "tests/e2e/test_c.py::test_d[at@home]@e2e"]
    assert alone(names) == ["tests/lab/test_a.py::test_b", "tests/e2e/test_c.py::test_d[at@home]"]


@pytest.mark.parametrize(
    "names",
    [
        ["tests/sim/test_a.py::test_b"],
        ["tests/sim/test_a.py::test_b[a@b]"],
        ["tests/lab/test_a.py::test_b@serial-lab", "tests/sim/test_a.py::test_c"],
        [f"tests/lab/test_a.py::test_{number}@serial-lab" for number in range(FEW + 1)],
    ],
)
def test_pure_code_that_fails_has_failed_and_so_have_many(names: list[str]) -> None:
    assert alone(names) == []


@pytest.mark.parametrize(
    ("text", "is_asked_again", "status"),
    [
        (GROUPED.format(BESIDE_OTHERS_ONLY), True, 0),
        (GROUPED.format("assert False"), True, 1),
        ("def test_it():\n    " + BESIDE_OTHERS_ONLY, False, 1),
    ],
    ids=["beside others", "alone too", "pure"],
)
def test_what_fails_alone_has_failed(tmp_path: Path, text: str, is_asked_again: bool, status: int) -> None:
    (tmp_path / "test_one.py").write_text(text)
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    command = [sys.executable, "-m", "tests", "-n", "1", "-p", "no:hypothesispytest"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    environment["PYTHONPATH"] = str(ROOT)
    done = subprocess.run(command, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, text=True)
    assert (done.returncode, "asked once more, alone" in done.stdout) == (status, is_asked_again), done.stdout
