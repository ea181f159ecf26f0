from ipaddress import ip_address, ip_network

import pytest

from backend.model.address import family_of, parse_address, parse_prefix


def test_addresses_of_both_families() -> None:
    assert parse_address("10.1.1.1") == ip_address("10.1.1.1")
    assert parse_address("2001:db8::1") == ip_address("2001:db8::1")


@pytest.mark.parametrize("text", ["", "10.1.1", "10.1.1.256", "10.1.1.1/24", "router"])
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=repr(text)):
        parse_address(text)


def test_default_is_everything_of_a_family() -> None:
    assert parse_prefix("default") == ip_network("0.0.0.0/0")
    assert parse_prefix("default", 6) == ip_network("::/0")
    assert parse_prefix("10.1.1.1") == ip_network("10.1.1.1/32")


def test_families() -> None:
    assert [family_of(ip_address("10.0.0.1")), family_of(ip_network("2001:db8::/32"))] == [4, 6]
