from backend.model.diagnostic import Diagnostic
from backend.wire.topology import network_document, topology_document
from tests.wire.networks import NETWORK

DIAGNOSTIC = Diagnostic("gw_facts.txt", "interfaces", 3, "rubbish", "expected an address")


def test_the_network_in_short() -> None:
    assert network_document(NETWORK, [DIAGNOSTIC]) == {
        "name": "small", "hash": "0123456789abcdef", "routers": 2, "diagnostics": 1,
    }  # fmt: skip


def test_routers_with_interfaces_and_their_segments() -> None:
    gw, bare = topology_document(NETWORK, [])["routers"]

    assert gw["location"] == {"name": "Lyon", "latitude": 45.76, "longitude": 4.84}
    assert (gw["kind"], gw["roles"], bare["kind"], bare["location"]) == ("linux", ["gateway"], "other", None)
    assert [(i["name"], i["up"], i["segment"]) for i in gw["interfaces"]] == [
        ("lo", True, None), ("eth0", True, "10.1.1.0/24"), ("eth1", False, None),
    ]  # fmt: skip
    assert gw["interfaces"][1]["addresses"] == ["10.1.1.1/24", "2001:db8:1::1/64", "fe80::1/64"]


def test_hosts_are_on_the_segment_that_covers_them() -> None:
    document = topology_document(NETWORK, [])

    assert document["hosts"] == [
        {"name": "pc", "addresses": ["10.1.1.50", "2001:db8:1::50"], "segment": "10.1.1.0/24"},
        {"name": "far", "addresses": ["192.0.2.9"], "segment": None},
    ]
    assert document["segments"][0]["hosts"] == ["pc"]
    assert document["segments"][0]["members"] == [
        {"router": "bare", "interface": "up"}, {"router": "gw", "interface": "eth0"},
    ]  # fmt: skip
