import pytest

from backend.sim.netfilter.match.known import Word, known_bytes
from tests.sim.netfilter.match.asking import meeting

TCP = "tcp 10.0.0.1:4000 10.0.9.9:80 tos=0x10 ttl=63 flags=2 length=60"
UDP6 = "udp [2001:db8::1]:4000 [2001:db8::2]:53 tos=0x10 ttl=63 length=100"


@pytest.mark.parametrize(
    ("packet", "at", "value", "mask"),
    [
        (TCP, 0, 0x4510003C, 0xFFFFFFFF),
        (TCP, 4, 0, 0x0000BFFF),
        (TCP, 8, 0x3F060000, 0xFFFF0000),
        (TCP, 12, 0x0A000001, 0xFFFFFFFF),
        (TCP, 14, 0x00010A00, 0xFFFFFFFF),
        (TCP, 20, 0x0FA00050, 0xFFFFFFFF),
        (TCP, 24, 0, 0),
        (TCP, 32, 0x00020000, 0x00FF0000),
        (TCP, 56, 0, 0),
        ("tcp 10.0.0.1 10.0.9.9:80", 20, 0x50, 0xFFFF),
        ("tcp 10.0.0.1 10.0.9.9:80", 0, 0x45000000, 0xFFFF0000),
        (UDP6, 0, 0x61000000, 0xFFF00000),
        (UDP6, 4, 0x003C113F, 0xFFFFFFFF),
        (UDP6, 20, 0x00000001, 0xFFFFFFFF),
        (UDP6, 40, 0x0FA00035, 0xFFFFFFFF),
        (UDP6, 44, 0x003C0000, 0xFFFF0000),
        ("icmp icmp=8/0 echo=7", 20, 0x08000000, 0xFFFF0000),
        ("icmp icmp=8/0 echo=7", 24, 0x00070000, 0xFFFF0000),
        ("icmp icmp=3/1", 24, 0, 0),
        ("esp spi=500", 20, 500, 0xFFFFFFFF),
        ("ah spi=500", 24, 500, 0xFFFFFFFF),
        ("- 10.0.0.1 10.0.9.9", 8, 0x40000000, 0xFF000000),
    ],
)
def test_four_bytes_of_a_packet(packet: str, at: int, value: int, mask: int) -> None:
    known = known_bytes(meeting(packet).packet)
    assert known.word(at) == Word(value, mask)


def test_where_a_packet_ends() -> None:
    said, unsaid = known_bytes(meeting(TCP).packet), known_bytes(meeting("tcp").packet)
    assert said.word(57) is None
    assert said.surely_has(56)
    assert unsaid.word(57) == Word(0, 0)
    assert unsaid.surely_has(36)
    assert not unsaid.surely_has(37)
