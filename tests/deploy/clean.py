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
    """Its packages are those that the install.sh of this archive asks for."""
    script = (ROOT / "deploy" / "install.sh").read_bytes()
    place = PLACE / hashlib.sha256(script + INCLUDED.encode()).hexdigest()[:12]
    if not (place / ".ready").exists():
        shutil.rmtree(PLACE, ignore_errors=True)
        _make(place, archive)
        (place / ".ready").touch()
    return place


def _make(place: Path, archive: Path) -> None:
    place.mkdir(parents=True)
    _run("debootstrap", "--variant=minbase", f"--include={INCLUDED}", SUITE, str(place))
    for name in OF_THIS_MACHINE:  # how packages are reached from here
        _run("cp", "-aLT", f"/{name}", str(place / name))
    _run("tar", "xzf", str(archive), "-C", str(place / "root"))
    policy = place / "usr/sbin/policy-rc.d"  # nothing is started while it is made
    policy.write_text("#!/bin/sh\nexit 101\n")
    policy.chmod(0o755)
    within = f"/root/{archive.name.removesuffix('.tar.gz')}/deploy/install.sh"
    _run("unshare", "--mount", "--pid", "--fork", "sh", "-c",
         f"mount -t proc proc {place}/proc && chroot {place} {within} --packages")  # fmt: skip
    policy.unlink()


def _run(*command: str) -> None:
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert done.returncode == 0, f"{' '.join(command)}:\n{done.stdout[-4000:]}"
