import pytest

from backend.sim.netfilter.meeting import Hook
from backend.sim.netfilter.sets.element import ElementError
from backend.sim.netfilter.sets.shape import shape
from tests.sim.build import packet
from tests.sim.netfilter.sets.build import bare, icmp, meeting, tcp

A, B = 0x0A000001, 0x0B000002


def test_an_element_is_one_number() -> None:
    made = shape(("net", "port", "net"), 4, {})
    [(key, lengths)] = made.read(("10.0.0.0/8", "tcp:80", "11.0.0.2"))
    assert key == (0x0A000000 << 24 | 6 << 16 | 80) << 32 | B
    assert lengths == (8, 24, 32)
    assert made.mask(lengths) == (0xFF000000 << 24 | 0xFFFFFF) << 32 | 0xFFFFFFFF
    assert made.shown(key, lengths) == ("10.0.0.0/8", "tcp:80", "11.0.0.2")


def test_ranges_give_every_pair() -> None:
    numbers = shape(("ip", "port"), 4, {}).read(("10.0.0.0/31", "80-81"))
    assert len({key for key, _ in numbers}) == 4


def test_masks_of_options() -> None:
    made = shape(("ip", "mark"), 4, {"ip": 0xFFFFFF00, "mark": 0xF0})
    [(key, lengths)] = made.read(("10.0.0.1", "0xff"))
    assert key == 0x0A000000 << 32 | 0xF0
    assert made.mask(lengths) == 0xFFFFFF00 << 32 | 0xF0


def test_only_a_bitmap_does_without_a_mac_address() -> None:
    assert shape(("ip", "mac"), 4, {}, is_mac_optional=True).read(("10.0.0.1",)) == [(A << 48, (32, 0))]
    with pytest.raises(ElementError, match="expected ip,mac"):
        shape(("ip", "mac"), 4, {}).read(("10.0.0.1",))


def test_parts_of_a_packet() -> None:
    seen = tcp("10.0.0.1", "11.0.0.2", "40000/80", mark=7)
    assert shape(("ip",), 4, {}).asked(seen, (True,)) == (A, 0, ())
    assert shape(("ip",), 4, {}).asked(seen, (False, True)) == (B, 0, ())
    assert shape(("ip", "port"), 4, {}).asked(seen, (True, False)) == (A << 24 | 6 << 16 | 80, 0, ())
    assert shape(("ip", "port"), 4, {}).asked(seen, (True, True)) == (A << 24 | 6 << 16 | 40000, 0, ())
    assert shape(("ip", "mark"), 4, {}).asked(seen, (False, False)) == (B << 32 | 7, 0, ())
    assert shape(("number",), 4, {}).asked(seen, (False,)) == (80, 0, ())


def test_what_the_flow_does_not_say() -> None:
    ports = shape(("ip", "port"), 4, {})
    asked = ports.asked(meeting(packet("10.0.0.1", "11.0.0.2", "tcp/80")), (True, True))
    assert asked == (A << 24 | 6 << 16, 0xFFFF, ("the flow names no source port",))
    asked = ports.asked(meeting(packet("10.0.0.1", "11.0.0.2")), (True, False))
    assert asked == (A << 24, 0xFFFFFF, ("the flow names no protocol",))
    asked = ports.asked(meeting(bare(packet("10.0.0.1", "11.0.0.2", "icmp"))), (True, False))
    assert asked == (A << 24 | 1 << 16, 0xFFFF, ("the flow names no ICMP type",))
    asked = shape(("number",), 4, {}).asked(meeting(packet("10.0.0.1", "11.0.0.2", "udp")), (False,))
    assert asked == (0, 0xFFFF, ("the flow names no destination port",))


def test_protocols_without_ports() -> None:
    ports = shape(("ip", "port"), 4, {})
    gre = meeting(packet("10.0.0.1", "11.0.0.2", "gre"))
    assert ports.asked(gre, (True, True)) == (A << 24 | 47 << 16, 0, ())
    ping = meeting(icmp(packet("10.0.0.1", "11.0.0.2", "icmp"), 8, 0))
    assert ports.asked(ping, (True, True)) == (A << 24 | 1 << 16 | 0x800, 0, ())
    assert shape(("number",), 4, {}).asked(gre, (False,)) is None


def test_a_router_s_own_packet_has_no_mac_address() -> None:
    seen = packet("10.0.0.1", "11.0.0.2", "tcp/80")
    made = shape(("mac",), 4, {})
    assert made.asked(meeting(seen), (True,)) == (0, (1 << 48) - 1, ("the flow names no MAC address",))
    assert made.asked(meeting(seen, "", "eth0", Hook.OUTPUT), (True,)) is None


@pytest.mark.parametrize(
    "parts",
    [
        ("ip",), ("net",), ("net", "net"), ("ip", "mark"), ("ip", "port"), ("net", "port"), ("ip", "port", "ip"),
        ("ip", "port", "net"), ("net", "port", "net"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("directions", [(True, True, True), (False, False, False), (True, False, True)])
def test_the_hurried_way_says_the_same(parts: tuple[str, ...], directions: tuple[bool, ...]) -> None:
    made = shape(parts, 4, {})
    key = made.key(directions)
    assert key is not None
    for service in ("tcp/1/2", "udp/3/4", "icmp", "gre", "sctp/5", ""):
        seen = meeting(packet("10.0.0.1", "11.0.0.2", service, mark=5))
        asked = made.asked(seen, directions)
        assert asked is not None
        assert key(seen) == asked[0] if not asked[1] else key(seen) < 0
