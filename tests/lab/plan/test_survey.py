from ipaddress import ip_address

from backend.facts.description import read_description
from backend.lab.plan.survey import Survey, key_of
from backend.model.network import Attachment, Network

TEXT = """
[network]
name = "x"
[[router]]
name = "gw"
routes = ["default via 203.0.113.1", "default via 198.51.100.1 dev eth1 onlink table 7", "default dev ppp0 table 8",
          "default via fe80::1 dev eth0"]
rules = ["fwmark 1 lookup 7", "fwmark 2 lookup 8"]
[[router.interface]]
name = "eth0"
addresses = ["203.0.113.2/29"]
[[router.interface]]
name = "eth1"
addresses = ["10.0.0.1/24"]
[[router.interface]]
name = "ppp0"
tunnel = true
[[router]]
name = "inner"
routes = [
    "default via 10.0.0.1", "default via 10.99.0.1 dev eth0 onlink metric 9", "default via 10.0.0.50 metric 10",
    "default via 10.0.0.66 metric 11",
]
sysctls = { "net/ipv4/conf/eth0/proxy_arp" = "1" }
[[router.interface]]
name = "eth0"
addresses = ["10.0.0.2/24"]
[[router.interface]]
name = "down0"
up = false
addresses = ["10.7.0.1/24"]
[[router]]
name = "gone"
[[router.interface]]
name = "eth0"
up = false
addresses = ["10.0.0.66/24"]
[[router]]
name = "weak"
routes = ["local 10.66.0.0/16 dev lo"]
[[router.interface]]
name = "eth0"
addresses = ["10.0.0.3/24", "2001:db8::3/64"]
[[router.interface]]
name = "own"
addresses = ["10.99.0.1/32"]
[[host]]
name = "pc"
addresses = ["10.0.0.50/24"]
"""


def network() -> Network:
    return read_description(TEXT, "x.toml")


def test_the_internet_is_behind_default_routes_to_nobody() -> None:
    found = {
        f"{at.router} {at.interface}": {str(via): str(subnet) for via, subnet in behind.items()}
        for at, behind in Survey(network()).uplinks.items()
    }
    assert found == {
        "gw eth0": {"203.0.113.1": "203.0.113.0/29", "fe80::1": "fe80::/64"},
        "gw eth1": {"198.51.100.1": "None"},
        "gw ppp0": {},
    }, "inner's next hops are known routers, one of them by an address elsewhere, a host, and an interface that is down"


def test_who_has_an_address_and_who_has_it_only_asleep() -> None:
    survey = Survey(network())
    assert survey.owners[key_of(ip_address("10.99.0.1"))] == (Attachment("weak", "own"),)
    assert key_of(ip_address("127.0.0.1")) not in survey.owners
    assert survey.asleep == {key_of(ip_address(text)) for text in ("10.7.0.1", "10.0.0.66")}


def test_the_longest_subnet_covers_an_address() -> None:
    survey = Survey(network())
    assert [home.name for home in survey.homes(4, int(ip_address("10.0.0.77")))] == ["10.0.0.0/24"]
    assert survey.homes(4, int(ip_address("10.1.0.77"))) == ()
    assert survey.covering(4, int(ip_address("203.0.113.6")))[0] == 3


def test_what_the_members_of_a_segment_answer_for() -> None:
    survey = Survey(network())
    segment = survey.segment_at(Attachment("gw", "eth1"))
    link = survey.link(segment)
    assert link.own[key_of(ip_address("10.0.0.3"))] == (Attachment("weak", "eth0"),)
    assert link.anywhere[int(ip_address("10.99.0.1"))] == ("weak",)
    assert (link.widely, link.proxies) == (("weak",), (Attachment("inner", "eth0"),))
    assert survey.is_on(segment, key_of(ip_address("10.99.0.1")))
    assert not survey.is_on(segment, key_of(ip_address("10.0.0.50"))), "a host is no member"


def test_an_interface_that_shares_its_link_with_nobody_is_a_segment_of_its_own() -> None:
    survey = Survey(network())
    alone = survey.segment_at(Attachment("inner", "down0"))
    assert (alone.name, alone.members) == ("the link of inner", (Attachment("inner", "down0"),))
    assert survey.ways("inner", 4) is survey.ways("inner", 4)
