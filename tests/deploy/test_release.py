"""The archive: all that a server needs, and nothing that only this machine has."""

import gzip
import hashlib
import os
import subprocess
import tarfile
from pathlib import Path

import pytest

from tests.deploy.conftest import FIRST
from tests.deploy.release import ROOT


@pytest.fixture(scope="module")
def members(archive: Path) -> dict[str, tuple[int, bytes]]:
    """By name, without the first directory: mode and content."""
    with tarfile.open(archive) as opened:
        files = {each.name.partition("/")[2]: each for each in opened.getmembers() if each.isfile()}
        return {name: (each.mode, opened.extractfile(each).read()) for name, each in files.items()}  # type: ignore[union-attr]


def test_it_has_what_a_server_needs(members: dict[str, tuple[int, bytes]]) -> None:
    needed = {
        "VERSION",
        "requirements.txt",
        "backend/wsgi.py",
        "frontend/dist/index.html",
        "deploy/tsim.toml",
        "LICENSE",
    }
    assert needed | {"deploy/nginx/render.sh", "deploy/pam.d/tsim", "docs/admin.md"} <= members.keys()
    assert members["VERSION"][1].decode() == f"{FIRST}\n"
    assert members["deploy/install.sh"][0] & 0o555 == 0o555


def test_it_has_nothing_else(members: dict[str, tuple[int, bytes]]) -> None:
    first = {name.partition("/")[0] for name in members} - {"wheels"}
    assert first == {
        "backend", "frontend", "deploy", "docs", "requirements.txt", "README.md", "CHANGELOG.md", "LICENSE", "VERSION",
    }  # fmt: skip
    assert not [name for name in members if "__pycache__" in name or "node_modules" in name or "/src/" in name]
    assert not [name for name, (mode, _) in members.items() if mode & 0o022]


def test_what_nginx_sends_packed_is_the_same_unpacked(members: dict[str, tuple[int, bytes]]) -> None:
    packed = [name for name in members if name.endswith((".js.gz", ".css.gz"))]
    assert packed
    for name in packed:
        assert gzip.decompress(members[name][1]) == members[name.removesuffix(".gz")][1]


def test_its_sum_is_beside_it(archive: Path) -> None:
    said = archive.with_name(f"{archive.name}.sha256").read_text().split()
    assert said == [hashlib.sha256(archive.read_bytes()).hexdigest(), archive.name]


def test_a_name_that_could_be_a_path_is_refused(tmp_path: Path) -> None:
    variables = os.environ | {"VERSION": "../etc", "PYTHONS": ""}
    done = subprocess.run([ROOT / "deploy/release.sh", tmp_path], env=variables, capture_output=True, text=True)
    assert done.returncode == 1
    assert "VERSION: '../etc'" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_each_python_gets_the_versions_that_are_pinned_for_it() -> None:
    """Of what other versions are pinned for another Python; pip downloads what the Python needs that runs it."""
    script = (ROOT / "deploy/release.sh").read_text("utf-8")
    function = script[script.index("for_python() {") : script.index("for python in")]
    found = {}
    for python in ("3.11", "3.12", "3.13"):
        command = ["bash", "-c", f"{function}\nfor_python {python}"]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
        lines = [line for line in done.stdout.splitlines() if not line.startswith("#")]
        assert all("==" in line and " --hash=sha256:" in line and ";" not in line for line in lines)
        pinned = [line.split()[0].partition("==") for line in lines]
        found[python] = {name: version for name, _, version in pinned}
        assert len(found[python]) == len(pinned), "each package once"
    assert found["3.11"]["numpy"] != found["3.12"]["numpy"] == found["3.13"]["numpy"]
