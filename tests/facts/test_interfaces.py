from ipaddress import ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.facts.interfaces import read_interfaces
from backend.model.interface import Interface
from tests.facts.compare import assert_same_interface
from tests.facts.sample import configured, parsed, read

TEXT = """\
1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN group default qlen 1000
    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00
    inet 127.0.0.1/8 scope host lo
       valid_lft forever preferred_lft forever
    inet6 ::1/128 scope host noprefixroute 
       valid_lft forever preferred_lft forever
2: eth0@if5: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc fq_codel master br0 state UP group default qlen 1000
    link/ether XX:XX:XX:XX:XX:XX brd ff:ff:ff:ff:ff:ff link-netnsid 0
    altname enp0s3
    inet 10.1.1.1/24 metric 100 brd 10.1.1.255 scope global secondary dynamic noprefixroute eth0:one
       valid_lft 86000sec preferred_lft 86000sec
    inet6 2001:db8::1/64 scope global deprecated dynamic mngtmpaddr 
       valid_lft 10sec preferred_lft 0sec
    inet6 fe80::1/64 scope link proto kernel_ll 
       valid_lft forever preferred_lft forever
3: eth0.100@eth0: <NO-CARRIER,BROADCAST,MULTICAST,UP> mtu 1500 qdisc noqueue state LOWERLAYERDOWN group default
    link/ether 02:00:00:00:00:01 brd ff:ff:ff:ff:ff:ff
4: wg0: <POINTOPOINT,NOARP,UP,LOWER_UP> mtu 1420 qdisc noqueue state UNKNOWN group default qlen 1000
    link/none 
    inet 10.0.0.1 peer 10.0.0.2/32 scope global wg0
       valid_lft forever preferred_lft forever
5: gre0@NONE: <NOARP> mtu 1476 qdisc noop state DOWN group default qlen 1000
    link/gre 0.0.0.0 brd 0.0.0.0
6: ppp0: <POINTOPOINT,MULTICAST,NOARP,UP,LOWER_UP> mtu 1492 qdisc fq state UNKNOWN group default qlen 3
    link/ppp 
    inet 203.0.113.9 peer 198.51.100.1/32 scope global ppp0
"""  # noqa: W291 - as iproute2 prints it


def interfaces(text: str) -> dict[str, Interface]:
    (found, _), diagnostics = read(read_interfaces, text)
    assert diagnostics == []
    return {interface.name: interface for interface in found}


def test_names_stand_without_their_parents() -> None:
    found = interfaces(TEXT)
    assert [(name, item.parent) for name, item in found.items()] == [
        ("lo", None), ("eth0", "if5"), ("eth0.100", "eth0"), ("wg0", None), ("gre0", "NONE"), ("ppp0", None),
    ]  # fmt: skip


def test_state_flags_link_and_master() -> None:
    found = interfaces(TEXT)
    assert found["lo"].is_loopback
    assert (found["eth0"].master, found["eth0"].mtu, found["eth0"].mac) == ("br0", 1500, "XX:XX:XX:XX:XX:XX")
    assert found["eth0.100"].is_up
    assert not found["eth0.100"].has_carrier
    assert not found["gre0"].is_up
    assert (found["wg0"].link, found["wg0"].mac, found["wg0"].has_neighbors) == ("none", None, False)
    assert (found["gre0"].link, found["gre0"].mac) == ("gre", None)
    assert (found["wg0"].index, found["wg0"].line) == (4, 18)


def test_addresses_with_all_that_stands_behind_them() -> None:
    first, second, third = interfaces(TEXT)["eth0"].addresses
    assert (first.text, str(first.broadcast), first.scope) == ("10.1.1.1/24", "10.1.1.255", "global")
    assert first.flags == ("secondary", "dynamic", "noprefixroute")
    assert (second.text, second.flags) == ("2001:db8::1/64", ("deprecated", "dynamic", "mngtmpaddr"))
    assert (third.text, third.scope) == ("fe80::1/64", "link")


def test_a_peer_is_the_subnet_of_a_point_to_point_address() -> None:
    (entry,) = interfaces(TEXT)["wg0"].addresses
    assert (entry.address, entry.peer) == (ip_address("10.0.0.1"), ip_address("10.0.0.2"))
    assert entry.prefix == ip_network("10.0.0.2/32")


def test_the_table_of_a_vrf() -> None:
    text = "9: blue: <NOARP,MASTER,UP,LOWER_UP> mtu 65575 state UP\n    link/ether 02::\n    vrf table 10 addrgenmode x"
    (_, vrfs), diagnostics = read(read_interfaces, text)
    assert (vrfs, diagnostics) == ({"blue": 10}, [])


def test_what_is_not_understood_is_told_and_the_rest_counts() -> None:
    text = (
        TEXT
        + "    inet 10.0.0.300/24 scope global ppp0\n"
        + "    inet6 2001:db8::1/64 scope global shiny\n    surprise 1\nOops\n"
        + "    inet 10.9.9.9/24 scope global oops0\n"
    )
    (found, _), diagnostics = read(read_interfaces, text)
    assert len(found) == 6
    assert [entry.text for entry in found[5].addresses] == ["203.0.113.9/32", "2001:db8::1/64"]
    assert diagnostics == [
        "r1_facts.txt:section:27: expected an address, not '10.0.0.300' 'inet 10.0.0.300/24 scope global ppp0'",
        "r1_facts.txt:section:28: expected flags of an address, not 'shiny' 'inet6 2001:db8::1/64 scope global shiny'",
        "r1_facts.txt:section:29: expected inet, inet6, link/… or valid_lft 'surprise 1'",
        "r1_facts.txt:section:30: expected an interface such as '2: eth0: <BROADCAST,UP> mtu 1500 …' 'Oops'",
        "r1_facts.txt:section:31: expected '1: lo: <…> mtu …' before it 'inet 10.9.9.9/24 scope global oops0'",
    ]


@given(st.text())
def test_any_text_is_read(text: str) -> None:
    read(read_interfaces, text)


@pytest.mark.root
@pytest.mark.serial
def test_real_addresses_are_read_as_iproute2_says_in_json() -> None:
    text, told, detailed = configured("ip addr show", "ip -j addr show", "ip -d -s addr show")
    found = interfaces(text)
    assert found.keys() == {item["ifname"] for item in parsed(told)}
    for item in parsed(told):
        assert_same_interface(found[item["ifname"]], item)
    assert interfaces(detailed).keys() == found.keys()


def test_the_group_of_an_interface_is_known() -> None:
    text = "2: eth0: <UP,LOWER_UP> mtu 1500 qdisc noqueue state UP group 5 qlen 1000\n3: eth1: <UP> mtu 1500 state UP"
    (interfaces, _), diagnostics = read(read_interfaces, text)

    assert [interface.group for interface in interfaces] == ["5", "default"]
    assert diagnostics == []
