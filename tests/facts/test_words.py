from ipaddress import ip_address, ip_network

import pytest

from backend.facts.error import LineError
from backend.facts.words import Words, address, number, prefix


def test_words_are_taken_one_after_the_other() -> None:
    words = Words(["via", "10.0.0.1"])
    assert words.take("a word") == "via"
    assert words.peek() == "10.0.0.1"
    assert words.take_address(4, "an address") == ip_address("10.0.0.1")
    assert words.last == "10.0.0.1"
    assert not words
    with pytest.raises(LineError, match="expected an interface at the end of the line"):
        words.take("an interface")


@pytest.mark.parametrize(
    ("text", "family", "wanted"),
    [
        ("default", 4, "0.0.0.0/0"),
        ("default", 6, "::/0"),
        ("all", 6, "::/0"),
        ("10.0.0.0/8", 4, "10.0.0.0/8"),
        ("10.0.0.1", 4, "10.0.0.1/32"),
        ("2001:db8::1", 6, "2001:db8::1/128"),
        ("0/8", 4, "0.0.0.0/8"),
        ("0/8", 6, "::/8"),
        ("10.1/16", 4, "10.1.0.0/16"),
    ],
)
def test_prefixes_as_iproute2_prints_them(text: str, family: int, wanted: str) -> None:
    assert prefix(text, 4 if family == 4 else 6) == ip_network(wanted)


@pytest.mark.parametrize("text", ["", "10.0.0.0/33", "10.0.0.1/8", "2001:db8::/32", "1.2.3.4.5/8", "x/8", "10.1"])
def test_what_is_no_prefix_of_the_family_is_refused(text: str) -> None:
    with pytest.raises(LineError, match="expected an IPv4 prefix"):
        prefix(text, 4)


def test_a_rule_may_select_by_a_prefix_with_host_bits() -> None:
    assert prefix("10.0.0.1/8", 4, is_strict=False) == ip_network("10.0.0.0/8")


@pytest.mark.parametrize("text", ["", "-1", "1_000", "0x", "ten"])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(LineError, match="expected a mark"):
        number(text, "a mark", 0)


def test_an_address_of_the_other_family_is_refused() -> None:
    with pytest.raises(LineError, match=r"expected an IPv6 address, not '10\.0\.0\.1'"):
        address("10.0.0.1", 6, "an address")
