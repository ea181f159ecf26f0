from backend.sim.sysctl import Switches, compile_switches, forwards_ipv6, linkdown
from backend.sim.table import Linkdown

SOME = compile_switches(
    {
        "net/ipv4/ip_forward": "1",
        "net/ipv4/conf/all/rp_filter": "1",
        "net/ipv4/conf/eth0.100/rp_filter": "2",
        "net/ipv4/conf/eth0.100/forwarding": "0",
        "net/ipv4/conf/all/proxy_arp": "0",
        "net/ipv4/conf/eth1/proxy_arp": "1",
        "net/ipv4/conf/eth1/accept_local": "odd",
    },
    ["eth0.100", "eth1"],
)


def test_the_larger_of_all_and_the_interface_holds() -> None:
    assert SOME["eth0.100"].rp_filter == 2
    assert SOME["eth1"].rp_filter == 1
    assert SOME["eth1"].proxy_arp
    assert not SOME["eth0.100"].proxy_arp


def test_forwarding_is_the_interfaces_own_and_else_the_machines() -> None:
    told = [(each.forwarding, each.forwarding_key) for each in SOME.values()]
    assert told == [(0, "net/ipv4/conf/eth0.100/forwarding"), (1, "net/ipv4/ip_forward")]


def test_what_the_facts_do_not_say_is_not_known() -> None:
    assert SOME["eth1"].accept_local is False
    assert compile_switches({}, ["eth0"]) == {"eth0": Switches()}
    assert Switches().rp_filter is None


def test_ipv6_has_one_switch_for_the_machine() -> None:
    assert forwards_ipv6({"net/ipv6/conf/all/forwarding": "1", "net/ipv6/conf/eth0/forwarding": "0"}) == 1
    assert forwards_ipv6({"net/ipv6/conf/eth0/forwarding": "0"}) is None


def test_whether_carriers_count_is_asked_of_each_interface_and_family_alone() -> None:
    said = {
        "net/ipv4/conf/all/ignore_routes_with_linkdown": "1",
        "net/ipv4/conf/a/ignore_routes_with_linkdown": "1",
        "net/ipv4/conf/b/ignore_routes_with_linkdown": "0",
        "net/ipv6/conf/b/ignore_routes_with_linkdown": "1",
    }
    assert linkdown(said, ["a", "b", "c"], 4) == Linkdown(frozenset("a"), frozenset("c"))
    assert linkdown(said, ["a", "b", "c"], 6) == Linkdown(frozenset("b"), frozenset("ac"))
