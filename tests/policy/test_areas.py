from ipaddress import ip_network

from backend.policy.areas import ground
from backend.policy.span import span_of, spoken
from tests.policy.grounds import between, network

LAN = [span_of(ip_network("10.1.0.0/24"))]


def test_a_subnet_falls_into_what_is_treated_alike() -> None:
    areas = ground([between().network], 4).areas(LAN)
    texts = [spoken(area.spans) for area in areas]
    assert ["10.1.0.20-10.1.0.29"] in texts
    assert ["10.1.0.2-10.1.0.7", "10.1.0.12/30"] in texts
    assert sum(area.size for area in areas) == 256
    assert all(area.first != area.second or area.size == 1 for area in areas)


def test_only_what_is_asked_of_an_area_is_in_it() -> None:
    (area,) = ground([between().network], 4).areas([span_of(ip_network("10.1.0.22/31"))])
    assert spoken(area.spans) == ["10.1.0.22/31"]
    assert ground([between().network], 6).areas(LAN) == []


def test_two_networks_together_tell_apart_what_one_of_them_does() -> None:
    other = network("-A FORWARD -s 10.1.0.240/29 -j ACCEPT")
    alone, together = (ground(networks, 4).areas(LAN) for networks in ([other], [other, between().network]))
    assert ["10.1.0.240/29"] in [spoken(area.spans) for area in together]
    assert len(together) > len(alone)
