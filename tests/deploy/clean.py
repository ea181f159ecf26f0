"""A Debian that has next to nothing, made once and kept below .setup, with what install.sh will want in apt's cache."""

import os
import re
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
RELEASES = {"12": ("bookworm", "3.11"), "13": ("trixie", "3.13")}
"""Of Debian: their names, and the Python of each."""
SUITE, PYTHON = RELEASES[os.environ.get("DEBIAN", "12")]
INCLUDED = "systemd,systemd-sysv,ca-certificates"
BESIDE = (
    "postgresql redis-server openssh-server prometheus podman netavark aardvark-dns dbus python3-dotenv python3-yaml "
    "apparmor"
)
"""What tests install as well."""
OF_THIS_MACHINE = ("etc/ssl/certs", "etc/apt/apt.conf.d", "etc/resolv.conf", "etc/hosts")
DOWNLOAD = "etc/apt/apt.conf.d/99download"


def root(archive: Path) -> Path:
    """The packages in its cache are those that the install.sh of this checkout asks for."""
    place = ROOT / ".setup" / f"machine-{SUITE}"
    wanted = re.search(r"for need in .*?; do", (ROOT / "deploy" / "install.sh").read_text("utf-8"), re.DOTALL)
    assert wanted, "install.sh names no packages"
    has_base, has_packages = place / ".base", place / ".packages"
    if not has_base.exists() or has_base.read_text() != INCLUDED:
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(parents=True)
        _run("debootstrap", "--variant=minbase", f"--include={INCLUDED}", SUITE, str(place))
        has_base.write_text(INCLUDED)
    key = f"{wanted[0]} {BESIDE}"
    if not has_packages.exists() or has_packages.read_text() != key:
        _fetch_packages(place, archive)
        has_packages.write_text(key)
    return place


def _fetch_packages(place: Path, archive: Path) -> None:
    for name in OF_THIS_MACHINE:  # how packages are reached from here
        _run("sh", "-c", f"rm -rf {place}/{name} && cp -aLT /{name} {place}/{name}")
    for cleaner in (place / "etc/apt/apt.conf.d").glob("docker-*"):
        cleaner.unlink()
    (place / DOWNLOAD).write_text('APT::Get::Download-Only "true";\n')
    _run("tar", "xzf", str(archive), "-C", str(place / "root"))
    unpacked = place / "root" / archive.name.removesuffix(".tar.gz")
    within = f"/{unpacked.relative_to(place)}/deploy/install.sh"
    steps = (
        f"mount -t proc proc {place}/proc",
        f"chroot {place} {within} --packages",
        f"chroot {place} apt-get -q install -y --no-install-recommends {BESIDE}",
    )
    _run("unshare", "--mount", "--pid", "--fork", "sh", "-c", " && ".join(steps))
    (place / DOWNLOAD).unlink()
    shutil.rmtree(unpacked)


def _run(*command: str) -> None:
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert done.returncode == 0, f"{' '.join(command)}:\n{done.stdout[-4000:]}"
