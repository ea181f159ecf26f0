from ipaddress import IPv4Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.model.address import Family
from backend.sim.netfilter import values


@pytest.mark.parametrize(
    ("text", "number"), [("0", 0), ("10", 10), ("0x1F", 31), ("0X1f", 31), ("010", 8), ("4294967295", 0xFFFFFFFF)]
)
def test_numbers(text: str, number: int) -> None:
    assert values.number(text) == number


@pytest.mark.parametrize(
    ("text", "found"), [("5", (5, 5)), ("5:9", (5, 9)), ("5:", (5, 99)), (":9", (0, 9)), ("0x10:0x20", (16, 32))]
)
def test_ranges_of_numbers(text: str, found: tuple[int, int]) -> None:
    assert values.number_range(text, 99) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("80", ((80, 80),)),
        ("http", ((80, 80),)),
        ("22,http,1000:2000", ((22, 22), (80, 80), (1000, 2000))),
        (":1023,1024:", ((0, 1023), (1024, 65535))),
        ("ftp:ssh", ((21, 22),)),
    ],
)
def test_ports(text: str, found: tuple[tuple[int, int], ...]) -> None:
    assert values.port_ranges(text) == found


def test_marks() -> None:
    assert values.masked("5") == (5, 0xFFFFFFFF)
    assert values.masked("0x5/0xf") == (5, 15)
    assert values.masked("0x10/0xf", 0xFF) == (16, 15)


@pytest.mark.parametrize(("text", "number"), [("tcp", 6), ("TCP", 6), ("6", 6), ("all", 0), ("ipv6-icmp", 58)])
def test_protocols(text: str, number: int) -> None:
    assert values.protocol(text) == number


@pytest.mark.parametrize(
    ("text", "family", "base", "mask"),
    [
        ("10.0.0.1", 4, 0x0A000001, 0xFFFFFFFF),
        ("10.0.0.1/8", 4, 0x0A000000, 0xFF000000),
        ("10.0.0.1/255.0.0.255", 4, 0x0A000001, 0xFF0000FF),
        ("nobody/0", 4, 0, 0),
        ("::1/128", 6, 1, (1 << 128) - 1),
        ("::1:0:0/::ffff:0:0", 6, 1 << 32, 0xFFFF << 32),
    ],
)
def test_networks(text: str, family: Family, base: int, mask: int) -> None:
    assert values.network(text, family) == (base, mask)
    assert values.networks(f"{text},{text}", family) == ((base, mask),) * 2


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("10.0.0.1", (0x0A000001, 0x0A000001)),
        ("10.0.0.0/8", (0x0A000000, 0x0AFFFFFF)),
        ("0.0.0.0/0", (0, 0xFFFFFFFF)),
        ("10.0.0.1/255.0.0.255", None),
    ],
)
def test_the_addresses_under_a_mask(text: str, found: tuple[int, int] | None) -> None:
    assert values.span(values.network(text, 4), 4) == found


@pytest.mark.parametrize(
    ("reader", "text"),
    [
        (values.number, "five"),
        (values.number, "08"),
        (values.port, "nosuch"),
        (values.protocol, "nosuch"),
        (lambda text: values.address(text, 4), "::1"),
        (lambda text: values.network(text, 6), "10.0.0.0/8"),
        (lambda text: values.chosen(text, ("NEW",)), "OLD"),
    ],
)
def test_what_is_not_understood(reader: object, text: str) -> None:
    assert callable(reader)
    with pytest.raises(ValueError, match=r"\w"):
        reader(text)


def test_words_may_be_cut_and_written_in_any_case() -> None:
    assert values.chosen("est", ("INVALID", "ESTABLISHED")) == "ESTABLISHED"


@given(st.from_regex(r"[0-9]{1,3}(\.[0-9]{1,3}){2,4}\.?", fullmatch=True) | st.ip_addresses(v=4).map(str))
def test_an_address_is_what_the_standard_library_reads(text: str) -> None:
    try:
        wanted = int(IPv4Address(text))
    except ValueError:
        with pytest.raises(ValueError, match="IPv4"):
            values.address(text, 4)
    else:
        assert values.address(text, 4) == wanted
