from typing import Any

from msgspec.structs import replace

from backend.facts.machine import InterfaceEntry, RouterEntry, build_router
from backend.lab.plan.machine import configure_router, load_firewall
from backend.lab.plan.tracing import Tracing
from backend.model.network import Router
from backend.model.route import RoutingTable

EVERY = (InterfaceEntry("eth0", addresses=("10.0.0.1/24", "2001:db8::1/64")), InterfaceEntry("eth1", up=False))


def built(**fields: Any) -> Router:
    return build_router(RouterEntry("r1", interface=EVERY, **fields))


def texts(router: Router) -> list[str]:
    return [each.text for each in configure_router(router, "r1")]


def test_what_the_kernel_adds_by_itself_is_not_added() -> None:
    found = texts(built())
    assert [text for text in found if text.startswith(("route", "rule"))] == []
    assert [text for text in found if "noprefixroute" in text] == []
    assert "link set dev eth0 addrgenmode none up" in found
    assert "link set dev eth1 up" not in found


def test_routes_on_the_link_come_before_those_behind_a_router() -> None:
    found = texts(built(routes=("10.2.0.0/16 via 10.0.0.2", "192.0.2.1 dev eth0", "local 10.7.0.0/16 dev lo")))
    assert [text.split()[2] for text in found if text.startswith("route")] == ["192.0.2.1/32", "local", "10.2.0.0/16"]


def test_a_connected_route_that_the_facts_do_not_have_is_not_made() -> None:
    router = built()
    tables = tuple(RoutingTable(t.family, t.id, t.name) if t.id == 254 else t for t in router.tables)
    found = texts(replace(router, tables=tables))
    assert [text for text in found if "10.0.0.1/24" in text and "noprefixroute" in text] != []


def test_rules_of_the_kernel_stay_unless_the_facts_lack_them() -> None:
    router = built(rules=("from 10.0.0.0/8 lookup 77 priority 5",))
    assert [text for text in texts(router) if "rule" in text] == ["rule add from 10.0.0.0/8 priority 5 lookup 77"]
    without = replace(router, policy_rules=tuple(rule for rule in router.policy_rules if rule.priority != 32767))
    assert "rule delete from all priority 32767 lookup 253" in texts(without)


def test_an_address_without_connected_route_gets_none() -> None:
    """As NetworkManager has them: it sets the route itself, with a metric."""
    router = built()
    interface = router.interfaces[1]
    entry = replace(interface.addresses[0], flags=("noprefixroute",))
    interfaces = (router.interfaces[0], replace(interface, addresses=(entry, *interface.addresses[1:])))
    found = texts(replace(router, interfaces=interfaces))
    assert "address add 10.0.0.1/24 broadcast 10.0.0.255 scope global dev eth0 noprefixroute" in found


def test_an_empty_firewall_loads_nothing() -> None:
    assert load_firewall(built(), "r1") == (None, [])
    sets, rules = load_firewall(built(ipset="create a hash:ip", iptables="*filter\n:INPUT DROP [0:0]\nCOMMIT"), "r1")
    assert sets is not None
    assert [(each.family, each.router, each.section) for each in rules] == [(4, "r1", "iptables_save")]


def test_a_traced_router_has_our_rules_in_the_families_asked_for() -> None:
    _, rules = load_firewall(built(iptables="*filter\n:INPUT DROP [0:0]\nCOMMIT"), "r1", Tracing())
    assert [(each.family, "-j TRACE" in each.text, "*filter" in each.text) for each in rules] == [
        (4, True, True),
        (6, True, False),
    ]
    logging = built(iptables="*filter\n:INPUT DROP [0:0]\n-A INPUT -j NFLOG\nCOMMIT")
    assert ["NFLOG" in load_firewall(logging, "r1", each)[1][0].text for each in (None, Tracing())] == [True, False]
    _, rules = load_firewall(built(), "r1", Tracing(families=(6,)))
    assert [each.family for each in rules] == [6]


def test_addresses_are_added_so_that_the_kernel_lists_them_as_the_facts_do() -> None:
    """Of IPv4 the oldest first, of IPv6 the newest."""
    addresses = ("10.0.0.1/24", "2001:db8::1/64", "10.0.1.1/24", "2001:db8:1::1/64")
    router = build_router(RouterEntry("r1", interface=(InterfaceEntry("eth0", addresses=addresses),)))
    added = [text.split()[2] for text in texts(router) if text.startswith("address add")]
    assert added[:2] == ["10.0.0.1/24", "10.0.1.1/24"]
    assert added[-2:] == ["2001:db8:1::1/64", "2001:db8::1/64"]
