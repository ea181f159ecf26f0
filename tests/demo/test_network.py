"""What an engineer expects of the demo network really happens to packets, in a lab built from its facts."""

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from backend.demo.generate import FACTS
from backend.facts import read_directory
from backend.lab.lab import Lab
from backend.lab.plan import plan

pytestmark = [pytest.mark.root, pytest.mark.serial]

SERVER = """
import selectors, socket, sys
waiting = selectors.DefaultSelector()
for port in map(int, sys.argv[1:]):
    listener = socket.create_server(("::", port), family=socket.AF_INET6, dualstack_ipv6=True)
    waiting.register(listener, selectors.EVENT_READ)
print("ready", flush=True)
while True:
    for key, _ in waiting.select():
        key.fileobj.accept()[0].close()
"""
CLIENT = """
import socket, sys
try:
    socket.create_connection((sys.argv[1], int(sys.argv[2])), float(sys.argv[3])).close()
    print("open")
except TimeoutError:
    print("dropped")
except OSError as error:
    print(error.strerror)
"""
REFUSED, UNREACHABLE, PROHIBITED = "Connection refused", "No route to host", "Permission denied"

EXPECTED = [
    ("hq-pc1", "10.3.10.10", 443, "open"),  # the shop, by the tunnel
    ("hq-pc1", "203.0.113.20", 443, "open"),  # the shop, by its public address: MASQUERADE here, DNAT there
    ("hq-pc1", "10.1.20.10", 443, "open"),
    ("hq-pc1", "10.1.30.20", 9100, "open"),
    ("hq-pc1", "10.1.30.20", 22, UNREACHABLE),  # REJECT with icmp-host-prohibited
    ("hq-pc1", "10.2.1.50", 23, REFUSED),  # REJECT with tcp-reset
    ("hq-pc1", "10.3.10.10", 22, "dropped"),
    ("hq-pc1", "2001:db8:3:10::10", 443, "open"),
    ("hq-pc2", "10.3.10.10", 80, "open"),
    ("hq-srv1", "10.3.10.10", 22, "open"),  # by port to the backup tunnel and back
    ("hq-print1", "10.3.10.10", 443, UNREACHABLE),  # a policy rule says prohibit
    ("hq-guest1", "10.1.20.10", 443, UNREACHABLE),  # a route of the guests' table says prohibit
    ("hq-guest1", "203.0.113.20", 443, "open"),  # by the second provider
    ("hq-guest1", "2001:db8:3:10::10", 443, PROHIBITED),
    ("br-pc1", "10.1.20.10", 443, "open"),
    ("br-pc1", "203.0.113.18", 2222, "open"),  # to the bastion, from a site of ours
    ("br-pc1", "10.3.20.10", 5432, REFUSED),
    ("br-press", "10.3.20.10", 5432, "open"),
    ("br-press", "10.1.20.10", 443, "dropped"),
    ("br-phone1", "10.1.20.10", 5060, "open"),
    ("br-phone1", "10.3.10.10", 80, UNREACHABLE),
    ("br-tablet1", "10.2.40.10", 502, "open"),
    ("br-tablet1", "10.2.40.10", 22, "dropped"),
    ("br-guest1", "10.2.1.50", 80, UNREACHABLE),
    ("dc-bastion", "10.3.10.10", 22, "open"),
    ("dc-db1", "10.1.20.10", 873, "open"),
]
DROPPED_S, ANSWERED_S = "1.5", "30"
"""A drop is known by waiting in vain; where an answer is expected, a slow machine may take its time."""


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    network = read_directory(FACTS).network
    built = plan(network)
    assert built.omissions == ()
    with Lab(built) as found:
        ports = sorted({str(port) for _, _, port, _ in EXPECTED} | {"22"} - {"2222"})
        servers = [found.start(host.name, [sys.executable, "-c", SERVER, *ports]) for host in network.hosts]
        try:
            for server in servers:
                assert server.stdout is not None
                assert server.stdout.readline() == "ready\n"
            yield found
        finally:
            for server in servers:
                server.kill()
                server.communicate()


def test_services_are_open_and_closed_as_the_firewalls_say(lab: Lab) -> None:
    def connect(case: tuple[str, str, int, str]) -> tuple[str, str, int, str]:
        source, destination, port, expected = case
        wait_s = DROPPED_S if expected == "dropped" else ANSWERED_S
        done = lab.run(source, [sys.executable, "-c", CLIENT, destination, str(port), wait_s])
        return source, destination, port, done.stdout.strip() or done.stderr

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(connect, EXPECTED)) == EXPECTED


@pytest.mark.parametrize(
    ("source", "destination", "path"),
    [
        ("hq-pc1", "10.2.1.50", ["10.1.1.1", "10.100.1.2", "10.2.1.50"]),
        ("hq-pc1", "10.3.20.10", ["10.1.1.1", "10.100.1.3", "10.3.0.2", "10.3.1.?", "10.3.2.?", "10.3.20.10"]),
        ("hq-guest1", "198.51.100.17", ["10.1.50.1", "10.1.0.1", "10.1.0.2", "198.51.100.17"]),
        ("br-pc1", "2001:db8:1:1::50", ["2001:db8:2:1::1", "2001:db8:100:1::1", "2001:db8:1:1::50"]),
    ],
)
def test_packets_take_the_paths_that_are_drawn(lab: Lab, source: str, destination: str, path: list[str]) -> None:
    done = lab.run(source, ["traceroute", "-n", "-q", "1", "-w", "5", "-m", "12", destination])
    seen = [line.split()[1] for line in done.stdout.splitlines()[1:]]
    assert [hop[:-1] + "?" if wanted.endswith("?") else hop for hop, wanted in zip(seen, path, strict=False)] == path
    assert len(seen) == len(path)
