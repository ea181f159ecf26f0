"""The units by themselves: systemd understands them, and how much each gives away (systemd-analyze(1), security)."""

import subprocess
import sys
from pathlib import Path

import pytest

UNITS = Path(__file__).resolve().parents[2] / "deploy" / "systemd"
EXPOSURES = {"web": 0.8, "auth": 0.5, "engine": 2.0, "backup": 1.0, "cleanup": 1.0, "collect": 1.8}


def analyze(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["systemd-analyze", *words], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def test_systemd_finds_nothing_wrong(tmp_path: Path) -> None:
    for unit in UNITS.glob("tsim-*"):
        text = unit.read_text("utf-8").replace("/opt/tsim/current/venv/bin/python", sys.executable)
        (tmp_path / unit.name).write_text(text)
    done = analyze("verify", "--man=no", *sorted(map(str, tmp_path.iterdir())))
    assert (done.returncode, done.stdout) == (0, "")


@pytest.mark.parametrize(("unit", "most"), EXPOSURES.items())
def test_no_unit_gives_away_more_than_it_has_to(unit: str, most: float) -> None:
    options = ("--offline=true", f"--threshold={most * 10:.0f}")
    done = analyze("security", *options, str(UNITS / f"tsim-{unit}.service"))
    assert done.returncode == 0, done.stdout


def test_each_service_has_its_bound() -> None:
    assert {f"tsim-{unit}.service" for unit in EXPOSURES} == {unit.name for unit in UNITS.glob("*.service")}


@pytest.mark.parametrize("unit", ["web", "auth", "engine"])
def test_each_part_of_a_unit_says_why(unit: str) -> None:
    """A directive that only repeats what the one before began has its reason there."""
    text = (UNITS / f"tsim-{unit}.service").read_text("utf-8")
    for paragraph in text.partition("[Service]\n")[2].partition("[Install]")[0].strip().split("\n\n"):
        assert "# " in paragraph, paragraph


def test_what_is_started_by_a_timer_is_a_unit() -> None:
    for timer in UNITS.glob("*.timer"):
        assert timer.with_suffix(".service").is_file()
