"""Builds the demo network in namespaces and collects its facts with the real collector.

    python -m backend.demo.generate            writes backend/demo/facts
    python -m backend.demo.generate --check    says what would change; exit code 1 where something would

Needs root, iproute2, iptables (nf_tables), ipset and nftables.
"""

import argparse
import json
import sys
import tomllib
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from msgspec import structs

from backend.demo.normal import CLOCK, normalised
from backend.facts.description import read_description
from backend.lab.error import LabError
from backend.lab.lab import Lab
from backend.lab.plan import plan
from backend.lab.plan.operation import Backend
from backend.model.network import Host, Network, Router

HERE = Path(__file__).parent
DESCRIPTION = HERE / "network.toml"
COLLECTOR = HERE.parent / "facts" / "collector.sh"
FACTS = HERE / "facts"
OTHER_MAKE = "metadata,hostname,interfaces,routing_table_main,ip6_routing_table_main"
"""All that is known of a router that is not Linux."""


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m backend.demo.generate", description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing, exit with 1 where a file would change")
    parser.add_argument("-o", "--output", type=Path, default=FACTS, help="directory (default: %(default)s)")
    said = parser.parse_args(arguments)
    try:
        files = generate()
    except LabError as error:
        print(f"generate: {error}", file=sys.stderr)
        return 2
    changed = [name for name in sorted(files | _present(said.output)) if _differs(said.output / name, files.get(name))]
    for name in changed:
        print(f"{name}: {'differs' if said.check else 'written' if name in files else 'removed'}")
    if said.check:
        return 1 if changed else 0
    _write(said.output, files, changed)
    print(f"{len(files)} files in {said.output}, {len(changed)} changed")
    return 0


def generate(description: Path = DESCRIPTION) -> dict[str, str]:
    """File name → contents, for every router and the hosts."""
    text = description.read_text("utf-8")
    network = read_description(text, description.name)
    tables = {each["name"]: each.get("tables", {}) for each in tomllib.loads(text)["router"]}
    # The same kind of iptables everywhere, so that the facts do not depend on who makes them.
    planned = structs.replace(plan(network), backends=(Backend.NFT,))
    with Lab(planned) as lab, ThreadPoolExecutor(4) as pool:
        collected = pool.map(lambda router: _collect(lab, router, tables[router.name]), network.routers)
        files = {
            f"{router.name}_facts.txt": normalised(facts, router.name)
            for router, facts in zip(network.routers, collected, strict=True)
        }
    return files | {"hosts.toml": _hosts_text(network)}


def _collect(lab: Lab, router: Router, tables: dict[str, int]) -> str:
    """The collector in the router's namespace, which has a host name and names of routing tables of its own."""
    only = [] if router.kind == "linux" else ["--only", OTHER_MAKE]
    names = "".join(f"{number} {name}\n" for name, number in sorted(tables.items(), key=lambda item: item[1]))
    done = lab.run(
        router.name,
        [
            "unshare",
            "--mount",
            "--uts",
            "sh",
            "-c",
            PREPARE,
            router.name,
            str(CLOCK),
            names,
            _policy(router),
            str(COLLECTOR),
            *only,
        ],
        text=_metadata(router),
    )
    if done.code != 0:
        raise LabError(f"{router.name}: {COLLECTOR.name} ended with code {done.code}: {done.stderr}")
    return done.stdout


PREPARE = """
set -e
SOURCE_DATE_EPOCH=$1; export SOURCE_DATE_EPOCH
# A /run of its own: a machine does not see the namespaces that its cables end in.
mount -t tmpfs none /run
cat > /run/metadata.json
printf '%s\\n' "$0" > /proc/sys/kernel/hostname
if [ -n "$2" ]; then
    { cat /etc/iproute2/rt_tables; printf '%s' "$2"; } > /run/rt_tables
    mount --bind /run/rt_tables /etc/iproute2/rt_tables
fi
# A lab replaces the choice by ports with one that is the same each time; the facts tell of the router's own.
printf '%s' "$3" > /proc/sys/net/ipv4/fib_multipath_hash_policy
collector=$4; shift 4
exec sh "$collector" --metadata /run/metadata.json "$@"
"""


def _policy(router: Router) -> str:
    return router.sysctls["net/ipv4/fib_multipath_hash_policy"]


def _metadata(router: Router) -> str:
    said: dict[str, object] = {"type": router.kind, "roles": list(router.roles)}
    if router.location is not None:
        place = router.location
        said["location"] = {"name": place.name, "latitude": place.latitude, "longitude": place.longitude}
    outside = {name: segment for name, segment in router.segments.items() if segment == "internet"}
    if outside:
        said["segments"] = outside
    return json.dumps(said, indent=2, ensure_ascii=False) + "\n"


def _hosts_text(network: Network) -> str:
    return "# Machines that are no routers.\n" + "".join(_host_lines(host) for host in network.hosts)


def _host_lines(host: Host) -> str:
    addresses = ", ".join(f'"{entry.text}"' for entry in host.addresses)
    gateways = ", ".join(f'"{gateway}"' for gateway in host.gateways)
    return f'\n[[host]]\nname = "{host.name}"\naddresses = [{addresses}]\ngateways = [{gateways}]\n'


def _present(directory: Path) -> dict[str, None]:
    return {file.name: None for file in _files(directory)}


def _files(directory: Path) -> Iterator[Path]:
    for pattern in ("*_facts.txt", "hosts.toml"):
        yield from directory.glob(pattern)


def _differs(file: Path, text: str | None) -> bool:
    return text is None or not file.exists() or file.read_text("utf-8") != text


def _write(directory: Path, files: dict[str, str], changed: list[str]) -> None:
    directory.mkdir(parents=True, exist_ok=True)
    for name in changed:
        if name in files:
            (directory / name).write_text(files[name], "utf-8")
        else:
            (directory / name).unlink()


if __name__ == "__main__":
    sys.exit(main())
