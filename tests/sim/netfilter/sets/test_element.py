import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.model.address import Family
from backend.sim.netfilter.sets.element import ElementError, prefix_mask, protocol_number, reader, shown, width


@pytest.mark.parametrize(
    ("part", "family", "text", "pieces"),
    [
        ("ip", 4, "10.0.0.1", [(0x0A000001, 32)]),
        ("ip", 4, "10.0.0.0/31", [(0x0A000000, 32), (0x0A000001, 32)]),
        ("ip", 4, "10.0.0.1-10.0.0.3", [(0x0A000001, 32), (0x0A000002, 32), (0x0A000003, 32)]),
        ("ip", 6, "2001:db8::1", [(0x20010DB8000000000000000000000001, 128)]),
        ("net", 4, "10.1.2.3/8", [(0x0A000000, 8)]),
        ("net", 4, "10.0.0.1", [(0x0A000001, 32)]),
        ("net", 4, "0.0.0.0/0", [(0, 0)]),
        ("net", 4, "10.0.0.6-10.0.0.1", [(0x0A000001, 32), (0x0A000002, 31), (0x0A000004, 31), (0x0A000006, 32)]),
        ("net", 6, "2001:db8::/32", [(0x20010DB8 << 96, 32)]),
        ("port", 4, "tcp:80", [(6 << 16 | 80, 24)]),
        ("port", 4, "80", [(6 << 16 | 80, 24)]),
        ("port", 4, "udp:53-54", [(17 << 16 | 53, 24), (17 << 16 | 54, 24)]),
        ("port", 4, "sctp:5060", [(132 << 16 | 5060, 24)]),
        ("port", 4, "udplite:7", [(136 << 16 | 7, 24)]),
        ("port", 4, "icmp:echo-request", [(1 << 16 | 8 << 8, 24)]),
        ("port", 4, "icmp:3/13", [(1 << 16 | 3 << 8 | 13, 24)]),
        ("port", 6, "icmpv6:echo-request", [(58 << 16 | 128 << 8, 24)]),
        ("port", 6, "ipv6-icmp:1/0", [(58 << 16 | 1 << 8, 24)]),
        ("port", 4, "ipv6-icmp:128/0", [(58 << 16, 24)]),
        ("port", 4, "gre:0", [(47 << 16, 24)]),
        ("port", 4, "ipip:0", [(94 << 16, 24)]),
        ("port", 4, "200:0", [(200 << 16, 24)]),
        ("number", 4, "1000-1001", [(1000, 16), (1001, 16)]),
        ("mark", 4, "0x00000010", [(16, 32)]),
        ("mark", 4, "555", [(555, 32)]),
        ("mac", 4, "02:00:00:00:00:FF", [(0x0200000000FF, 48)]),
    ],
)
def test_text_as_numbers(part: str, family: Family, text: str, pieces: list[tuple[int, int]]) -> None:
    assert list(reader(part, family)(text)) == pieces


@pytest.mark.parametrize(
    ("part", "text"),
    [
        ("ip", "2001:db8::1"), ("ip", "host.example"), ("ip", "10.0.0.0/8"), ("net", "10.0.0.0/33"),
        ("port", "tcp:http"), ("port", "nosuch:0"), ("port", "tcp:70000"), ("number", "-1"), ("mark", "0x100000000"),
        ("mac", "02:00"), ("mac", "02:00:00:00:00:zz"),
    ],
)  # fmt: skip
def test_what_is_no_element_is_named(part: str, text: str) -> None:
    with pytest.raises(ElementError, match=r"is no|are more than"):
        reader(part, 4)(text)


def test_a_part_that_nobody_knows() -> None:
    with pytest.raises(ElementError, match="colour is no part"):
        reader("colour", 4)


@pytest.mark.parametrize("part", ["ip", "net", "port", "number", "mark", "mac"])
@pytest.mark.parametrize("family", [4, 6])
@given(data=st.data())
def test_what_is_shown_reads_back(part: str, family: Family, data: st.DataObject) -> None:
    bits = width(part, family)
    value = data.draw(st.integers(0, (1 << bits) - 1))
    length = bits
    if part == "net":
        length = data.draw(st.integers(0, bits))
        value &= prefix_mask(length, bits)
    if part == "port" and value >> 16 not in (6, 17, 132, 136, {4: 1, 6: 58}[family]):
        value &= ~0xFFFF
    assert list(reader(part, family)(shown(part, family, value, length))) == [(value, length)]


def test_protocols_by_name_and_number() -> None:
    assert [protocol_number(name) for name in ("TCP", "icmpv6", "ipv6-icmp", "47")] == [6, 58, 58, 47]
