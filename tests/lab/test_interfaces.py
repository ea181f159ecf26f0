"""Interfaces as routers in the field have them, in namespaces."""

import pytest
from msgspec.structs import replace

from backend.facts.description import read_description
from backend.facts.interfaces import read_interfaces
from backend.facts.notes import Notes
from backend.facts.sections import Section
from backend.lab.lab import Lab
from backend.lab.plan import plan
from backend.model.network import Network

pytestmark = [pytest.mark.root, pytest.mark.serial]

TEXT = """
[network]
name = "x"
[[router]]
name = "gw"
routes = ["10.9.0.0/16 via 10.1.0.2", "10.8.0.0/16 via 10.0.0.2"]
[[router.interface]]
name = "br0"
addresses = ["10.0.0.1/24"]
[[router.interface]]
name = "eth1"
addresses = ["10.1.0.1/24"]
[[router]]
name = "other"
[[router.interface]]
name = "eth0"
addresses = ["10.0.0.2/24"]
"""
IP_ADDR = """1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN group default
    inet 127.0.0.1/8 scope host lo
2: eth1@if5: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP group default
    link/ether 02:00:00:00:00:02 brd ff:ff:ff:ff:ff:ff link-netnsid 0
    inet 10.1.0.1/24 brd 10.1.0.255 scope global noprefixroute eth1
3: eth2: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc mq master br0 state UP group default
    link/ether 02:00:00:00:00:03 brd ff:ff:ff:ff:ff:ff
4: eth3: <BROADCAST,MULTICAST,SLAVE,UP,LOWER_UP> mtu 1500 qdisc mq master bond0 state UP group 7
    link/ether 02:00:00:00:00:04 brd ff:ff:ff:ff:ff:ff
5: br0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 9000 qdisc noqueue state UP group default
    link/ether 02:00:00:00:00:03 brd ff:ff:ff:ff:ff:ff
    inet 10.0.0.1/24 brd 10.0.0.255 scope global br0
    inet 10.0.0.9/24 brd 10.0.0.255 scope global secondary br0
6: bond0: <BROADCAST,MULTICAST,MASTER,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP group default
    link/ether 02:00:00:00:00:04 brd ff:ff:ff:ff:ff:ff
    inet 10.2.0.1/24 brd 10.2.0.255 scope global bond0
7: bond0.7@bond0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP group default
    link/ether 02:00:00:00:00:04 brd ff:ff:ff:ff:ff:ff
"""


def network(more: str = "", **fields: object) -> Network:
    known = read_description(TEXT, "x.toml")
    gw, other = known.routers
    interfaces, _ = read_interfaces(Section("interfaces", start=1, lines=(IP_ADDR + more).splitlines()), Notes("gw"))
    ipv4 = tuple(table for table in gw.tables if table.family == 4)
    return replace(known, routers=(replace(gw, interfaces=interfaces, tables=ipv4, **fields), other))


def test_ports_are_there_and_joined_to_nothing() -> None:
    with Lab(plan(network())) as lab:
        shown = lab.run("gw", ["ip", "-o", "link", "show"]).stdout
        assert [line.split()[1].partition("@")[0].rstrip(":") for line in shown.splitlines()] == [
            "lo", "eth1", "eth2", "eth3", "br0", "bond0", "bond0.7",
        ]  # fmt: skip
        assert [line.partition(":")[0] for line in shown.splitlines()] == list("1234567")
        assert "master" not in shown
        assert "mtu 9000" in shown
        assert "group 7" in shown
        assert lab.run("gw", ["ping", "-c", "1", "-W", "3", "10.0.0.2"]).code == 0, "by br0 itself"
        assert lab.run("other", ["ping", "-c", "1", "-W", "3", "10.0.0.9"]).code == 0


def test_an_address_without_connected_route_gets_none() -> None:
    without = network()
    tables = tuple(
        replace(table, routes=tuple(route for route in table.routes if str(route.prefix) != "10.1.0.0/24"))
        for table in without.routers[0].tables
    )
    routers = (replace(without.routers[0], tables=tables), without.routers[1])
    with Lab(plan(replace(without, routers=routers)), is_strict=False) as lab:  # a gateway is nowhere
        assert "10.1.0.0/24" not in lab.run("gw", ["ip", "route", "show"]).stdout


def test_what_is_in_a_vrf_is_not_used_as_if_it_were_not() -> None:
    vrf = """8: blue: <NOARP,MASTER,UP,LOWER_UP> mtu 65575 qdisc noqueue state UP group default
    link/ether 02:00:00:00:00:08 brd ff:ff:ff:ff:ff:ff
"""
    known = network(vrf, vrfs={"blue": 10})
    gw = known.routers[0]
    inside = tuple(replace(each, master="blue") if each.name == "eth1" else each for each in gw.interfaces)
    planned = plan(replace(known, routers=(replace(gw, interfaces=inside), known.routers[1])))
    assert ("eth1", "it is in blue, and a lab has no VRF") in [(each.text, each.reason) for each in planned.omissions]
    with Lab(planned) as lab:
        assert [each.error for each in lab.routes("gw", ["10.9.0.1", "10.1.0.2"])] == ["Network is unreachable"] * 2
        assert lab.routes("gw", ["10.8.0.1"])[0].text.startswith("10.8.0.1 via 10.0.0.2 dev br0")


@pytest.mark.parametrize(
    "name", ["'", '"', "\\", "#6", "a;b", "$(x)", "...", "日本", "-x", "@if5", "eth0.4094", "\x01"]
)
def test_a_name_may_have_whatever_the_kernel_takes(name: str) -> None:
    known = read_description(TEXT.replace('"br0"', '"first"'), "x.toml")
    gw = known.routers[0]
    key = f"net/ipv4/conf/{name}/rp_filter"
    interfaces = tuple(replace(each, name=name) if each.name == "first" else each for each in gw.interfaces)
    tables = tuple(replace(table, routes=()) for table in gw.tables)
    odd = replace(gw, interfaces=interfaces, tables=tables, sysctls={**gw.sysctls, key: "2"})
    with Lab(plan(replace(known, routers=(odd, known.routers[1]), segments=()))) as lab:
        assert f" {name}" in lab.run("gw", ["ip", "-o", "link", "show"]).stdout or not name.isprintable()
        assert lab.run("gw", ["cat", f"/proc/sys/{key}"]).stdout == "2\n"
