import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from time import time

import msgspec
import pytest

from backend.cli.doctor import machine
from backend.cli.doctor.finding import Finding, State
from backend.config import Config

Disk = Callable[[str], None]


def wrong(config: Config) -> dict[str, Finding]:
    return {each.about: each for each in machine.look(config) if each.state is State.WRONG}


@pytest.fixture
def disk(config: Config) -> Iterator[Disk]:
    """The state directory on a disk of its own."""

    def mount(options: str) -> None:
        config.state.mkdir(mode=0o700, exist_ok=True)
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"mode=700,{options}", "tmpfs", config.state], check=True)

    yield mount
    subprocess.run(["umount", config.state], check=True)


def test_a_machine_that_is_well(config: Config) -> None:
    config.state.mkdir(mode=0o700)
    assert wrong(config).keys() <= {"memory", "open files"}


@pytest.mark.root
def test_root_may_look_at_the_directory_of_an_engine_that_it_does_not_start(config: Config, tmp_path: Path) -> None:
    config.state.mkdir(mode=0o700)
    os.chown(config.state, 12345, 12345)
    assert [each.about for each in machine.look(config) if each.state is State.NOTE] == ["state"]
    supervised = msgspec.structs.replace(config, run=tmp_path / "run")
    assert [each.about for each in machine.look(supervised) if each.state is State.NOTE] == []


def test_a_state_directory_that_is_not_there_or_open_to_others(config: Config) -> None:
    assert f"mkdir -m 700 -p {config.state}" in wrong(config)["state"].mend
    config.state.mkdir(mode=0o700)
    config.state.chmod(0o750)
    assert wrong(config)["state"].mend == f"chmod 700 {config.state}"
    config.state.rmdir()
    config.state.write_text("a file")
    assert "is no directory" in wrong(config)["state"].text


@pytest.mark.root
def test_a_full_disk(config: Config, disk: Disk) -> None:
    disk("size=1m")
    assert "of at least" in wrong(config)["disk"].text
    (config.state / "large").write_bytes(b"x" * (1 << 20))
    assert "No space left" in wrong(config)["state"].text


@pytest.mark.root
def test_a_disk_without_inodes(config: Config, disk: Disk) -> None:
    disk("size=1g,nr_inodes=2")
    (config.state / "last").touch()
    assert "inodes" in wrong(config)["disk"].text


@pytest.mark.root
def test_a_disk_that_can_only_be_read(config: Config, disk: Disk) -> None:
    disk("size=1g,ro")
    assert "Read-only" in wrong(config)["state"].text


@pytest.mark.root
def test_a_state_directory_of_somebody_else(config: Config) -> None:
    config.state.mkdir(mode=0o700)
    os.chown(config.state, 12345, -1)
    notes = [each for each in machine.look(config) if each.state is State.NOTE]
    assert "uid 12345" in notes[0].text


def test_a_clock_that_went_back(config: Config) -> None:
    config.state.mkdir(mode=0o700)
    (config.state / "file").touch()
    os.utime(config.state / "file", (time(), time() + 3600))
    assert "behind" in wrong(config)["clock"].text


def test_too_few_open_files() -> None:
    code = "from backend.cli.doctor import machine; print(machine._files().mend)"
    command = ["sh", "-c", 'ulimit -n 100 && exec "$0" -c "$1"', sys.executable, code]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, cwd=Path(machine.__file__).parents[3])
    assert "LimitNOFILE" in done.stdout
