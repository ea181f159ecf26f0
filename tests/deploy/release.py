"""Release archives, made by the script that makes them, and what is put into a machine for them."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

from tests.deploy.machine import Machine

ROOT = Path(__file__).resolve().parents[2]
SEED = "/opt/tsim/seed"


def make(folder: Path, version: str, pythons: str = "") -> Path:
    """Without wheels for any Python where none is named."""
    command = [str(ROOT / "deploy" / "release.sh"), str(folder)]
    variables = os.environ | {"VERSION": version, "PYTHONS": pythons}
    done = subprocess.run(command, env=variables, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert done.returncode == 0, done.stdout
    return Path(done.stdout.splitlines()[-1])


def unpack(machine: Machine, archive: Path) -> str:
    """Where it is then."""
    machine.do("mkdir", "-p", "/root/releases")
    machine.do("tar", "xz", "-C", "/root/releases", sent=archive.read_bytes())
    return f"/root/releases/{archive.name.removesuffix('.tar.gz')}"


def changed(machine: Machine, release: str, version: str, command: str = "true") -> str:
    """Another release, made of one that is there by a command of the shell in its directory."""
    other = f"/root/releases/tsim-{version}"
    machine.do("sh", "-c", f"cp -a {release} {other} && cd {other} && echo {version} >VERSION && {command}")
    return other


def seed(machine: Machine) -> None:
    """The Python environment that install.sh would make: this checkout's, which the machine sees at SEED."""
    python = subprocess.run(
        ["/usr/bin/python3", "-c", "import sys; print(sys.version_info[:2])"], capture_output=True, check=True
    ).stdout
    name = hashlib.sha256((ROOT / "requirements.txt").read_bytes() + python).hexdigest()[:16]
    place = f"/opt/tsim/environments/{name}"
    machine.do("sh", "-c", f"mkdir -p {place}; cp {SEED}/pyvenv.cfg {place}; ln -s {SEED}/bin {SEED}/lib {place}")
    machine.do("touch", f"{place}/complete")


def environment() -> Path:
    return Path(sys.prefix)
