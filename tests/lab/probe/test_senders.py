"""What is sent, as the next router sees it."""

import socket
from collections.abc import Iterator

import pytest

from backend.lab.kernel.namespace import inside
from backend.lab.probe.icmp import Ear
from backend.lab.probe.loop import Loop
from backend.lab.probe.senders import FIRST_PORT, PROTOCOLS, SENDERS, TCP_PORT, Asked, Key
from backend.lab.watch.packet import Packet, parse
from tests.lab.probe.way import LEFT, RIGHT, built

pytestmark = [pytest.mark.root, pytest.mark.serial]
ETHERTYPES = {4: 0x0800, 6: 0x86DD}


@pytest.fixture(scope="module")
def machines() -> Iterator[dict[str, int]]:
    with built() as descriptors:
        yield descriptors


def sent(machines: dict[str, int], family: int, protocol: str, port: int | None = None) -> list[tuple[Key, Packet]]:
    """Two probes, with hop limits 7 and 8."""
    with inside(machines["r1"]):
        tap = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(ETHERTYPES[family]))
        tap.bind(("eth0", ETHERTYPES[family]))
        tap.settimeout(10)
    loop = Loop()
    asked = Asked(machines["a"], LEFT[family], RIGHT[family], protocol, port)
    ear = Ear(loop, machines["a"], LEFT[family], lambda _: None)
    sender = SENDERS[protocol](loop, asked, ear, lambda *_: None)
    try:
        with inside(machines["a"]):
            keys = [sender.send(number, 7 + number) for number in range(2)]
        found: list[Packet] = []
        while len(found) < 2:
            packet = parse(tap.recv(2000))
            if packet is not None and packet.source == LEFT[family] and packet.ttl in (7, 8):
                found.append(packet)
    finally:
        sender.close()
        ear.close()
        assert loop.is_idle
        loop.close()
        tap.close()
    return list(zip(keys, found, strict=True))


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize("family", [4, 6])
def test_each_probe_has_its_hop_limit_and_a_key_of_its_own(
    machines: dict[str, int], family: int, protocol: str
) -> None:
    probes = sent(machines, family, protocol)
    assert [packet.ttl for _, packet in probes] == [7, 8]
    for key, packet in probes:
        assert packet.destination == RIGHT[family]
        number = packet.echo_id if protocol == "icmp" else packet.source_port
        assert key == (packet.protocol, number, packet.echo_seq)
    assert probes[0][0] != probes[1][0]


@pytest.mark.parametrize(
    ("protocol", "port", "ports"),
    [
        ("udp", None, [FIRST_PORT, FIRST_PORT + 1]),
        ("udp", 53, [53, 53]),
        ("tcp", None, [TCP_PORT, TCP_PORT]),
        ("tcp", 443, [443, 443]),
    ],
)
def test_ports(machines: dict[str, int], protocol: str, port: int | None, ports: list[int]) -> None:
    assert [packet.destination_port for _, packet in sent(machines, 4, protocol, port)] == ports
