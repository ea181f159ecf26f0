import os
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from backend.cli.doctor import kernel
from backend.cli.doctor.finding import State
from backend.config import Config
from tests.engine.process import engine
from tests.small import write_small_network

pytestmark = [pytest.mark.serial, pytest.mark.root]
ROOT = Path(kernel.__file__).parents[3]
LOOK = (
    "from backend.config import Config\nfrom backend.cli.doctor import kernel\n"
    "for one in kernel.look(Config()): print(one.about, one.state, one.text, one.mend)"
)
# Without the capability nobody makes a namespace, and in a chroot no user namespace either (user_namespaces(7)).
FORBID = """
mount --rbind / "$0" && exec chroot "$0" env -C "$PWD" setpriv --inh-caps=-sys_admin --bounding-set=-sys_admin "$@"
"""
LOCK = 'mount --bind /proc/sys /proc/sys && mount -o remount,bind,ro /proc/sys && exec "$0" "$@"'
"""As container engines do."""


def is_well(config: Config, who: str) -> bool:
    found = {each.about: each for each in kernel.look(config)}
    assert found["sets"].state is not State.WRONG
    assert found["namespaces"].text.startswith(who), found["namespaces"]
    return found["namespaces"].state is found["rules"].state is State.WELL


def test_here_a_lab_can_be_built_with_rules_and_sets(config: Config, tmp_path: Path) -> None:
    """By the engine, where there is one."""
    config = msgspec.structs.replace(config, facts=write_small_network(tmp_path / "small"))
    assert is_well(config, "this user")
    with engine(config, tmp_path / "log"):
        assert is_well(config, "the engine")


def looked(*within: str, **variables: str) -> str:
    command = [*within, sys.executable, "-c", LOOK]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, cwd=ROOT, env=variables)
    return done.stdout


def test_where_namespaces_are_forbidden_it_says_who_allows_them(tmp_path: Path) -> None:
    said = looked("unshare", "--mount", "sh", "-c", FORBID, str(tmp_path), PATH=os.defpath + ":/usr/sbin:/sbin")
    assert said.startswith("namespaces wrong this user cannot build a lab: ")
    assert "user.max_user_namespaces" in said


def test_where_nothing_can_be_set_in_namespaces_it_says_what_a_container_needs() -> None:
    said = looked("unshare", "--mount", "sh", "-c", LOCK, PATH=os.defpath + ":/usr/sbin:/sbin")
    assert said.startswith("namespaces wrong this user cannot build a lab: /proc/sys is read-only here")
    assert "systempaths=unconfined" in said


def test_without_the_tools_it_says_which_packages_bring_them(tmp_path: Path) -> None:
    said = looked(PATH=str(tmp_path))
    assert "rules wrong no rules with a trace can be loaded: iptables-legacy-restore" in said
    assert "apt-get install iptables" in said
    assert "sets wrong no set can be made: ipset is not installed" in said
