from backend.facts.notes import Notes
from backend.facts.router import read_router
from backend.facts.sections import read_sections
from backend.model.network import Location, Router
from backend.model.policy import default_rules
from tests.facts.sample import facts, framed, shown

INTERFACES = """\
1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 state UNKNOWN
    inet 127.0.0.1/8 scope host lo
2: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 state UP
    inet 10.2.1.2/24 brd 10.2.1.255 scope global eth0
    inet6 2001:db8::2/64 scope global
"""
MAIN = "default via 10.2.1.1 dev eth0 metric 1\n10.2.1.0/24 dev eth0 proto kernel scope link src 10.2.1.2"
OLD = {"interfaces": INTERFACES, "routing_table": MAIN, "ip_forwarding": "1", "kernel_version": "5.10.0-28-amd64"}
NEW = {
    "interfaces": INTERFACES,
    "routing_table_main": MAIN,
    "routing_table_255": "local 10.2.1.2 dev eth0 proto kernel scope host src 10.2.1.2",
    "routing_table_102": "default via 10.2.1.9 dev eth0",
    "rt_tables": "255 local\n254 main\n102 isp2",
    "policy_rules": "0:\tfrom all lookup local\n100:\tfrom all fwmark 0x2 lookup isp2\n32766:\tfrom all lookup main",
    "ip6_routing_table_main": "default via fe80::1 dev eth0 metric 1024 pref medium",
    "ip6_policy_rules": "0:\tfrom all lookup local\n32766:\tfrom all lookup main",
    "sysctl_net": "net/ipv4/ip_forward = 1\nnet/ipv6/conf/all/forwarding = 0",
    "kernel_version": "Linux br-gw 6.1.0-28-amd64 #1 SMP",
    "metadata": '{"location": {"name": "Berlin"}, "roles": ["gateway"], "segments": {"eth0": "lan"}}',
    "iptables_save": "*filter\n:INPUT DROP [0:0]\nCOMMIT",
}


def read(text: str) -> tuple[Router, list[str]]:
    notes = Notes("r1_facts.txt")
    found = read_router(read_sections(text, notes), "r1", notes)
    assert found is not None
    return found, shown(notes.diagnostics)


def tables(router: Router) -> dict[tuple[int, int], list[str]]:
    return {(table.family, table.id): [str(route.prefix) for route in table.routes] for table in router.tables}


def test_facts_of_the_new_generation() -> None:
    router, diagnostics = read(facts(NEW, "br-gw"))
    assert diagnostics == []
    assert (router.name, router.kind, router.file, router.kernel) == ("br-gw", "linux", "r1_facts.txt", (6, 1))
    assert (router.location, router.roles, router.segments) == (Location("Berlin"), ("gateway",), {"eth0": "lan"})
    assert [(rule.family, rule.priority, rule.table) for rule in router.policy_rules] == [
        (4, 0, 255), (4, 100, 102), (4, 32766, 254), (6, 0, 255), (6, 32766, 254),
    ]  # fmt: skip
    assert tables(router)[4, 255] == ["10.2.1.2/32"]
    assert tables(router)[4, 102] == ["0.0.0.0/0"]
    assert tables(router)[6, 254] == ["::/0"]
    assert [(table.id, table.name) for table in router.tables if table.family == 4] == [
        (255, "local"), (254, "main"), (102, "isp2"),
    ]  # fmt: skip
    assert router.sysctls == {"net/ipv4/ip_forward": "1", "net/ipv6/conf/all/forwarding": "0"}
    assert router.firewall.ipv4 is not None


def test_facts_of_the_old_generation_are_completed_as_the_kernel_does() -> None:
    router, diagnostics = read(facts(OLD))
    assert diagnostics == []
    assert (router.name, router.kernel) == ("r1", (5, 10))
    assert router.policy_rules == default_rules(4) + default_rules(6)
    assert tables(router)[4, 254] == ["0.0.0.0/0", "10.2.1.0/24"]
    assert "10.2.1.0/32" in tables(router)[4, 255]  # a broadcast address before 5.14
    assert "2001:db8::2/128" in tables(router)[6, 255]
    assert (6, 254) not in tables(router)
    assert router.sysctls == {"net/ipv4/ip_forward": "1"}
    assert router.firewall.ipv4_missing == "iptables_save is not in the facts"


def test_an_old_file_names_its_tables_in_titles() -> None:
    rules = framed("policy_rules", "0: from all lookup local\n9: from all lookup voice\n10: from all lookup data")
    voice = framed("routing_table_voice", "default via 10.2.1.8 dev eth0", title="IP Routing Table voice (102)")
    data = framed("routing_table_data", "default via 10.2.1.7 dev eth0", title="IP Routing Table data")
    router, diagnostics = read(facts(OLD, footer=rules + voice + data + facts({})))
    assert diagnostics == []
    number = next(table.id for table in router.tables if table.name == "data")
    assert [rule.table for rule in router.policy_rules[:3]] == [255, 102, number]
    assert tables(router)[4, 102] == tables(router)[4, number] == ["0.0.0.0/0"]


def test_a_table_counts_once() -> None:
    router, diagnostics = read(facts(OLD | {"routing_table_254": "10.9.0.0/16 dev eth0"}))
    assert tables(router)[4, 254] == ["0.0.0.0/0", "10.2.1.0/24"]
    assert len(diagnostics) == 1
    assert "expected table 254 once; routing_table holds it already" in diagnostics[0]


def test_the_whole_of_ip_route_show_table_all_is_shared_out() -> None:
    text = MAIN + "\ndefault via 10.2.1.9 dev eth0 table 102\nlocal 10.2.1.2 dev eth0 table local proto kernel"
    router, _ = read(facts(OLD | {"routing_table": text}))
    assert {key: len(found) for key, found in tables(router).items() if key[0] == 4} == {
        (4, 255): 1, (4, 254): 2, (4, 102): 1,
    }  # fmt: skip


def test_a_router_of_another_make_filters_nothing() -> None:
    router, diagnostics = read(
        facts({"metadata": '{"type": "other"}', "interfaces": INTERFACES, "routing_table_main": MAIN})
    )
    assert diagnostics == []
    assert router.kind == "other"
    assert router.firewall.ipv4 is not None
    assert (router.firewall.ipv4.tables, router.firewall.ipv4_missing) == ((), None)


def test_routes_over_interfaces_that_do_not_exist_are_kept_and_told() -> None:
    router, diagnostics = read(facts(OLD | {"routing_table": MAIN + "\n10.9.0.0/16 via 10.8.0.1 dev tun7"}))
    assert tables(router)[4, 254][-1] == "10.9.0.0/16"
    assert len(diagnostics) == 1
    assert "expected an interface, there is no 'tun7' '10.9.0.0/16 via 10.8.0.1 dev tun7'" in diagnostics[0]


def test_a_table_that_is_looked_up_but_missing_is_told_once() -> None:
    rules = (
        "0:\tfrom all lookup local\n5:\tfrom all lookup 77\n6:\tfrom all iif lo lookup 77\n9:\tfrom all lookup default"
    )
    _, diagnostics = read(facts(OLD | {"policy_rules": rules}))
    assert len(diagnostics) == 1
    assert "expected table 77 in the facts; taken as empty: '5:\\tfrom all lookup 77'" in diagnostics[0]


def test_a_number_may_be_that_of_a_table_whose_number_is_not_told() -> None:
    rules = framed("policy_rules", "5:\tfrom all lookup 77\n6: from all lookup voice")
    voice = framed("routing_table_voice", "default via 10.2.1.8 dev eth0", title="no number")
    router, diagnostics = read(facts(OLD, footer=rules + voice + facts({})))
    assert [rule.unknown for rule in router.policy_rules if rule.family == 4] == [("lookup 77",), ()]
    assert len(diagnostics) == 1


def test_missing_sections_and_failed_commands_are_told() -> None:
    broken = framed("policy_rules", "", exit_code=127) + framed("routing_table_100", "Error: no table", exit_code=2)
    router, diagnostics = read(facts({"ip_forwarding": "1"}, footer=broken + facts({})))
    assert router.policy_rules == default_rules(4) + default_rules(6)
    assert [text.partition(": ")[2] for text in diagnostics] == [
        "expected section interfaces (ip addr show)",
        "expected routes, the command failed: 'Error: no table'",
        "expected section routing_table_main (ip route show)",
        "expected exit code 0 'EXIT_CODE: 127'",
    ]


def test_rules_that_were_all_deleted_are_none() -> None:
    assert not [rule for rule in read(facts(OLD | {"policy_rules": ""}))[0].policy_rules if rule.family == 4]


def test_vrfs_and_their_tables() -> None:
    text = "Name              Table\n-----------------------\nblue                10"
    router, diagnostics = read(facts(OLD | {"vrf": text}))
    assert (router.vrfs, diagnostics) == ({"blue": 10}, [])


def test_a_file_without_sections_is_no_router() -> None:
    notes = Notes("r1_facts.txt")
    assert read_router(read_sections("nothing", notes), "r1", notes) is None
