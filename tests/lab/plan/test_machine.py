from typing import Any

from msgspec.structs import replace

from backend.facts.description import read_description
from backend.facts.machine import InterfaceEntry, RouterEntry, build_router
from backend.lab.plan.machine import configure_host, configure_router, host_gateways, load_firewall
from backend.lab.plan.operation import Omission
from backend.lab.plan.tracing import Tracing
from backend.model.network import Attachment, Router
from backend.model.route import RoutingTable

EVERY = (InterfaceEntry("eth0", addresses=("10.0.0.1/24", "2001:db8::1/64")), InterfaceEntry("eth1", up=False))


def built(**fields: Any) -> Router:
    return build_router(RouterEntry("r1", interface=EVERY, **fields))


def texts(router: Router, omissions: list[Omission] | None = None) -> list[str]:
    return [each.text for each in configure_router(router, "r1", [] if omissions is None else omissions)]


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


def test_what_a_lab_cannot_have_is_named() -> None:
    router = built(rules=("goto 99 priority 5",))
    odd = replace(router.policy_rules[1], goto=None)
    strange = replace(router.policy_rules[1], unknown=("colour blue",), text="from all colour blue lookup main")
    omissions: list[Omission] = []
    l3mdev = replace(router.policy_rules[1], is_l3mdev=True, text="from all lookup [l3mdev-table]")
    found = texts(replace(router, policy_rules=(odd, strange, l3mdev), vrfs={"blue": 10}), omissions)
    assert [(each.text, each.reason) for each in omissions] == [
        ("vrf blue", "a lab has no VRF"),
        (odd.text, "its target does not exist"),
        (strange.text, "no meaning is known for colour blue"),
        (l3mdev.text, "a lab has no VRF"),
    ]
    assert [text for text in found if text.startswith("rule add")] == []


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
    _, rules = load_firewall(built(), "r1", Tracing(families=(6,)))
    assert [each.family for each in rules] == [6]


HOST = """
[network]
name = "x"
[[router]]
name = "r1"
[[router.interface]]
name = "eth0"
addresses = ["10.0.0.7/24", "10.0.0.8/24", "2001:db8::1/64"]
[[host]]
name = "pc"
addresses = ["10.0.0.50", "2001:db8::50/64"]
gateways = ["2001:db8::9"]
"""


def test_a_host_has_the_subnet_of_its_segment_and_the_lowest_router_where_it_says_no_gateway() -> None:
    network = read_description(HOST, "x.toml")
    host, home = network.hosts[0], network.segments[0]
    interfaces = {Attachment("r1", each.name): each for each in network.routers[0].interfaces}
    gateways = host_gateways(host, home, interfaces)
    assert sorted(map(str, gateways)) == ["10.0.0.7", "2001:db8::9"]
    found = [each.text for each in configure_host(host, "pc", "eth0", home, gateways)]
    assert "address add 10.0.0.50/24 scope global dev eth0" in found
    assert "route add default table 254 proto 3 scope global metric 1024 via 10.0.0.7 dev eth0" in found
