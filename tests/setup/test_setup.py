"""The set-up where something is missing: on a made-up system that has little more than a shell."""

import os
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A copy of the set-up, with a folder of commands which is all that it finds beside those of /usr/sbin."""
    (tmp_path / "deploy").mkdir()
    shutil.copy(ROOT / "deploy" / "setup.sh", tmp_path / "deploy")
    (tmp_path / "bin").mkdir()
    for name in ("bash", "dirname", "mkdir", "tail", "head", "rm", "sed", "flock", "chmod"):
        os.symlink(str(shutil.which(name)), tmp_path / "bin" / name)
    return tmp_path


def command(place: Path, name: str, script: str) -> None:
    file = place / "bin" / name
    file.write_text(f"#!{place}/bin/bash\n{script}\n")
    file.chmod(0o755)


def setup(place: Path, *step: str) -> tuple[int, str]:
    done = subprocess.run(
        [place / "bin" / "bash", place / "deploy" / "setup.sh", *step],
        env={"PATH": str(place / "bin"), "POLICY_RC_D": str(place / "policy-rc.d")},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    return done.returncode, done.stdout


def test_without_root_the_exact_line_to_type_is_shown(place: Path) -> None:
    command(place, "id", "echo 1000")
    command(place, "apt-get", "echo called; exit 1")
    status, said = setup(place, "system", "test")
    assert status == 1
    line = next(line.strip() for line in said.splitlines() if line.strip().startswith("sudo "))
    assert line.startswith("sudo apt-get install -y --no-install-recommends ")
    assert line.endswith("chromium")
    assert "called" not in said


def test_with_root_the_lists_are_fetched_and_what_is_missing_installed(place: Path) -> None:
    command(place, "id", "echo 0")
    services = f"{place}/policy-rc.d; echo services: $? >> {place}/services"
    command(place, "apt-get", f'echo "$DEBIAN_FRONTEND $*" >> {place}/calls; {services}')
    status, said = setup(place, "system", "test")
    assert status == 0, said
    update, install = (place / "calls").read_text().splitlines()
    assert update.startswith("noninteractive")
    assert update.endswith("update")
    assert "install -y --no-install-recommends" in install
    assert install.endswith("chromium")
    assert "chromium" in said
    assert (place / "services").read_text().splitlines()[-1] == "services: 101"  # none is started
    assert not (place / "policy-rc.d").exists()


def test_two_steps_at_once_install_one_after_the_other(place: Path) -> None:
    command(place, "id", "echo 0")
    command(place, "ldconfig", "echo libatomic.so.1")
    os.symlink(str(shutil.which("sleep")), place / "bin" / "sleep")
    command(place, "apt-get", f"mkdir {place}/busy || exit 100; sleep 0.2; rm -d {place}/busy")
    with ThreadPoolExecutor() as pool:
        answers = list(pool.map(lambda _: setup(place, "system", "test"), range(3)))
    assert [status for status, _ in answers] == [0, 0, 0], answers


def test_what_failed_is_said_with_the_end_of_its_output(place: Path) -> None:
    command(place, "id", "echo 0")
    command(place, "apt-get", "echo 'E: Unable to fetch some archives'; exit 100")
    status, said = setup(place, "system", "test")
    assert status == 1
    assert "E: Unable to fetch some archives" in said
    assert "failed with status 100: apt-get" in said
    assert not (place / "policy-rc.d").exists()


def test_on_another_system_the_packages_are_named(place: Path) -> None:
    command(place, "id", "echo 0")
    status, said = setup(place, "system", "test")
    assert status == 1
    assert "missing: " in said
    assert "chromium" in said


def test_running_needs_no_browser(place: Path) -> None:
    command(place, "id", "echo 1000")
    status, said = setup(place, "system", "run")
    assert "chromium" not in said
    assert status == 0 or "python3-venv" in said


@pytest.mark.parametrize("is_enough", [True, False])
def test_a_node_of_the_system_is_used_only_when_it_is_new_enough(place: Path, is_enough: bool) -> None:
    command(place, "npm", "exit 0")
    command(place, "node", f"[ $1 = --version ] && echo v20 && exit; exit {0 if is_enough else 1}")
    command(place, "ldconfig", "echo libatomic.so.1")
    status, said = setup(place, "node")
    assert ("using node v20" in said) == is_enough
    assert (status == 0) == is_enough  # a made-up place has no virtual environment to install another one with


def test_an_unknown_step_is_refused(place: Path) -> None:
    assert setup(place, "everything")[0] == 2
