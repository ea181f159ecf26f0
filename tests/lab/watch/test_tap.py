import os
import socket
import struct
from collections.abc import Iterator

import pytest

from backend.lab.kernel.namespace import inside
from backend.lab.watch import craft
from backend.lab.watch.craft import Header
from backend.lab.watch.inject import Injector
from backend.lab.watch.packet import ACK, RST, TCP
from backend.lab.watch.tap import Tap
from tests.lab.watch.wires import HEADERS, Wires, run, wires

pytestmark = [pytest.mark.root, pytest.mark.serial]
FOUR, SIX = HEADERS[4], HEADERS[6]
LEAST = 1 << 16
"""Bytes of room, for some thirty packets and more."""


def segment(header: Header, flags: int) -> bytes:
    return craft.ip(header, TCP, struct.pack(">HHIIBBHxxxx", 40000, 443, 1, 2, 5 << 4, flags, 100) + b"data")


def fragment(offset: int) -> bytes:
    data = bytearray(segment(FOUR, ACK))
    data[6:8] = struct.pack(">H", offset)
    return craft.with_checksums(bytes(data))


WANTED = {
    "syn": craft.syn(FOUR, 1, 2, 3),
    "syn-ack": craft.syn_ack(FOUR, (1, 2), 3, 4),
    "rst": segment(FOUR, RST),
    "udp": craft.udp(FOUR, 1, 2, b"x"),
    "echo": craft.echo(FOUR, 1, 2),
    "unknown": craft.ip(FOUR, 253, b"x"),
    "fragment": fragment(185),
    "syn6": craft.syn(SIX, 1, 2, 3),
    "rst6": segment(SIX, RST | ACK),
    "udp6": craft.udp(SIX, 1, 2),
}
UNWANTED = {"ack": segment(FOUR, ACK), "ack6": segment(SIX, ACK), "first fragment": fragment(0x2000)}


@pytest.fixture(scope="module")
def net() -> Iterator[Wires]:
    with wires() as built:
        yield built


@pytest.fixture
def tap(net: Wires) -> Iterator[Tap]:
    with inside(net.router.descriptor):
        made = Tap(LEAST)
    yield made
    made.close()


@pytest.fixture
def sender(net: Wires) -> Iterator[Injector]:
    made = Injector(net.left.descriptor, "e", net.router.descriptor, "eth0")
    yield made
    made.close()


def came(tap: Tap) -> list[bytes]:
    """From the machine on the left; the kernel sends and gets packets of its own."""
    ours = (FOUR.source.packed, SIX.source.packed)
    return [data for _, is_in, _, data in tap.read()[0] if is_in and (data[12:16] in ours or data[8:24] in ours)]


@pytest.mark.parametrize("name", WANTED)
def test_what_opens_or_resets_a_connection_and_all_that_is_not_tcp(tap: Tap, sender: Injector, name: str) -> None:
    sender.send(WANTED[name])
    assert came(tap) == [WANTED[name]]


@pytest.mark.parametrize("name", UNWANTED)
def test_what_a_connection_carries_is_seen_when_everything_is(net: Wires, sender: Injector, name: str) -> None:
    with inside(net.router.descriptor):
        some, every = Tap(LEAST), Tap(LEAST, is_everything=True)
    sender.send(UNWANTED[name])
    sender.send(WANTED["syn"])
    assert (came(some), came(every)) == ([WANTED["syn"]], [UNWANTED[name], WANTED["syn"]])
    some.close()
    every.close()


def test_device_and_direction(tap: Tap, sender: Injector) -> None:
    sender.send(WANTED["udp"])
    found = [(index, is_in, data[8]) for index, is_in, _, data in tap.read()[0] if data[12:16] == FOUR.source.packed]
    assert found == [(10, True, 64), (11, False, 63)]


def test_frames_to_others_and_of_other_protocols_are_left_out(net: Wires, tap: Tap) -> None:
    with inside(net.left.descriptor), socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as end:
        end.bind(("e", 0))
        end.send(b"\2\2\2\2\2\2" + bytes(6) + b"\x08\0" + WANTED["udp"])
        end.send(b"\xff" * 6 + bytes(6) + b"\x88\xb6" + WANTED["udp"])
    assert came(tap) == []


def test_long_packets_are_cut(tap: Tap, sender: Injector) -> None:
    sender.send(craft.udp(FOUR, 1, 2, bytes(1000)))
    assert [len(data) for data in came(tap)] == [256]


def test_packets_come_in_their_order_however_often_the_memory_is_filled(tap: Tap, sender: Injector) -> None:
    found = []
    for begin in range(0, 500, 50):
        for number in range(begin, begin + 50):
            sender.send(craft.udp(FOUR, 1, 2, struct.pack(">I", number)))
        found += [struct.unpack_from(">I", data, 28)[0] for data in came(tap)]
    assert found == list(range(500))


def test_what_has_no_room_is_counted_once(tap: Tap, sender: Injector) -> None:
    for _ in range(1000):
        sender.send(WANTED["udp"])
    seen, lost = tap.read()
    assert lost > 1000
    # Each comes in and goes out. On a slow machine the kernel says a word of its own meanwhile, to a neighbour.
    assert 2000 <= len(seen) + lost < 2010
    sender.send(WANTED["udp"])
    seen, lost = tap.read()
    assert (len(seen), lost) == (2, 0)


def test_a_tap_can_be_waited_for_and_closed(net: Wires, sender: Injector) -> None:
    before = os.listdir("/proc/self/fd")
    with inside(net.router.descriptor):
        tap = Tap(LEAST)
    tap.read()
    sender.send(WANTED["udp"])
    assert came(tap)
    tap.close()
    assert os.listdir("/proc/self/fd") == before
    assert "eth0" in run(net.router, ["ip", "-o", "link"])
