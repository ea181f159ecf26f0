import pytest

from backend.lab.hand.machines import UsageError
from backend.lab.hand.protocol import AddHost
from backend.lab.hand.site import Ground, Site, site_of
from backend.model.address import parse_address
from backend.model.network import Attachment
from tests.lab.hand.played import ground


def site(built: Ground, address: str, on: str | None = None, segment: str | None = None) -> Site:
    return site_of(built, AddHost("w", (address,), (), on, segment), [parse_address(address)])


def test_a_host_is_where_a_subnet_covers_it_or_where_the_person_says() -> None:
    built, _ = ground()
    found = site(built, "10.2.0.9")
    assert (found.at, found.home.name, found.is_chosen) == (Attachment("r3", "eth0"), "right", False)
    assert site(built, "2001:db8:1::9").at == Attachment("r1", "eth0")
    assert site(built, "10.2.0.9", on="r1:eth0").at == Attachment("r1", "eth0")
    assert site(built, "10.2.0.9", on="r1:eth0").is_chosen
    assert site(built, "10.2.0.9", segment="middle").home.name == "middle"
    assert site(built, "203.0.113.4", on="r1:eth2").at == Attachment("r1", "eth2")


def test_every_link_that_is_no_tunnel_has_a_switch_of_its_own() -> None:
    built, _ = ground()
    places = [Attachment(*each) for each in (("r1", "eth0"), ("r1", "eth1"), ("r1", "eth2"), ("r3", "eth0"))]
    switches = [built.switch(at) for at in places]
    assert None not in switches
    assert len(set(switches)) == 4
    assert built.switch(Attachment("r2", "eth0")) == built.switch(Attachment("r1", "eth1"))
    assert built.switch(Attachment("r2", "wg0")) is None


@pytest.mark.parametrize(
    ("address", "on", "segment", "text"),
    [
        ("192.168.7.7", None, None, "no segment of this lab covers 192.168.7.7; --on ROUTER:INTERFACE or --segment"),
        ("10.9.0.1", None, None, "no segment of this lab covers 10.9.0.1"),
        ("10.2.0.9", "r3:eth0", "right", "one is enough"),
        ("10.2.0.9", "r3", None, "--on 'r3' should be ROUTER:INTERFACE"),
        ("10.2.0.9", ":eth0", None, "should be ROUTER:INTERFACE"),
        ("10.2.0.9", "r3:", None, "should be ROUTER:INTERFACE"),
        ("10.2.0.9", "r9:eth0", None, "there is no router r9"),
        ("10.2.0.9", "a:eth0", None, "there is no router a"),
        ("10.2.0.9", "r3:eth7", None, "r3 has no interface eth7; there are wg0, eth0"),
        ("10.2.0.9", "r3:wg0", None, "wg0 is a tunnel or leads nowhere"),
        ("10.2.0.9", "r3:lo", None, "lo is a tunnel or leads nowhere"),
        ("10.2.0.9", None, "nowhere", "--segment 'nowhere': there is none of that name; there are"),
        ("10.2.0.9", None, "tunnel", "--segment 'tunnel': no router of this lab is on it with an interface that is no"),
    ],
)
def test_where_no_host_can_be_is_said(address: str, on: str | None, segment: str | None, text: str) -> None:
    built, _ = ground()
    with pytest.raises(UsageError) as error:
        site(built, address, on, segment)
    assert text in str(error.value)


def test_in_a_part_of_the_network_only_what_is_there_counts() -> None:
    built, _ = ground("r1")
    assert site(built, "10.0.0.9").at == Attachment("r1", "eth1")
    with pytest.raises(UsageError, match="no segment of this lab covers"):
        site(built, "10.2.0.9")
    with pytest.raises(UsageError, match="r3 is not in this lab"):
        site(built, "10.2.0.9", on="r3:eth0")
