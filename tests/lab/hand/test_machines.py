from ipaddress import ip_address

import pytest

from backend.lab.hand.machines import Machine, Machines, UsageError, addresses_of, machines_of, shown
from backend.lab.plan.operation import AddAddress, Operation, SetLink
from backend.model.address import Family
from backend.model.interface import InterfaceAddress
from tests.lab.hand.played import NETWORK, ground


@pytest.fixture(scope="module")
def machines() -> Machines:
    return ground()[1]


def test_all_of_the_lab_are_there_with_their_kind(machines: Machines) -> None:
    assert {each.name: each.kind for each in machines} == {
        "r1": "router", "r2": "router", "r3": "router", "a": "host", "b": "host", "c": "host", "internet": "internet",
    }  # fmt: skip


def test_a_machine_is_meant_by_its_name_or_one_of_its_addresses(machines: Machines) -> None:
    for text in ("b", " b ", "10.2.0.50", "2001:db8:2::50", "2001:DB8:2:0::50"):
        assert machines.meant(text).name == "b"
    assert machines.meant("203.0.113.1").name == "internet"


def test_a_pair_has_one_family_and_the_source_that_was_named(machines: Machines) -> None:
    both = machines.pair("a", "b")
    assert (both.sender.name, both.source, str(both.destination)) == ("a", None, "10.2.0.50")
    assert both.receiver is not None
    assert str(machines.pair("a", "b", 6).destination) == "2001:db8:2::50"
    assert str(machines.pair("2001:db8:1::50", "b").destination) == "2001:db8:2::50"
    assert machines.pair("10.1.0.50", "b").source == ip_address("10.1.0.50")
    outside = machines.pair("a", "192.0.2.7")
    assert (outside.receiver, str(outside.destination)) == (None, "192.0.2.7")


@pytest.mark.parametrize(
    ("source", "destination", "family", "text"),
    [
        ("x", "b", None, "source: 'x' is neither a machine of this lab nor an address"),
        ("a", "10.2.0.50/24", None, "destination: '10.2.0.50/24' is neither"),
        ("a", "", None, "destination: '' is neither"),
        ("a", "x" * 500, None, "…"),
        ("10.1.0.9", "b", None, "source: no machine of this lab has the address 10.1.0.9; `host add` makes one"),
        ("a", "127.0.0.1", None, "destination: 127.0.0.1 is no address that one machine has"),
        ("a", "224.0.0.1", None, "destination: 224.0.0.1 is no address that one machine has"),
        ("a", "::", None, "destination: :: is no address that one machine has"),
        ("a", "fe80::1", None, "destination: fe80::1 may be on every link"),
        ("a", "c", 6, "source 'a' and destination 'c' do not both have an IPv6 address"),
        ("10.1.0.50", "2001:db8:2::50", None, "do not both have addresses of one family"),
        ("10.1.0.50", "b", 6, "do not both have an IPv6 address"),
    ],
)
def test_what_cannot_be_meant_is_named(
    machines: Machines, source: str, destination: str, family: Family | None, text: str
) -> None:
    with pytest.raises(UsageError) as error:
        machines.pair(source, destination, family)
    assert text in str(error.value)
    assert len(str(error.value)) < 200


def test_an_address_of_two_machines_is_nobodys_alone() -> None:
    address = ip_address("172.17.0.1")
    two = Machines(Machine(name, name, "router", {address: "docker0"}) for name in ("x", "y"))
    assert two.names(address) == "x or y"
    with pytest.raises(UsageError, match=r"172\.17\.0\.1 is an address of x or y: name the machine"):
        two.meant("172.17.0.1")


def test_addresses_that_others_know_it_by_come_with_their_device(machines: Machines) -> None:
    assert {str(address): dev for address, dev in machines.meant("r2").addresses.items()} == {
        "10.0.0.2": "eth0", "2001:db8::2": "eth0", "10.9.0.1": "wg0", "2001:db8:9::1": "wg0",
    }  # fmt: skip


def test_addresses_of_devices_that_are_up_come_first() -> None:
    down, up, own = (InterfaceAddress(ip_address(text), 24) for text in ("10.0.0.1", "10.0.1.1", "127.0.0.2"))
    operations: list[Operation] = [
        AddAddress("r", "lo", own),
        AddAddress("r", "eth0", down),
        AddAddress("r", "eth1", up),
        SetLink("r", "eth1", is_up=True),
    ]
    assert list(addresses_of(operations)["r"]) == [up.address, down.address]


def test_a_network_may_have_a_machine_of_the_name_internet() -> None:
    built, _ = ground()
    hosts = built.survey.network.hosts
    assert not any(host.name == "internet" for host in hosts)
    plan = built.plan
    plan.namespaces["internet"] = "internet"
    kinds = {each.name: each.kind for each in machines_of(NETWORK, plan)}
    assert (kinds["internet"], kinds["_internet"]) == ("host", "internet")


def test_those_that_come_and_go(machines: Machines) -> None:
    machines.add(Machine("w", "w", "by hand", {ip_address("10.1.0.77"): "eth0"}))
    assert "w" in machines
    assert machines.names(ip_address("10.1.0.77")) == "w"
    assert machines.remove("w").name == "w"
    assert "w" not in machines


def test_long_values_are_cut() -> None:
    assert shown("x" * 99) == repr("x" * 60 + "…")
