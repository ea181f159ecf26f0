import pytest

from backend.facts.description import DescriptionError, read_description

TWO = """
[network]
name = "two"

[[router]]
name = "r1"
location = { name = "Berlin", latitude = 52.5, longitude = 13.4 }
roles = ["gateway"]
routes = ["10.2.0.0/24 via 10.0.0.2"]
[[router.interface]]
name = "eth0"
segment = "middle"
addresses = ["10.0.0.1/30"]
[[router.interface]]
name = "eth1"
segment = "lan"
addresses = ["10.1.0.1/24", "2001:db8:1::1/64"]

[[router]]
name = "r2"
[[router.interface]]
name = "eth0"
segment = "middle"
addresses = ["10.0.0.2/30"]

[[host]]
name = "pc"
segment = "lan"
addresses = ["10.1.0.50/24"]
gateways = ["10.1.0.1"]

[[flow]]
source = "pc"
"""


def test_a_network_is_read_with_its_places_segments_and_hosts() -> None:
    network = read_description(TWO, "two.toml")
    assert (network.name, [router.name for router in network.routers]) == ("two", ["r1", "r2"])
    location = network.routers[0].location
    assert location is not None
    assert (location.name, location.latitude, network.routers[0].roles) == ("Berlin", 52.5, ("gateway",))
    members = {segment.name: [str(m.router) for m in segment.members] for segment in network.segments}
    assert members == {"middle": ["r1", "r2"], "lan": ["r1"]}
    assert str(network.hosts[0].addresses[0].text) == "10.1.0.50/24"
    assert str(network.hosts[0].gateways[0]) == "10.1.0.1"


def test_the_same_text_has_the_same_hash() -> None:
    assert read_description(TWO, "a").hash == read_description(TWO, "b").hash
    assert read_description(TWO, "a").hash != read_description(TWO + "#", "a").hash


@pytest.mark.parametrize(
    ("old", "new", "parts"),
    [
        ("[[router]]", "[[router", ["two.toml", "line"]),
        ('name = "two"', 'name = 2', ["two.toml", "network, name", "2"]),
        ('name = "eth1"', 'name = "eth1"\nmtuu = 1400', ["two.toml", "router r1, interface eth1", "mtuu"]),
        ('name = "eth1"', 'name = "eth1"\nmtu = "big"', ["router r1, interface eth1, mtu", "'big'"]),
        ('name = "eth1"', 'name = "eth0"', ["two.toml", "router r1", "each interface once", "eth0"]),
        ('name = "eth1"', 'name = "../../etc"', ["router r1", "name of an interface", "../../etc"]),
        ('name = "r2"', 'name = "r1"', ["two.toml", "each name once", "'r1'"]),
        ('name = "r2"', 'name = "r2/../x"', ["two.toml", "letters, digits", "r2/../x"]),
        ('segment = "lan"\naddresses = ["10.1.0.50/24"]', 'segment = "wan"\naddresses = ["10.1.0.50/24"]',
         ["two.toml", "host pc", "'wan'"]),
        ('"10.1.0.50/24"', '"10.1.0.500/24"', ["two.toml", "host pc", "10.1.0.500"]),
        ('gateways = ["10.1.0.1"]', 'gateways = ["gw"]', ["two.toml", "host pc", "'gw'"]),
        ("10.2.0.0/24 via 10.0.0.2", "10.2.0.0/24 via 10.0.0.9",
         ["two.toml", "router r1, route '10.2.0.0/24 via 10.0.0.9'", "gateway"]),
    ],
)  # fmt: skip
def test_an_error_names_file_place_and_value(old: str, new: str, parts: list[str]) -> None:
    with pytest.raises(DescriptionError) as caught:
        read_description(TWO.replace(old, new, 1), "two.toml")
    assert [part for part in parts if part not in str(caught.value)] == [], str(caught.value)


def test_an_address_that_two_routers_have_is_refused_where_no_segment_is_named() -> None:
    third = '[[router]]\nname = "r3"\n[[router.interface]]\nname = "eth0"\naddresses = ["10.0.0.1/30"]\n[[host]]'
    text = TWO.replace('segment = "middle"\n', "").replace("[[host]]", third)
    with pytest.raises(DescriptionError, match=r"two\.toml.*r1 eth0, r3 eth0"):
        read_description(text, "two.toml")
