from backend.facts.description import read_description
from backend.lab.plan.internet import find_uplinks, provider_addresses, uplink_groups
from backend.model.network import Attachment, Network

GATEWAY = """
[[router]]
name = "{name}"
routes = ["default via {via} dev eth0"]
[[router.interface]]
name = "eth0"
segment = "internet"
addresses = ["{address}"]
"""


def described(*gateways: tuple[str, str, str]) -> Network:
    text = "".join(GATEWAY.format(name=name, via=via, address=address) for name, via, address in gateways)
    return read_description('[network]\nname = "x"\n' + text, "x.toml")


def groups(network: Network) -> list[tuple[str, ...]]:
    interfaces = {Attachment(router.name, each.name): each for router in network.routers for each in router.interfaces}
    found = uplink_groups(network.segments[0], interfaces, find_uplinks(network))
    return [tuple(member.router for member in members) for members in found]


def test_the_next_hops_that_nobody_has_are_the_providers() -> None:
    network = described(("r1", "203.0.113.1", "203.0.113.2/29"), ("r2", "203.0.113.2", "203.0.113.3/29"))
    uplinks = find_uplinks(network)
    found = provider_addresses([Attachment("r1", "eth0")], uplinks)
    assert {str(via): str(subnet) for via, subnet in found.items()} == {"203.0.113.1": "203.0.113.0/29"}
    assert provider_addresses([Attachment("r2", "eth0")], uplinks) == {}, "r1 is the next hop of r2"


def test_gateways_with_a_provider_each_share_no_link() -> None:
    network = described(("r1", "203.0.113.1", "203.0.113.2/29"), ("r2", "198.51.100.1", "198.51.100.2/29"))
    assert groups(network) == [("r1",), ("r2",)]


def test_gateways_of_one_provider_share_its_link() -> None:
    network = described(("r1", "203.0.113.1", "203.0.113.2/29"), ("r2", "203.0.113.1", "203.0.113.3/29"))
    assert groups(network) == [("r1", "r2")]


def test_a_segment_with_a_member_of_its_own_is_one_link() -> None:
    network = described(("r1", "203.0.113.1", "203.0.113.2/29"), ("r2", "10.0.0.2", "10.0.0.2/24"))
    assert groups(network) == [("r1", "r2")]
