from ipaddress import ip_address

import pytest

from backend.facts.description import read_description
from backend.lab.plan.answering import answering, standing_in
from backend.lab.plan.survey import Survey, key_of
from backend.model.network import Attachment

TEXT = """
[network]
name = "x"
[[router]]
name = "gw"
[[router.interface]]
name = "eth0"
addresses = ["10.0.0.1/24", "2001:db8::1/64"]
[[router.interface]]
name = "tun0"
tunnel = true
addresses = ["10.1.0.1 peer 10.1.0.2/32"]
[[router]]
name = "weak"
routes = ["local 10.66.0.0/16 dev lo"]
[[router.interface]]
name = "eth0"
addresses = ["10.0.0.2/24", "2001:db8::2/64"]
[[router.interface]]
name = "own"
addresses = ["10.99.0.1/32", "2001:db8:99::1/128"]
[[router]]
name = "proxy"
sysctls = { "net/ipv4/conf/all/proxy_arp" = "1" }
[[router.interface]]
name = "eth0"
addresses = ["10.0.0.3/24"]
[[router]]
name = "end"
[[router.interface]]
name = "tun0"
tunnel = true
addresses = ["10.1.0.2 peer 10.1.0.1/32"]
"""
SURVEY = Survey(read_description(TEXT, "x.toml"))


def asked(address: str, interface: str = "eth0") -> set[str]:
    at = Attachment("gw", interface)
    return set(answering(SURVEY, SURVEY.segment_at(at), key_of(ip_address(address)), at))


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("10.0.0.2", {"weak"}),
        ("10.99.0.1", {"weak"}),
        ("10.66.7.7", {"weak"}),
        ("10.0.0.9", set()),
        ("10.0.0.1", set()),
        ("2001:db8::2", {"weak"}),
        ("2001:db8:99::1", set()),
    ],
)
def test_ipv4_addresses_are_answered_on_any_interface_and_ipv6_addresses_on_their_own(
    address: str, expected: set[str]
) -> None:
    assert asked(address) == expected


def test_the_one_other_end_of_a_tunnel_gets_everything() -> None:
    assert asked("192.0.2.1", "tun0") == {"end"}


def test_proxies_may_answer_for_anybody_but_in_ipv6_and_on_tunnels() -> None:
    def proxies(address: str, interface: str) -> list[str]:
        at = Attachment("gw", interface)
        return list(standing_in(SURVEY, SURVEY.segment_at(at), key_of(ip_address(address)), at))

    assert proxies("192.0.2.1", "eth0") == ["proxy"]
    assert proxies("2001:db8::9", "eth0") == []
    assert proxies("192.0.2.1", "tun0") == []


def test_a_host_asks_everybody() -> None:
    home = SURVEY.segment_at(Attachment("gw", "eth0"))
    assert set(answering(SURVEY, home, key_of(ip_address("10.0.0.1")), None)) == {"gw"}
