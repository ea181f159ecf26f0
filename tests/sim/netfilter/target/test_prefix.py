from ipaddress import IPv6Address

import pytest

from backend.sim.netfilter.rule import Kind
from tests.sim.netfilter.match.asking import meeting
from tests.sim.netfilter.target.acting import act, acted, unread

PREFIXES = "--src-pfx fd01:203:405::/48 --dst-pfx 2001:db8:1::/48"
TURNED = "--src-pfx 2001:db8:1::/48 --dst-pfx fd01:203:405::/48"


def source(text: str, address: str) -> str:
    return str(IPv6Address(acted(f"-j SNPT {text}", f"udp [{address}]:1 [2001:db8:f::1]:2").packet.source))


def destination(text: str, address: str) -> str:
    return str(IPv6Address(acted(f"-j DNPT {text}", f"udp [2001:db8:f::1]:2 [{address}]:1").packet.destination))


def test_the_example_of_rfc_6296() -> None:
    assert source(PREFIXES, "fd01:203:405:1::1234") == "2001:db8:1:d550::1234"
    assert destination(TURNED, "2001:db8:1:d550::1234") == "fd01:203:405:1::1234"


@pytest.mark.parametrize("address", ["fd01:203:405::1", "fd01:203:405:2ab0::1", "fd01:203:405:fffe::9"])
def test_what_goes_out_comes_back(address: str) -> None:
    there = source(PREFIXES, address)
    assert there.startswith("2001:db8:1:")
    assert destination(TURNED, there) == address


def test_behind_a_longer_prefix_the_first_word_that_can_makes_up_for_it() -> None:
    text = "--src-pfx fd01:203:405:7::/64 --dst-pfx 2001:db8:1:8::/64"
    changed = IPv6Address(source(text, "fd01:203:405:7:ffff:1::9"))
    assert str(changed).startswith("2001:db8:1:8:ffff:")
    assert sum(int(word, 16) for word in changed.exploded.split(":")) % 0xFFFF == (
        sum(int(word, 16) for word in IPv6Address("fd01:203:405:7:ffff:1::9").exploded.split(":")) % 0xFFFF
    )


def test_an_address_that_cannot_make_up_for_it_is_dropped() -> None:
    change = act("-j SNPT --src-pfx fd01:203:405:7::/64 --dst-pfx 2001:db8:1:8::/64", 6).change
    assert change is not None
    assert change(meeting("udp [fd01:203:405:7:ffff:ffff:ffff:ffff]:1 [2001:db8::1]:2")) is Kind.DROP


def test_what_cannot_be_read() -> None:
    assert "--dst-pfx is missing" in unread("-j SNPT --src-pfx fd01::/48")
    assert "longer than 64" in unread("-j DNPT --src-pfx fd01::/80 --dst-pfx fd02::/48")
