from typing import Any

import pytest

from backend.facts.error import LineError
from backend.facts.machine import InterfaceEntry, RouterEntry, build_router, link_local, mac_of
from backend.model.network import Router
from backend.model.route import Route


def built(**fields: Any) -> Router:
    eth0 = InterfaceEntry("eth0", addresses=("10.0.0.1/30", "2001:db8::1/64"))
    eth1 = InterfaceEntry("eth1", addresses=("10.1.0.1/24",), up=False)
    return build_router(RouterEntry("r1", interface=(eth0, eth1), **fields))


def table(router: Router, number: int, family: int = 4) -> dict[str, Route]:
    routes = [t.routes for t in router.tables if (t.family, t.id) == (family, number)]
    return {str(route.prefix): route for route in routes[0]}


def test_the_kernel_adds_connected_and_local_routes_for_what_is_up() -> None:
    main = table(built(), 254)
    assert list(main) == ["10.0.0.0/30"]
    route = main["10.0.0.0/30"]
    assert (route.protocol, route.scope, str(route.src), route.next_hops[0].dev) == (
        "kernel",
        "link",
        "10.0.0.1",
        "eth0",
    )
    assert {"10.0.0.1/32", "10.0.0.3/32", "10.1.0.1/32", "127.0.0.0/8"} <= set(table(built(), 255))


def test_a_route_gets_its_interface_scope_and_metric_as_iproute2_and_the_kernel_give_them() -> None:
    routes = ("10.2.0.0/24 via 10.0.0.2", "10.3.0.0/24 dev eth0", "2001:db8:2::/64 via 2001:db8::2",
              "blackhole 10.9.0.0/16", "unreachable 2001:db8:9::/48")  # fmt: skip
    router = built(routes=routes)
    main, main6 = table(router, 254), table(router, 254, 6)
    assert (main["10.2.0.0/24"].next_hops[0].dev, main["10.2.0.0/24"].scope) == ("eth0", "global")
    assert main["10.3.0.0/24"].scope == "link"
    assert main["10.9.0.0/16"].next_hops == ()
    assert (main6["2001:db8:2::/64"].metric, main6["2001:db8:2::/64"].next_hops[0].dev) == (1024, "eth0")
    assert main6["2001:db8:9::/48"].next_hops[0].dev == "lo"


def test_named_tables_hold_their_routes() -> None:
    router = built(tables={"isp2": 102}, routes=("default via 10.0.0.2 table isp2",))
    named = {t.id: t.name for t in router.tables if t.family == 4}
    assert named == {102: "isp2", 254: "main", 255: "local"}
    assert str(table(router, 102)["0.0.0.0/0"].next_hops[0].via) == "10.0.0.2"


def test_rules_stand_in_order_with_those_of_the_kernel() -> None:
    rules = ("from 10.1.0.0/24 lookup 100 priority 500", "fwmark 1 lookup 101", "-6 prohibit priority 7")
    router = built(rules=rules)
    assert [(r.priority, r.table) for r in router.policy_rules if r.family == 4] == [
        (0, 255), (499, 101), (500, 100), (32766, 254), (32767, 253),
    ]  # fmt: skip
    assert [r.priority for r in router.policy_rules if r.family == 6] == [0, 7, 32766]
    assert router.policy_rules[1].text == "499: from all fwmark 1 lookup 101"


def test_a_goto_without_target_and_an_interface_that_is_not_there_are_marked() -> None:
    router = built(rules=("goto 99 priority 10", "goto 20 priority 15", "iif eth7 lookup main priority 20"))
    by_priority = {rule.priority: rule for rule in router.policy_rules if rule.family == 4}
    assert by_priority[10].is_unresolved
    assert not by_priority[15].is_unresolved
    assert by_priority[20].is_detached


def test_settings_are_those_of_a_new_machine_and_then_what_is_said() -> None:
    router = built(forwarding=False, sysctls={"net/ipv4/conf/eth0/rp_filter": "1"})
    assert router.sysctls["net/ipv4/ip_forward"] == "0"
    assert router.sysctls["net/ipv6/conf/eth0/forwarding"] == "0"
    assert router.sysctls["net/ipv4/conf/eth0/rp_filter"] == "1"
    assert router.sysctls["net/ipv4/conf/eth1/rp_filter"] == "0"


def test_interfaces_have_an_address_of_their_own_and_are_down_where_said() -> None:
    _, eth0, eth1 = built().interfaces
    assert eth0.is_up
    assert not eth1.is_up
    assert eth0.mac == mac_of("r1", "eth0") != mac_of("r2", "eth0")
    assert [a.text for a in eth0.addresses if a.scope == "link"] == [f"{link_local(eth0.mac)}/64"]
    assert [a.text for a in eth1.addresses] == ["10.1.0.1/24"]


def test_a_second_address_of_a_subnet_is_secondary_and_a_peer_is_kept() -> None:
    entries = (InterfaceEntry("eth0", addresses=("10.0.0.1/24", "10.0.0.2/24")),
               InterfaceEntry("tun0", addresses=("10.9.0.1 peer 10.9.0.2/32",)))  # fmt: skip
    _, eth0, tun0 = build_router(RouterEntry("r1", interface=entries)).interfaces
    assert [a.flags for a in eth0.addresses][:2] == [(), ("secondary",)]
    assert str(tun0.addresses[0].peer) == "10.9.0.2"


def test_a_firewall_that_is_not_described_is_known_to_be_empty() -> None:
    firewall = built().firewall
    assert firewall.ipv4 is not None
    assert (firewall.ipv4.tables, firewall.sets, firewall.ipv4_missing) == ((), (), None)


@pytest.mark.parametrize(
    ("fields", "parts"),
    [
        ({"routes": ("10.2.0.0/24 via 10.0.0.2 dev eth9",)}, ["router r1", "10.2.0.0/24", "'eth9'"]),
        ({"routes": ("10.2.0.0/24 via 10.1.0.2 dev eth1",)}, ["router r1", "is up", "'eth1'"]),
        ({"routes": ("10.2.0.0/24 via 10.1.0.2 table isp2",)}, ["router r1", "table", "'isp2'"]),
        ({"routes": ("10.2.0.0/24 dev eth0 oops",)}, ["router r1", "'oops'"]),
        ({"rules": ("from 10.1.0.0/24 lookup isp2",)}, ["router r1", "from 10.1.0.0/24", "isp2"]),
        ({"rules": ("from 10.1.0.0/24 lookup main priority high",)}, ["router r1", "'high'"]),
        ({"sysctls": {"net/../../etc/passwd": "1"}}, ["router r1", "sysctls", "net/../../etc/passwd"]),
        ({"iptables": "*filter\n:INPUT ACCEPT [0:0]\n-X nonsense\nCOMMIT"}, ["router r1", "iptables, line 3", "-X"]),
        ({"ipset": "create a hash:ip\nadd b 10.0.0.1"}, ["router r1", "ipset, line 2", "add b"]),
    ],
)
def test_what_cannot_be_is_refused_with_router_and_line(fields: dict[str, Any], parts: list[str]) -> None:
    with pytest.raises(LineError) as caught:
        built(**fields)
    assert [part for part in parts if part not in str(caught.value)] == [], str(caught.value)


def test_without_carrier_routes_say_so_and_ipv6_waits() -> None:
    cut = InterfaceEntry("eth0", addresses=("10.0.0.1/30", "2001:db8::1/64"), carrier=False)
    router = build_router(RouterEntry("r1", interface=(cut,), routes=("10.2.0.0/24 via 10.0.0.2",)))

    assert {hop.flags for route in table(router, 254).values() for hop in route.next_hops} == {("linkdown",)}
    assert table(router, 255)["10.0.0.1/32"].next_hops[0].flags == ()
    assert "2001:db8::1/128" not in table(router, 255, 6)
    assert not router.interfaces[1].has_carrier
    assert [a.flags for a in router.interfaces[1].addresses] == [(), ("tentative",)]


def test_the_family_of_a_route_is_that_of_its_prefix() -> None:
    router = built(routes=("10.2.0.0/24 via inet6 fe80::1 dev eth0", "-4 default via inet6 2001:db8::2 dev eth0"))
    assert [str(table(router, 254)[prefix].next_hops[0].via) for prefix in ("10.2.0.0/24", "0.0.0.0/0")] == [
        "fe80::1",
        "2001:db8::2",
    ]
