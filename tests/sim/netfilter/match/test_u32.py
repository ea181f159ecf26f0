import pytest

from tests.sim.netfilter.match.asking import said

TCP = "tcp 10.0.0.1:4000 10.0.9.9:80 tos=0x10 flags=2 length=60"
PING = "icmp icmp=8/0"


@pytest.mark.parametrize(
    ("tests", "packet", "expected"),
    [
        ("0 & 0xFFFF = 0x100:0xFFFF", TCP, False),
        ("0 & 0xFFFF = 60", TCP, True),
        ("0&0xFFFF=0x3c", "tcp", None),
        ("6 & 0xFF = 1 && 4 & 0x3FFF = 0 && 0 >> 22 & 0x3C @ 0 >> 24 = 8", PING, True),
        ("6 & 0xFF = 1 && 4 & 0x3FFF = 0 && 0 >> 22 & 0x3C @ 0 >> 24 = 0", PING, False),
        ("0x6&0xff=0x6&&0x0>>0x16&0x3c@0x0&0xffff=0x50", TCP, True),
        ("0x6&0xff=0x6&&0x0>>0x16&0x3c@0xc>>0x10&0xff=0x2", TCP, True),
        ("12=0x0a000001", TCP, True),
        ("12=0x0a000000:0x0a0000ff,0x0b000000", TCP, True),
        ("12=0x0b000000:0x0b0000ff,0x0a000000", TCP, False),
        ("4 >> 16 = 5", TCP, None),
        ("4 >> 16 = 0:0xffff", TCP, True),
        ("4 >> 16 = 0x10000:0x20000", TCP, False),
        ("4 & 0x4000 = 0", TCP, None),
        ("4 & 0x2000 = 0", TCP, True),
        ("0 << 8 >> 24 = 0x10", TCP, True),
        ("60 = 0:0xffffffff", TCP, False),
        ("56 = 0:0xffffffff", TCP, True),
        ("60 = 0:0xffffffff", "tcp", None),
        ("12 @ 0 = 0:0xffffffff", TCP, False),
        ("4 >> 16 @ 0 = 1", TCP, None),
        ("4 >> 16 = 5 && 12 = 1", TCP, False),
    ],
)
def test_numbers_in_a_packet(tests: str, packet: str, expected: bool | None) -> None:
    text = f'-m u32 --u32 "{tests}"'
    opposite = text.replace("--u32", "! --u32")
    assert said(text, packet) == (f"u32: {tests}" if expected is None else expected)
    assert said(opposite, packet) == (f"u32: not {tests}" if expected is None else not expected)


@pytest.mark.parametrize("tests", [" ", "5", "5=", "=5", "5^6=7", "5&&6=7", "5=x", "5&=6"])
def test_what_is_no_test(tests: str) -> None:
    assert str(said(f'-m u32 --u32 "{tests}"', TCP)).startswith("? u32: ")
