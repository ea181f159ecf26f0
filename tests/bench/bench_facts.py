"""Reading facts: ten routers, as in a small network, and a thousand of 900 lines each."""

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from resource import RUSAGE_SELF, getrusage

from backend.facts import read_directory
from tests.bench.benchmark import Benchmark

MEMORY_KIB = 2 << 20


def facts(number: int) -> str:
    """A router in a ring, with routes to half of the others, rules, sets: nothing repeats more than it does in life."""
    name = f"router-{number:04}"
    parts = [f"# Hostname: {name}\n"]
    for section, lines in _sections(number).items():
        parts.append(f"=== TSIM_SECTION_START:{section} ===\nTITLE: {section}\nCOMMAND: {section}\n---\n")
        parts += [line + "\n" for line in lines]
        parts.append(f"\nEXIT_CODE: 0\n=== TSIM_SECTION_END:{section} ===\n\n")
    parts.append(f"# TSIM_FACTS_COLLECTION_COMPLETE\n# SECTIONS_COLLECTED: {len(_sections(number))}\n")
    return "".join(parts)


def _sections(number: int) -> dict[str, list[str]]:
    left, right = number, (number + 1) % 1000
    return {
        "interfaces": list(_interfaces(number, left, right)),
        "rt_tables": ["255\tlocal", "254\tmain", "253\tdefault", "0\tunspec", "100 isp2"],
        "policy_rules": ["0:\tfrom all lookup local", "100:\tfrom all fwmark 0x64 lookup isp2"]
        + [f"{1000 + i}:\tfrom 10.{number % 200}.{i}.0/24 to 10.0.0.0/8 dport {i + 1} lookup isp2" for i in range(20)]
        + ["32766:\tfrom all lookup main", "32767:\tfrom all lookup default"],
        "routing_table_main": list(_routes(number, right)),
        "routing_table_100": ["default dev eth3 scope link"],
        "ip6_routing_table_main": [f"2001:db8:{i:x}::/48 via fe80::{right:x} dev eth1 metric 9" for i in range(60)],
        "ip_forwarding": ["1"],
        "kernel_version": ["Linux version 6.1.0-28-amd64"],
        "iptables_save": list(_rules(number)),
        "ipset_save": ["create blocked hash:net family inet hashsize 1024 maxelem 65536 bucketsize 12 initval 0x5"]
        + [f"add blocked 198.{number % 200}.{i}.0/24" for i in range(100)],
    }  # fmt: skip


def _interfaces(number: int, left: int, right: int) -> Iterator[str]:
    yield "1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN group default qlen 1000"
    yield "    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00"
    yield "    inet 127.0.0.1/8 scope host lo"
    yield "       valid_lft forever preferred_lft forever"
    ends = [(left * 4 + 2, 30), (right * 4 + 1, 30)]
    links = [f"{172}.{16 + (at >> 16)}.{at >> 8 & 255}.{at & 255}/{length}" for at, length in ends]
    lans = [f"10.{number // 250}.{number % 250}.1/24", f"10.{100 + number // 250}.{number % 250}.1/24"]
    for index, address in enumerate([*links, *lans], 2):
        name = f"eth{index - 2}"
        yield f"{index}: {name}: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc mq state UP group default qlen 1000"
        yield f"    link/ether 02:00:00:{number >> 8:02x}:{number & 255:02x}:{index:02x} brd ff:ff:ff:ff:ff:ff"
        yield f"    inet {address} scope global {name}"
        yield "       valid_lft forever preferred_lft forever"
        yield f"    inet6 fe80::{number + 1:x}:{index}/64 scope link "
        yield "       valid_lft forever preferred_lft forever"


def _routes(number: int, right: int) -> Iterator[str]:
    at = right * 4 + 2
    via = f"172.{16 + (at >> 16)}.{at >> 8 & 255}.{at & 255}"
    yield f"default via {via} dev eth1 proto static metric 100 "
    for other in range(330):
        to = (number + 3 * other) % 1000
        yield f"10.{to // 250}.{to % 250}.0/24 via {via} dev eth1 proto bird metric {32 + other} "


def _rules(number: int) -> Iterator[str]:
    yield "*filter"
    yield ":INPUT DROP [0:0]"
    yield ":FORWARD DROP [0:0]"
    yield ":OUTPUT ACCEPT [0:0]"
    yield "-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT"
    for i in range(330):
        source = f"10.{number % 250}.{i % 250}.0/24"
        port = 1 + (number * 7 + i * 31) % 65535
        if i % 3:
            yield f'-A FORWARD -s {source} -p tcp -m tcp --dport {port} -m comment --comment "rule {i}" -j ACCEPT'
        else:
            yield f"-A FORWARD -s {source} ! -d 10.0.0.0/8 -i eth2 -p udp -m multiport --dports 53,{port} -j DROP"
    yield "COMMIT"


def reading(count: int) -> Callable[[], Callable[[], object]]:
    def set_up() -> Callable[[], object]:
        folder = tempfile.TemporaryDirectory(prefix="tsim-bench-")
        path = Path(folder.name)
        for number in range(count):
            (path / f"router-{number:04}_facts.txt").write_text(facts(number))

        def read(keep: object = folder) -> object:
            found = read_directory(path)
            assert len(found.network.routers) == count
            assert not found.diagnostics
            assert getrusage(RUSAGE_SELF).ru_maxrss < MEMORY_KIB, "more memory than promised"
            return found

        return read

    return set_up


BENCHMARKS = [
    Benchmark("read the facts of 10 routers", reading(10), goal_s=0.3),
    Benchmark("read the facts of 1,000 routers of 900 lines", reading(1000), goal_s=20),
]
