from ipaddress import ip_address

from backend.facts.description import read_description
from backend.lab.plan.internet import Beyond, configure_internet, provider, uplink_groups
from backend.lab.plan.survey import Survey
from backend.model.network import Attachment

NOTHING = Beyond()
GATEWAY = """
[[router]]
name = "{name}"
routes = ["default {way}"]
[[router.interface]]
name = "eth0"
segment = "internet"
addresses = ["{address}"]
"""


def described(*gateways: tuple[str, str, str]) -> Survey:
    text = "".join(GATEWAY.format(name=name, way=way, address=address) for name, way, address in gateways)
    return Survey(read_description('[network]\nname = "x"\n' + text, "x.toml"))


def groups(survey: Survey) -> list[tuple[str, ...]]:
    found = uplink_groups(survey.network.segments[0], survey.interfaces, survey.uplinks)
    return [tuple(member.router for member in members) for members in found]


def configured(survey: Survey, beyond: Beyond = NOTHING) -> list[str]:
    found = provider(0, list(survey.uplinks), survey.interfaces, survey.uplinks)
    assert found is not None
    return [each.text for each in configure_internet([found], beyond)]


def test_gateways_with_a_provider_each_share_no_link() -> None:
    survey = described(("r1", "via 203.0.113.1", "203.0.113.2/29"), ("r2", "via 198.51.100.1", "198.51.100.2/29"))
    assert groups(survey) == [("r1",), ("r2",)]


def test_gateways_of_one_provider_share_its_link() -> None:
    survey = described(("r1", "via 203.0.113.1", "203.0.113.2/29"), ("r2", "via 203.0.113.1", "203.0.113.3/29"))
    assert groups(survey) == [("r1", "r2")]


def test_a_segment_with_a_member_of_its_own_is_one_link() -> None:
    survey = described(("r1", "via 203.0.113.1", "203.0.113.2/29"), ("r2", "dev eth0", "10.0.0.2/24"))
    assert groups(survey) == [("r1", "r2")], "a default route to the link leads to who is on it"
    assert provider(0, [Attachment("r2", "eth0")], survey.interfaces, {}) is None


def test_a_provider_has_the_next_hops_in_their_subnets() -> None:
    found = configured(described(("r1", "via 203.0.113.1", "203.0.113.2/29")))
    assert "address add 203.0.113.1/29 scope global dev isp0" in found
    assert [text for text in found if text.startswith("route")] == []


def test_a_provider_that_is_on_no_subnet_has_a_route_to_its_customer() -> None:
    found = configured(described(("r1", "via 198.51.100.1 dev eth0 onlink", "203.0.113.2/32")))
    assert "address add 198.51.100.1/32 scope global dev isp0" in found
    assert "route add 203.0.113.2/32 table 254 proto 3 scope global dev isp0" in found
    assert configured(described(("r1", "dev eth0", "203.0.113.2/32")))[-1] == found[-1], "nor needs it an address"


def test_who_is_on_the_internet_may_know_a_way() -> None:
    survey = described(("r1", "via 203.0.113.1", "203.0.113.2/29"))
    way = (ip_address("10.1.0.50"), ip_address("203.0.113.2"), Attachment("r1", "eth0"))
    found = configured(survey, Beyond((ip_address("192.0.2.1"),), (way,)))
    assert "address add 192.0.2.1/32 scope global dev lo" in found
    assert found[-1] == "route add 10.1.0.50/32 table 254 proto 3 scope global via 203.0.113.2 dev isp0 onlink"
