"""A Debian that has nothing but what install.sh installs, made once and kept below .setup."""

import hashlib
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PLACE = ROOT / ".setup" / "machine"
SUITE, INCLUDED = "bookworm", "systemd,systemd-sysv,ca-certificates"
OF_THIS_MACHINE = ("etc/ssl/certs", "etc/apt/apt.conf.d", "etc/resolv.conf", "etc/hosts")


def root(archive: Path) -> Path:
    """Its packages are those that the install.sh of this checkout asks for."""
    script = (ROOT / "deploy" / "install.sh").read_bytes()
    has_base, has_packages = PLACE / ".base", PLACE / ".packages"
    if not has_base.exists() or has_base.read_text() != INCLUDED:
        shutil.rmtree(PLACE, ignore_errors=True)
        PLACE.mkdir(parents=True)
        _run("debootstrap", "--variant=minbase", f"--include={INCLUDED}", SUITE, str(PLACE))
        has_base.write_text(INCLUDED)
    key = hashlib.sha256(script).hexdigest()
    if not has_packages.exists() or has_packages.read_text() != key:
        _install_packages(archive)
        has_packages.write_text(key)
    return PLACE


def _install_packages(archive: Path) -> None:
    for name in OF_THIS_MACHINE:  # how packages are reached from here
        _run("sh", "-c", f"rm -rf {PLACE}/{name} && cp -aLT /{name} {PLACE}/{name}")
    _run("tar", "xzf", str(archive), "-C", str(PLACE / "root"))
    policy = PLACE / "usr/sbin/policy-rc.d"  # nothing is started while it is made
    policy.write_text("#!/bin/sh\nexit 101\n")
    policy.chmod(0o755)
    unpacked = PLACE / "root" / archive.name.removesuffix(".tar.gz")
    within = f"/{unpacked.relative_to(PLACE)}/deploy/install.sh"
    steps = f"mount -t proc proc {PLACE}/proc && chroot {PLACE} {within} --packages"
    _run("unshare", "--mount", "--pid", "--fork", "sh", "-c", steps)
    policy.unlink()
    shutil.rmtree(unpacked)


def _run(*command: str) -> None:
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert done.returncode == 0, f"{' '.join(command)}:\n{done.stdout[-4000:]}"
