"""The units by themselves: systemd understands them, and how much each gives away (systemd-analyze(1), security)."""

import re
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest

UNITS = Path(__file__).resolve().parents[2] / "deploy" / "systemd"
EXPOSURES = {"web": 0.8, "auth": 0.5, "engine": 2.0, "backup": 0.5, "cleanup": 0.5, "collect": 1.5}

NAMES = ("Description=", "Documentation=")
PROTECTIONS = {
    "BindReadOnlyPaths", "CapabilityBoundingSet", "DevicePolicy", "ExecPaths", "IPAddressDeny", "InaccessiblePaths",
    "LimitCORE", "LockPersonality", "MemoryDenyWriteExecute", "MemoryMax", "NoExecPaths", "NoNewPrivileges",
    "PrivateDevices", "PrivateIPC", "PrivateMounts", "PrivateNetwork", "PrivateTmp", "ProcSubset", "ProtectClock",
    "ProtectControlGroups", "ProtectHome", "ProtectHostname", "ProtectKernelLogs", "ProtectKernelModules",
    "ProtectKernelTunables", "ProtectProc", "ProtectSystem", "ReadOnlyPaths", "RemoveIPC",
    "RestrictAddressFamilies", "RestrictNamespaces", "RestrictRealtime", "RestrictSUIDSGID",
    "SystemCallArchitectures", "SystemCallErrorNumber", "SystemCallFilter", "UMask", "User",
}  # fmt: skip


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


def directives(text: str) -> list[tuple[str, str]]:
    """Each with the line before it, but those that say what the unit is called and when it is wanted."""
    lines = text.partition("[Install]")[0].splitlines()
    found = [(before, line) for before, line in pairwise(lines) if re.match(r"[A-Z][A-Za-z]+=", line)]
    return [(before, line) for before, line in found if not line.startswith(NAMES)]


@pytest.mark.parametrize("unit", sorted(UNITS.glob("tsim-*")), ids=lambda unit: unit.name)
def test_each_directive_has_its_reason_in_the_line_before(unit: Path) -> None:
    found = directives(unit.read_text("utf-8"))
    assert found
    assert [line for before, line in found if not re.match(r"# \S", before)] == []


@pytest.mark.parametrize("unit", sorted(UNITS.glob("*.service")), ids=lambda unit: unit.stem)
def test_what_a_unit_does_without_has_its_reason_too(unit: Path) -> None:
    """Of what the strictest unit has: the directive with another value, or its name after a Not."""
    text = unit.read_text("utf-8")
    given = {line.partition("=")[0] for _, line in directives(text)}
    strictest = directives((UNITS / "tsim-auth.service").read_text("utf-8"))
    wanted = {line.partition("=")[0] for _, line in strictest if line.partition("=")[0] in PROTECTIONS}
    excused = set(re.findall(r"\b[Nn]ot (\w+)", text))
    assert wanted | {"PrivateUsers"} <= given | excused


def test_what_is_started_by_a_timer_is_a_unit() -> None:
    for timer in UNITS.glob("*.timer"):
        assert timer.with_suffix(".service").is_file()
