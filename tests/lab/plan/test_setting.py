from ipaddress import ip_address

from backend.lab.plan.setting import born, forwarding, of_router, silent, tentative
from backend.model.interface import Interface, InterfaceAddress


def test_only_known_settings_of_known_interfaces_leave_the_facts() -> None:
    said = {
        "net/ipv4/conf/eth0.100/rp_filter": "1",
        "net/ipv4/conf/eth9/rp_filter": "1",
        "net/ipv4/conf/../../../kernel/rp_filter": "1",
        "kernel/core_pattern": "1",
        "net/ipv4/conf/all/rp_filter": "|/bin/sh",
        "net/ipv4/ip_default_ttl": "32",
        "net/ipv6/conf/all/forwarding": "1",
    }
    found = {each.key: each.value for each in of_router("r1", said, frozenset(("eth0.100",)))}
    assert found == {
        "net/ipv4/conf/eth0.100/rp_filter": "1",
        "net/ipv4/ip_default_ttl": "32",
        "net/ipv6/conf/all/forwarding": "1",
    }


def test_switches_for_all_interfaces_come_first() -> None:
    keys = ["net/ipv4/conf/eth0/forwarding", "net/ipv4/conf/all/rp_filter", "net/ipv4/ip_forward"]
    found = [each.key for each in of_router("r1", dict.fromkeys(keys, "1"), frozenset(("eth0",)))]
    assert found == list(reversed(keys))


def test_what_a_new_namespace_inherits_is_set() -> None:
    keys = [each.key for each in born("r1")]
    assert {"net/ipv4/conf/all/rp_filter", "net/ipv6/conf/default/accept_dad"} <= set(keys)
    assert keys.index("net/ipv4/ip_forward") < keys.index("net/ipv4/conf/all/accept_redirects")
    assert [each.value for each in forwarding("r1")] == ["1", "1"]
    assert [each.key for each in silent("_bench")][-1] == "net/ipv6/conf/default/disable_ipv6"


def test_what_is_so_already_is_not_set_again() -> None:
    said = {"net/ipv4/ip_forward": "1"}
    for name in ("all", "lo", "eth0", "eth1"):
        said |= {f"net/ipv4/conf/{name}/rp_filter": "0", f"net/ipv4/conf/{name}/forwarding": str(int(name != "eth1"))}
    found = [each.key for each in of_router("r1", said, frozenset(("lo", "eth0", "eth1")))]
    assert found == [
        "net/ipv4/ip_forward",
        "net/ipv4/conf/all/forwarding",
        "net/ipv4/conf/eth1/forwarding",
        "net/ipv4/conf/lo/rp_filter",
    ]


def test_an_address_that_waits_for_a_carrier_stays_tentative() -> None:
    waiting = InterfaceAddress(ip_address("2001:db8::1"), 64, flags=("tentative",))
    cut = Interface("eth0", flags=("NO-CARRIER", "UP"), state="DOWN", addresses=(waiting,))
    whole = Interface("eth1", addresses=(waiting,))
    assert [each.text for each in tentative("r1", (cut, whole))] == ["net/ipv6/conf/eth0/accept_dad = 1"]


def test_a_choice_of_ways_by_ports_takes_the_ports_from_the_packet() -> None:
    said = {"net/ipv4/fib_multipath_hash_policy": "1", "net/ipv6/fib_multipath_hash_policy": "0"}
    found = [each.text for each in of_router("r1", said, frozenset())]
    assert found == [
        "net/ipv4/fib_multipath_hash_policy = 1",
        "net/ipv4/fib_multipath_hash_fields = 55",
        "net/ipv4/fib_multipath_hash_policy = 3",
        "net/ipv6/fib_multipath_hash_policy = 0",
    ]
