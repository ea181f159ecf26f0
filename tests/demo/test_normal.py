from backend.demo.normal import CHANGES, normalised


def section(name: str, body: str) -> str:
    return f"=== TSIM_SECTION_START:{name} ===\nTITLE: x\n---\n{body}\nEXIT_CODE: 0\n=== TSIM_SECTION_END:{name} ===\n"


def same(name: str, one: str, other: str) -> bool:
    return normalised(section(name, one), "r1") == normalised(section(name, other), "r1")


def test_what_the_machine_decides_is_left_out() -> None:
    assert same("kernel_version", "Linux r1 6.1.0-37 #1\n", "Linux r1 6.18.44 #3 Tue\n")
    assert same("loaded_modules", "nf_nat 1 2\n", "# this kernel has no modules\n")
    assert same("conntrack_info", "nf_conntrack_max = 5\n", "nf_conntrack_max = 6\n")
    assert same("iptables_info", "iptables: iptables v1.8.9 (nf_tables)\n", "iptables: iptables v1.8.10 (nf_tables)\n")


def test_counters_are_zero_in_their_columns() -> None:
    assert same("interface_stats", "  eth0:     126       1    0\n", "  eth0:    1266      12    0\n")
    assert same("iptables_save", ":INPUT DROP [12:3456]\n", ":INPUT DROP [0:0]\n")
    assert same("nft_ruleset", '{"packets": 12, "bytes": 3}\n', '{"packets": 0, "bytes": 0}\n')
    head = "Chain INPUT (policy DROP {} packets, {} bytes)\nnum   pkts bytes target\n"
    one = head.format(0, 0) + "1        0     0 DROP       0    --  *      *\n"
    other = head.format(12, "34K") + "1       12  345K DROP       0    --  *      *\n"
    assert same("ip6tables_filter", one, other)


def test_rules_routes_and_addresses_stay_as_they_are() -> None:
    for name, body in (
        ("iptables_save", "-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT\n"),
        ("routing_table_main", "10.0.0.0/8 via 10.1.1.1 dev eth0 metric 100\n"),
        ("interfaces", "1: eth0@if1: <UP> mtu 1500\n    inet 10.0.0.1/24 scope global eth0\n"),
    ):
        text = section(name, body)
        assert normalised(text, "r1") == text


def test_devices_are_counted_from_one_and_so_are_other_ends() -> None:
    body = "1: lo: <UP> mtu 1\n    inet 127.0.0.1/8\n4: eth0@if7: <UP> mtu 2\n1004: eth0.100@if9: <UP> mtu 3\n"
    assert CHANGES["interfaces"](body) == (
        "1: lo: <UP> mtu 1\n    inet 127.0.0.1/8\n2: eth0@if2: <UP> mtu 2\n3: eth0.100@if3: <UP> mtu 3\n"
    )


def test_multicast_routes_are_listed_by_device() -> None:
    one, other = "multicast ff00::/8 dev eth0 metric 256\n", "multicast ff00::/8 dev eth1 metric 256\n"
    assert CHANGES["ip6_routing_table_255"](f"local ::1 dev lo\n{other}{one}") == f"local ::1 dev lo\n{one}{other}"
