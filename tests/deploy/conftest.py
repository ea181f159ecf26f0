"""One machine for all tests of this folder: what they do to it, they do one after the other."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.deploy import clean, release
from tests.deploy.machine import HOST, Machine, machine

PASSWORD = "correct horse"
FIRST = "1.0"
TOKEN = "a token of tests only"
IS_CLEAN = os.environ.get("MACHINE") == "clean"
"""Made of a Debian that has nothing, and wheels of the archive (make deploytest); else of this machine's own files."""
OF_CLEAN = {"test_browser.py", "test_certificate.py", "test_image.py", "test_sites.py"}
OF_OLD, OF_NEW = {"test_image.py"}, {"test_ubuntu.py"}
"""The image is one of Debian 12; AppArmor there knows nothing of user namespaces."""
collect_ignore = sorted((OF_NEW if clean.SUITE == "bookworm" else OF_OLD) if IS_CLEAN else OF_CLEAN | OF_NEW)


@pytest.fixture(scope="package")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return release.make(tmp_path_factory.mktemp("release"), FIRST, clean.PYTHON if IS_CLEAN else "")


@pytest.fixture(scope="package")
def bare(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """Without tsim; some users of it exist."""
    folder = tmp_path_factory.mktemp("machine") / "machine"
    root = clean.root(archive) if IS_CLEAN else Path("/")
    seeds = () if IS_CLEAN else (f"{release.environment()}={release.SEED}",)
    with machine(folder, root, *seeds) as one:
        for name in ("ann", "bob", "carol"):
            one.do("useradd", "-M", name)
            one.do("chpasswd", sent=f"{name}:{PASSWORD}".encode())
        if not IS_CLEAN:
            release.seed(one)
        yield one


@pytest.fixture(scope="package")
def unpacked(bare: Machine, archive: Path) -> str:
    place = release.unpack(bare, archive)
    hosts = f's/^#hosts = .*/hosts = ["{HOST}", "localhost"]/'
    token = f's/^#metrics_token = .*/metrics_token = "{TOKEN}"/'
    bare.do("sed", "-i", f"{hosts}; {token}", f"{place}/deploy/tsim.toml")
    return place


@pytest.fixture(scope="package")
def said(bare: Machine, unpacked: str) -> str:
    """What the first installation said."""
    told = bare.do(f"{unpacked}/deploy/install.sh", "--name", HOST)
    for name in ("ann", "carol"):
        bare.do("usermod", "-aG", "tsim-admin", name)
    return told


@pytest.fixture(scope="package")
def served(bare: Machine, said: str) -> Machine:
    return bare
