"""Records what the tools of a Debian release print, for test_releases.py:

    python3 -m tests.facts.record bullseye tests/facts/releases/debian11

Needs root and debootstrap, which puts the release into a folder of its own. Its tools run in a network namespace.
"""

import argparse
import re
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.facts.loader import Loader, written

ROOT = Path(__file__).parents[2]
PACKAGES = "iproute2,iptables,ipset,netbase"
HERE = "/mnt/tests/facts"
"""Where this folder is in the release."""
ADDRESSES = ("ip -V", "ip addr show", "ip -d -s addr show", "ip -j addr show")
ROUTES = tuple(
    f"ip -{family} {option}route show table {table}"
    for family in (4, 6)
    for option, table in (("", "main"), ("-o ", "all"), ("-j ", "all"))
)
RULES = tuple(f"ip -{family} {option}rule show" for family in (4, 6) for option in ("", "-N ", "-j "))
TOOLS = ("iptables-nft", "ip6tables-nft", "iptables-legacy")
SECTIONS = "interfaces,ip*forwarding,rt_tables,*policy_rules,*routing_table_*,sysctl_net,ip*tables_save,ipset_*"
SAVED_AT = re.compile(r"^(# (?:Generated|Completed) .*) on .*$", re.MULTILINE)
COLLECTED = f"sh /mnt/backend/facts/collector.sh --name gw --only '{SECTIONS}'"


class Release:
    """A Debian release with a process in whose namespaces its tools run."""

    def __init__(self, tree: Path, process: int) -> None:
        self.enter = ["nsenter", f"--target={process}", "--net", "--mount", "chroot", str(tree)]
        self.enter += ["env", "-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C.UTF-8", "SOURCE_DATE_EPOCH=0"]

    def run(self, command: str) -> str:
        done = subprocess.run([*self.enter, "sh", "-c", command], capture_output=True, text=True, timeout=60)
        return SAVED_AT.sub(r"\1", done.stdout)

    def transcript(self, *commands: str) -> str:
        return "".join(f"$ {command}\n{self.run(command)}" for command in commands)


def install(suite: str, tree: Path, mirror: str | None) -> None:
    if not (tree / "etc/debian_version").exists():
        command = ["debootstrap", "--variant=minbase", f"--include={PACKAGES}", suite, str(tree)]
        subprocess.run([*command, *([mirror] if mirror else [])], check=True)


@contextmanager
def started(tree: Path) -> Iterator[Release]:
    script = (
        f"mount -t proc proc {tree}/proc; mount -t sysfs sys {tree}/sys; mount --bind {ROOT} {tree}/mnt; "
        "echo ready; exec sleep 600"
    )
    command = ["unshare", "--net", "--mount", "--propagation", "private", "sh", "-ec", script]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        if child.stdout.readline() != "ready\n":
            raise SystemExit("record.py: the namespace was not made; are you root?")
        try:
            yield Release(tree, child.pid)
        finally:
            child.kill()


def record(tree: Path, folder: Path) -> None:
    with started(tree) as release:
        release.run(f". {HERE}/configure.sh; . {HERE}/sets.sh; . {HERE}/firewall.sh")
        time.sleep(3)  # until duplicate address detection is over: then text and JSON say the same
        (folder / "gw_facts.txt").write_text(release.run(COLLECTED))
        (folder / "ip.txt").write_text(release.transcript(*ADDRESSES, *ROUTES, *RULES))
        (folder / "ipset.txt").write_text(release.transcript("ipset save", "ipset list"))
        for tool in TOOLS:
            load(release, tool)
        saved = [f"{tool}-save -c" for tool in TOOLS]
        (folder / "iptables.txt").write_text(release.transcript("iptables -V", *saved))


def load(release: Release, tool: str) -> None:
    loader = Loader(tool, release.enter)
    loader.load(written(6 if tool.startswith("ip6") else 4))
    print(f"{tool}: {len(loader.refused)} rules refused", *loader.refused, sep="\n    ")


def main() -> None:
    parser = argparse.ArgumentParser(description="Records what the tools of a Debian release print.")
    parser.add_argument("suite", help="such as bullseye")
    parser.add_argument("folder", type=Path, help="where the texts go")
    parser.add_argument("--tree", type=Path, help="the installed release (default: /var/tmp/release-SUITE)")
    parser.add_argument("--mirror", help="where debootstrap gets it from")
    arguments = parser.parse_args()
    tree = arguments.tree or Path("/var/tmp") / f"release-{arguments.suite}"
    install(arguments.suite, tree, arguments.mirror)
    arguments.folder.mkdir(parents=True, exist_ok=True)
    record(tree, arguments.folder)


if __name__ == "__main__":
    main()
