import socket
import struct
from collections.abc import Iterator
from ipaddress import IPv4Address, ip_address

import pytest

from backend.lab.kernel.namespace import inside
from backend.lab.plan.operation import Backend
from backend.lab.watch import craft
from backend.lab.watch.inject import Injector
from backend.lab.watch.place import Place, place
from backend.lab.watch.sighting import Asked, Lost, Matched, Passed, Seen, Sighting
from backend.lab.watch.tap import ROOM
from backend.model.address import Family
from tests.lab.watch.wires import HEADERS, Wires, run, wires

pytestmark = [pytest.mark.root, pytest.mark.serial]
FOUR = HEADERS[4]


@pytest.fixture(scope="module")
def net() -> Iterator[Wires]:
    with wires(are_quiet=False) as built:
        built.load("legacy", "", 4)
        yield built


@pytest.fixture
def router(net: Wires) -> Iterator[Place]:
    made = place("r1", net.router.descriptor, Backend.LEGACY, {}, (ROOM, False))
    yield made
    made.close()


@pytest.fixture
def sender(net: Wires) -> Iterator[Injector]:
    made = Injector(net.left.descriptor, "e", net.router.descriptor, "eth0")
    yield made
    made.close()


def of_ipv4(sightings: list[Sighting]) -> list[Sighting]:
    """IPv6 has its own to do on every new device."""
    return [each for each in sightings if not isinstance(each, Seen) or each.packet[0] >> 4 == 4]


def test_devices_are_called_by_their_names(router: Place, sender: Injector) -> None:
    sender.send(craft.udp(FOUR, 1, 2))
    seen = [(each.device, each.is_incoming) for each in of_ipv4(router.read()) if isinstance(each, Seen)]
    assert seen[0] == ("eth0", True)
    sender.send(craft.syn(FOUR, 1, 2, 3))
    matched = [each for each in router.read() if isinstance(each, Matched) and each.event.family == 4]
    assert [(each.namespace, each.iif, each.oif, each.event.chain) for each in matched[:1]] == [
        ("r1", "eth0", "", "PREROUTING")
    ]


def test_packets_come_before_events(router: Place, sender: Injector) -> None:
    sender.send(craft.syn(FOUR, 1, 2, 3))
    kinds = [type(each) for each in router.read()]
    assert kinds.index(Matched) > max(number for number, kind in enumerate(kinds) if kind is Seen)


@pytest.mark.parametrize("address", ["10.2.0.77", "2001:db8:2::77"])
def test_a_neighbour_that_is_asked_for_is_named(router: Place, net: Wires, address: str) -> None:
    target = ip_address(address)
    header = craft.Header(HEADERS[4 if target.version == 4 else 6].source, target)
    sender = Injector(net.left.descriptor, "e", net.router.descriptor, "eth0")
    sender.send(craft.udp(header, 1, 2))
    sender.close()
    found = router.read()
    assert Asked("r1", "eth1", target) in found
    left = [each for each in found if isinstance(each, Seen) and not each.is_incoming and target.packed in each.packet]
    assert left == [], "it waits for the neighbour, and what asks for that one is no packet of its own"


def solicitation(source: str, target: str) -> bytes:
    body = bytes([135, 0, 0, 0, 0, 0, 0, 0]) + ip_address(target).packed
    return craft.ip(craft.Header(ip_address(source), ip_address("ff02::1:ff00:9"), ttl=255), 58, body)


def arp(operation: int, asking: str, asked: str) -> bytes:
    one, other = (bytes(6) + ip_address(address).packed for address in (asking, asked))
    return struct.pack(">HHBBH", 1, 0x0800, 6, 4, operation) + one + other


ASKING = {
    "a neighbour": (0x0806, arp(1, "10.1.0.1", "10.1.0.77"), "10.1.0.77"),
    "nobody but itself": (0x0806, arp(1, "10.1.0.1", "10.1.0.1"), None),
    "nobody, it answers": (0x0806, arp(2, "10.1.0.1", "10.1.0.77"), None),
    "cut": (0x0806, arp(1, "10.1.0.1", "10.1.0.77")[:26], None),
    "a neighbour in IPv6": (0x86DD, solicitation("2001:db8:1::1", "2001:db8:1::77"), "2001:db8:1::77"),
    "cut in IPv6": (0x86DD, solicitation("2001:db8:1::1", "2001:db8:1::77")[:40], None),
    "nothing": (0x86DD, b"", None),
    "nobody but itself in IPv6": (0x86DD, solicitation("::", "2001:db8:1::9"), None),
}


@pytest.mark.parametrize("name", ASKING)
def test_who_is_asked_for(router: Place, net: Wires, name: str) -> None:
    protocol, data, asked = ASKING[name]
    with inside(net.router.descriptor), socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as end:
        end.bind(("eth0", 0))
        router.read()
        end.send(bytes(12) + struct.pack(">H", protocol) + data)
    found = [each for each in router.read() if isinstance(each, Asked) and each.device == "eth0"]
    assert found == ([Asked("r1", "eth0", ip_address(asked))] if asked else [])


def test_what_others_ask_is_not_asked_here(router: Place, net: Wires) -> None:
    run(net.left, ["ip", "neigh", "flush", "all"])
    run(net.left, ["ping", "-c1", "-W5", "10.1.0.1"])
    assert IPv4Address("10.1.0.1") not in {each.address for each in router.read() if isinstance(each, Asked)}


def test_a_barrier_is_no_packet(router: Place, sender: Injector) -> None:
    sender.send_barrier(0x1234567890)
    assert of_ipv4(router.read()) == [Passed("r1", 0x1234567890)]


def test_what_is_lost_is_told_first(net: Wires, sender: Injector) -> None:
    narrow = place("r1", net.router.descriptor, Backend.LEGACY, {}, (1 << 16, False))
    for number in range(200):
        sender.send(craft.udp(FOUR, 1, 2, struct.pack(">I", number)))
    lost = narrow.read()[0]
    narrow.close()
    assert isinstance(lost, Lost)
    assert (lost.what, lost.namespace) == ("packets", "r1")
    assert lost.count


@pytest.mark.parametrize("family", [4, 6])
def test_without_rules_only_packets_are_told_of(net: Wires, family: Family) -> None:
    alone = place("left", net.left.descriptor, None, {}, (1 << 18, False))
    run(net.left, ["ping", "-c1", "-W5", str(HEADERS[family].destination)])
    kinds = {type(each) for each in alone.read()}
    assert Seen in kinds
    assert kinds <= {Seen, Asked}
    assert len(alone.ends()) == 1
    assert alone.room == alone.tap.frames // 4 > 32
    alone.close()
