"""What install.sh does on Ubuntu 24.04 alone: its kernel gives user namespaces only to who has a profile of AppArmor.
Debian has that kernel not, but the parser of profiles; the rest of Ubuntu is between two releases of Debian.
"""

from collections.abc import Iterator

import pytest

from tests.deploy.conftest import PASSWORD
from tests.deploy.machine import HOST, Done, Machine, Visitor

pytestmark = [pytest.mark.root, pytest.mark.serial]
KERNEL = "/proc/sys/kernel"
AS_THERE = f"""
set -e
mkdir -p /run/kernel
for each in {KERNEL}/*; do [ -d $each ] || cat $each >/run/kernel/${{each##*/}} 2>/dev/null || true; done
echo 1 >/run/kernel/apparmor_restrict_unprivileged_userns
mount --bind {KERNEL}/random /run/kernel/random 2>/dev/null || cp -r {KERNEL}/random /run/kernel
mount --bind /run/kernel {KERNEL}
printf 'ID=ubuntu\\nVERSION_ID=24.04\\n' >/run/os-release
mount --bind /run/os-release "$(readlink -f /etc/os-release)"
exec "$@"
"""
PARSER = b'#!/bin/sh\nexec /usr/sbin/apparmor_parser --skip-kernel-load --skip-cache --verbose "$@"\n'
"""As this kernel has nowhere to load a profile."""


def as_there(machine: Machine, *command: str) -> Done:
    return machine.run("unshare", "--mount", "sh", "-c", AS_THERE, "sh", *command)


@pytest.fixture(scope="module")
def installed(bare: Machine, unpacked: str) -> Iterator[str]:
    """What the installation said."""
    packages = as_there(bare, f"{unpacked}/deploy/install.sh", "--packages")
    assert packages.code == 0, packages.said
    bare.do("install", "-m", "755", "/dev/stdin", "/usr/local/sbin/apparmor_parser", sent=PARSER)
    done = as_there(bare, f"{unpacked}/deploy/install.sh", "--name", HOST)
    assert done.code == 0, done.said
    yield done.said
    bare.do(f"{unpacked}/deploy/install.sh", "--uninstall", "--purge")


def test_the_engine_has_its_profile(bare: Machine, installed: str) -> None:
    assert "this is made for" not in installed
    assert bare.do("systemctl", "show", "-p", "AppArmorProfile", "--value", "tsim-engine").strip() == "tsim-engine"
    names = bare.do("sh", "-c", "/usr/sbin/apparmor_parser --names /etc/apparmor.d/tsim-engine 2>/dev/null")
    assert names == "tsim-engine\n"


def test_people_sign_in_and_prove(bare: Machine, installed: str) -> None:
    bob = Visitor(bare, "bob")
    assert bob.sign_in(PASSWORD) == 201
    assert bob.ended(bob.submit())["status"] == "succeeded"


def test_an_upgrade_keeps_the_profile_and_a_removal_takes_it(bare: Machine, unpacked: str, installed: str) -> None:
    assert as_there(bare, f"{unpacked}/deploy/install.sh").code == 0
    assert bare.do("systemctl", "show", "-p", "AppArmorProfile", "--value", "tsim-engine").strip() == "tsim-engine"
    bare.do(f"{unpacked}/deploy/install.sh", "--uninstall", "--purge")
    left = bare.run("sh", "-c", "ls -d /etc/apparmor.d/tsim-engine /etc/systemd/system/tsim-engine*")
    assert left.said.count("No such file") == 2
