"""Where table nat of a real kernel sends connections, and where the simulator sends them.

A router sends datagrams to itself through all of its rules; /proc/net/nf_conntrack says what became of each.
"""

import re
from collections.abc import Iterator

import pytest
from msgspec import structs

from backend.facts.description import read_description
from backend.lab.lab import Lab
from backend.lab.plan import plan
from backend.model.network import Network
from backend.sim import CompiledNetwork, compile_network
from backend.sim.netfilter.connection import Connection, Tuple
from backend.sim.netfilter.traverse import Choices
from backend.sim.packet import UNSAID
from backend.sim.passing import Entry
from backend.sim.visit import visit
from tests.sim.build import packet
from tests.sim.netfilter.rules import saved

pytestmark = [pytest.mark.root, pytest.mark.serial]

NAT4 = """
-A OUTPUT -d 10.60.1.0/24 -j DNAT --to-destination 10.50.1.10-10.50.1.200
-A OUTPUT -d 10.60.2.0/24 -j DNAT --to-destination 10.50.0.250-10.50.3.9 --persistent
-A OUTPUT -d 10.60.3.0/24 -p udp -j DNAT --to-destination 10.50.1.10:5000-5010/80
-A OUTPUT -d 10.60.4.0/24 -p udp -j DNAT --to-destination 10.50.4.1:5000-5010
-A OUTPUT -d 10.60.5.0/24 -j NETMAP --to 10.50.64.0/20
-A OUTPUT -d 10.60.6.0/24 -p udp -j REDIRECT --to-ports 77
-A OUTPUT -d 10.60.7.0/24 -p udp -j DNAT --to-destination :90
-A INPUT -s 10.50.8.0/24 -j SNAT --to-source 10.50.9.1-10.50.9.77
-A POSTROUTING -d 10.50.20.0/24 -j SNAT --to-source 10.50.9.1-10.50.9.77
-A POSTROUTING -d 10.50.21.0/24 -p udp -j SNAT --to-source :4000-4010
"""
NAT6 = """
-A OUTPUT -d 2001:db8:60:1::/64 -j DNAT --to-destination 2001:db8:50::10-2001:db8:50::2:10
-A OUTPUT -d 2001:db8:60:2::/64 -j DNAT --to-destination 2001:db8:50::10-2001:db8:50::1:10 --persistent
-A OUTPUT -d 2001:db8:60:3::/64 -p udp -j DNAT --to-destination [2001:db8:50::7]:90
-A OUTPUT -d 2001:db8:60:4::/64 -j NETMAP --to 2001:db8:50:7::/64
-A POSTROUTING -d 2001:db8:50:8::/64 -j SNAT --to-source 2001:db8:50::10-2001:db8:50::2:10
"""
TEXT = f"""
[network]
name = "translating"
[[router]]
name = "r"
routes = [
  "local 10.50.0.0/16 dev lo table local", "local 10.60.0.0/16 dev lo table local",
  "local 2001:db8:50::/48 dev lo table local", "local 2001:db8:60::/48 dev lo table local",
]
iptables = '''
{saved(nat=NAT4)}
'''
ip6tables = '''
{saved(nat=NAT6)}
'''
[[router.interface]]
name = "eth0"
addresses = ["10.1.0.1/24", "2001:db8:1::1/64"]
"""
SENDING = """
import socket, sys
for line in sys.stdin:
    source, source_port, destination, port = line.split()
    with socket.socket(socket.AF_INET6 if ":" in source else socket.AF_INET, socket.SOCK_DGRAM) as sending:
        sending.setsockopt(socket.SOL_IP, 15, 1)
        sending.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sending.bind((source, int(source_port)))
        sending.sendto(b"x", (destination, int(port)))
print(open("/proc/net/nf_conntrack").read())
"""
ENDS = re.compile(r"src=(\S+) dst=(\S+) sport=(\d+) dport=(\d+)")


def flows() -> Iterator[tuple[str, str, str]]:
    for number in range(1, 41):
        for network in range(1, 8):
            yield f"10.50.0.{number}", f"10.60.{network}.{number * 5 % 250}", f"udp/{3990 + number}/{60 + number}"
        for network in (20, 21):
            yield f"10.50.0.{number}", f"10.50.{network}.{number}", f"udp/{3990 + number}/53"
        yield f"10.50.8.{number}", "10.50.30.1", "udp/4000/53"
        for network in range(1, 5):
            to = f"2001:db8:60:{network}:{number}::{number * 5:x}"
            yield f"2001:db8:50::1:{number:x}", to, f"udp/{3990 + number}/53"
        yield f"2001:db8:50::1:{number:x}", f"2001:db8:50:8::{number:x}", "udp/4000/53"


@pytest.fixture(scope="module")
def network() -> Network:
    return read_description(TEXT, "translating.toml")


@pytest.fixture(scope="module")
def seen(network: Network) -> dict[Tuple, Tuple]:
    """What the kernel made of each flow: its reply by its original."""
    lines = "".join(f"{source} {_ports(service)[0]} {to} {_ports(service)[1]}\n" for source, to, service in flows())
    with Lab(plan(network)) as lab:
        done = lab.run("r", ["python3", "-c", SENDING], lines)
    assert not done.stderr
    found = (ENDS.findall(line) for line in done.stdout.splitlines() if " udp " in line)
    return {_tuple(*pair[0]): _tuple(*pair[1]) for pair in found}


def _ports(service: str) -> tuple[int, int]:
    _, source, destination = service.split("/")
    return int(source), int(destination)


def _tuple(source: str, destination: str, source_port: str, destination_port: str) -> Tuple:
    read = packet(source, destination, f"udp/{source_port}/{destination_port}")
    return Tuple(17, read.source, read.source_port, read.destination, read.destination_port)


def predicted(network: CompiledNetwork, source: str, to: str, service: str) -> Connection:
    sent = structs.replace(packet(source, to, service), content=UNSAID)
    (left,) = visit(Entry(network.routers["r"], network.firewalls["r"][sent.family], sent, ""), Choices())
    assert left.connection is not None
    return left.connection


def test_each_connection_is_translated_as_the_kernel_does_it(network: Network, seen: dict[Tuple, Tuple]) -> None:
    """A port that it chooses by chance is None."""
    compiled = compile_network(network)
    found = [predicted(compiled, *flow) for flow in flows()]
    assert len(found) == len(seen)
    for connection in found:
        kernel = seen[connection.original]
        by_chance = {"destination_port": None} if connection.reply.destination_port is None else {}
        assert connection.reply == structs.replace(kernel, **by_chance)


def test_a_port_outside_of_the_range_becomes_one_that_nobody_can_say(
    network: Network, seen: dict[Tuple, Tuple]
) -> None:
    connection = predicted(compile_network(network), "10.50.0.40", "10.50.21.40", "udp/4030/53")
    assert connection.reply.destination_port is None
    assert seen[connection.original].destination_port in range(4000, 4011)
