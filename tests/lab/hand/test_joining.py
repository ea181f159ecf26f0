import pytest

from backend.lab.hand.joining import Joining, joining
from backend.lab.hand.machines import UsageError
from backend.lab.hand.protocol import AddHost
from backend.lab.plan.operation import MakeLink
from backend.lab.plan.wiring import SWITCHES
from tests.lab.hand.played import ground


def join(name: str, *addresses: str, gateways: tuple[str, ...] = (), on: str | None = None) -> Joining:
    return joining(*ground(), AddHost(name, addresses, gateways, on), 7, 5000)


def gateways(joined: Joining) -> list[str]:
    return [str(each) for each in joined.guest.gateways]


def test_what_is_not_said_is_taken_from_the_subnet_and_told() -> None:
    joined = join("w", "10.2.0.9", "2001:db8:2::9")
    assert [each.text for each in joined.guest.addresses] == ["10.2.0.9/24", "2001:db8:2::9/64"]
    assert gateways(joined) == ["10.2.0.1", "2001:db8:2::1"]
    assert joined.segment == "right"
    assert [note.split()[0] for note in joined.notes] == ["10.2.0.1", "2001:db8:2::1"]


def test_what_is_said_holds() -> None:
    joined = join("w", "10.2.0.9/28", gateways=("10.2.0.50",))
    assert [each.text for each in joined.guest.addresses] == ["10.2.0.9/28"]
    assert gateways(joined) == ["10.2.0.50"]
    assert joined.notes == ()
    assert gateways(join("w", "10.0.0.9", on="r2:eth0")) == ["10.0.0.2"]
    assert gateways(join("w", "10.0.0.9")) == ["10.0.0.1"]


def test_a_gateway_that_nobody_has_is_told() -> None:
    assert join("w", "10.2.0.9", gateways=("10.2.0.254",)).notes == (
        "nobody in this lab has the address of the gateway 10.2.0.254",
    )


def test_a_family_that_no_router_there_has_gets_no_gateway_and_that_is_told() -> None:
    joined = join("w", "203.0.113.4", "2001:db8:77::4", on="r1:eth2")
    assert gateways(joined) == ["203.0.113.2"]
    assert "no router of this lab there has an IPv6 address, so 2001:db8:77::4 has no gateway" in joined.notes


def test_the_cable_leads_from_the_host_into_the_switch_of_its_link() -> None:
    joined = join("w", "10.2.0.9")
    (cable,) = [each for each in joined.plan.operations if isinstance(each, MakeLink)]
    assert (cable.one.namespace, cable.other.namespace, cable.other.dev) == ("w", SWITCHES, joined.plug)
    assert cable.one.index != cable.other.index
    assert joined.plug.endswith(".h7")


def test_the_same_address_has_the_same_card_whatever_the_host_is_called() -> None:
    def mac(joined: Joining) -> str | None:
        return next(each.one.mac for each in joined.plan.operations if isinstance(each, MakeLink))

    assert mac(join("w", "10.2.0.9")) == mac(join("x", "10.2.0.9")) != mac(join("w", "10.2.0.10"))


@pytest.mark.parametrize(
    ("name", "addresses", "via", "text"),
    [
        ("", ("10.2.0.9",), (), "name: '' should be letters, digits"),
        ("-x", ("10.2.0.9",), (), "name: '-x' should be"),
        ("a b", ("10.2.0.9",), (), "name: 'a b' should be"),
        ("x" * 64, ("10.2.0.9",), (), "name: 'xxx"),
        ("_switches", ("10.2.0.9",), (), "name: '_switches' should be"),
        ("10.2.0.9", ("10.2.0.9",), (), "name: '10.2.0.9' is an address; a host needs a name"),
        ("b", ("10.2.0.9",), (), "there is a machine b in this lab already"),
        ("r1", ("10.2.0.9",), (), "there is a machine r1 in this lab already"),
        ("internet", ("10.2.0.9",), (), "there is a machine internet in this lab already"),
        ("w", (), (), "address: is missing"),
        ("w", ("10.2.0.300",), (), "address: '10.2.0.300' is no address, nor ADDRESS/LENGTH"),
        ("w", ("10.2.0.9/33",), (), "address: '10.2.0.9/33' is no address"),
        ("w", ("b",), (), "address: 'b' is no address"),
        ("w", ("127.0.0.1",), (), "address: 127.0.0.1 is no address that a host can have"),
        ("w", ("224.0.0.1",), (), "address: 224.0.0.1 is no address that a host can have"),
        ("w", ("0.0.0.0",), (), "address: 0.0.0.0 is no address that a host can have"),
        ("w", ("fe80::1",), (), "address: fe80::1 may be on every link"),
        ("w", ("2001:db8:2::9%eth0",), (), "names a device"),
        ("w", ("10.2.0.0",), (), "address: 10.2.0.0 is that of the subnet 10.2.0.0/24 itself"),
        ("w", ("10.2.0.255",), (), "address: 10.2.0.255 is the broadcast address of 10.2.0.0/24"),
        ("w", ("2001:db8:2::",), (), "2001:db8:2:: is that of the subnet 2001:db8:2::/64 itself"),
        ("w", ("10.2.0.50",), (), "address: 10.2.0.50 is an address of b already"),
        ("w", ("10.2.0.9", "10.2.0.9/24"), (), "address: 10.2.0.9 is named twice"),
        ("w", ("10.2.0.9",), ("x",), "--gateway 'x' is no address"),
        ("w", ("10.2.0.9",), ("2001:db8:2::1",), "--gateway 2001:db8:2::1: the host has no address of that family"),
        ("w", ("10.2.0.9",), ("10.2.0.9",), "--gateway 10.2.0.9 is the host's own address"),
    ],
)
def test_what_cannot_be_is_named(name: str, addresses: tuple[str, ...], via: tuple[str, ...], text: str) -> None:
    with pytest.raises(UsageError) as error:
        join(name, *addresses, gateways=via)
    assert text in str(error.value)


def test_instead_of_a_gateway_outside_a_part_of_the_network_another_one_is_found() -> None:
    joined = joining(*ground("r2", "r3"), AddHost("w", ("10.0.0.9",)), 1, 5000)
    assert gateways(joined) == ["10.0.0.2"]
