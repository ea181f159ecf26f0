from ipaddress import ip_address

from backend.lab.plan.guest import Guest, configure_guest
from backend.model.interface import InterfaceAddress
from backend.model.network import Attachment

AT = Attachment("gw", "eth1")


def texts(guest: Guest, mac: str | None = None) -> list[str]:
    return [each.text for each in configure_guest(guest, "pc", mac)]


def test_a_host_has_its_addresses_and_its_gateways() -> None:
    gateways = (ip_address("10.0.0.7"), ip_address("10.0.0.8"))
    found = texts(Guest("pc", AT, (InterfaceAddress(ip_address("10.0.0.50"), 24),), gateways=gateways))
    assert "address add 10.0.0.50/24 scope global dev eth0" in found
    assert found[-2:] == [
        "route add default table 254 proto 3 scope global metric 1024 via 10.0.0.7 dev eth0",
        "route add default table 254 proto 3 scope global metric 1025 via 10.0.0.8 dev eth0",
    ]


def test_who_is_beyond_has_more_addresses_and_knows_its_router() -> None:
    guest = Guest(
        "beyond",
        AT,
        (InterfaceAddress(ip_address("10.0.0.77"), 32),),
        own=(ip_address("192.0.2.1"),),
        gateways=(ip_address("10.0.0.1"),),
        router=AT,
    )
    found = texts(guest, "02:00:00:00:00:01")
    assert "address add 192.0.2.1/32 scope global dev lo" in found
    assert "neigh add 10.0.0.1 lladdr 02:00:00:00:00:01 dev eth0 nud permanent" in found
    assert found[-1].endswith("via 10.0.0.1 dev eth0 onlink")


def test_a_host_that_is_nowhere_has_nothing() -> None:
    assert texts(Guest("pc", None, (InterfaceAddress(ip_address("10.0.0.50"), 24),))) == ["link set dev lo up"]
