from ipaddress import ip_address

from backend.policy.sets import sets
from tests.policy.grounds import between


def keys_at(text: str) -> set[str]:
    (router,) = between().network.routers
    number = int(ip_address(text))
    return {str(each.key) for each in sets(router, 4) if each.low <= number <= each.high}


def test_members_that_nothing_tells_apart_have_the_same_key() -> None:
    assert keys_at("10.1.0.2") == keys_at("10.1.0.13") != keys_at("10.1.0.50")


def test_an_exception_is_told_apart() -> None:
    assert keys_at("10.1.0.9") != keys_at("10.1.0.2")


def test_the_other_parts_of_an_entry_tell_apart() -> None:
    assert keys_at("10.1.0.100") != keys_at("10.1.0.101")
    assert not keys_at("10.1.0.102")
