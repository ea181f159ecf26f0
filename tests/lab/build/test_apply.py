from ipaddress import ip_address
from pathlib import Path

import pytest
from msgspec.structs import replace

from backend.facts.description import read_description
from backend.facts.policy import parse_rule
from backend.facts.routes import parse_route
from backend.lab.build.apply import apply
from backend.lab.error import LabError
from backend.lab.kernel.namespace import inside
from backend.lab.lab import Lab
from backend.lab.plan import plan
from backend.lab.plan.operation import (
    AddAddress,
    AddRoute,
    AddRule,
    Carrier,
    End,
    MakeBridge,
    MakeLink,
    MakeNamespace,
    Plan,
    SetLink,
    SetSysctl,
)
from backend.model.interface import InterfaceAddress
from tests.lab.saved import load_rules, load_sets

SHOW = """
ip route show table all; ip -6 rule; ip rule; ip link; ipset save; iptables-save || true; iptables-legacy-save
cat /proc/sys/net/ipv4/conf/eth0.100/rp_filter
"""


@pytest.mark.root
@pytest.mark.serial
def test_what_is_refused_is_named_by_router_operation_and_message() -> None:
    operations = (
        MakeNamespace("r1"),
        SetSysctl("r1", "net/ipv4/no_such_setting", "1"),
        SetLink("r1", "lo", is_up=True),
        AddAddress("r1", "gone", InterfaceAddress(ip_address("192.0.2.1"), 24), line=3),
        AddRoute("r1", replace(parse_route("10.0.0.0/8 via 192.0.2.1", 4), section="routing_table_main", line=5)),
        AddRoute("r1", parse_route("10.1.0.0/16 dev gone", 4)),
        AddRoute("r1", parse_route("192.0.2.0/24 dev lo", 4)),
        AddRule("r1", parse_rule("from all lookup 77 priority 5", 4)),
        AddRule("r1", replace(parse_rule("from all lookup 77 priority 5", 4), section="policy_rules", line=8)),
        load_sets("r1", "create a hash:ip\nadd a nonsense\n"),
        load_rules("r1", "*filter\n:INPUT ACCEPT [0:0]\n-A INPUT -m nonsense -j ACCEPT\nCOMMIT\n"),
    )
    planned = Plan({"first": "r1"}, operations)
    with Lab(planned, is_strict=False) as lab:
        refusals = [str(each) for each in lab.refusals]
        assert "192.0.2.0/24" in lab.run("r1", ["ip", "route"]).stdout, "the others are carried out"
    assert refusals[0] == "first: net/ipv4/no_such_setting = 1: No such file or directory"
    assert refusals[1].startswith("first: interfaces line 3: address add 192.0.2.1/24")
    assert refusals[1].endswith("there is no device gone")
    assert refusals[2].startswith("first: route add 10.1.0.0/16")
    assert refusals[2].endswith("there is no device gone")
    assert refusals[3].startswith("first: routing_table_main line 5: route add 10.0.0.0/8")
    assert refusals[3].endswith("Nexthop has invalid gateway")
    assert refusals[4].startswith("first: policy_rules line 8: rule add from all priority 5")
    assert refusals[4].endswith("File exists")
    assert refusals[5].startswith("r1: ipset_save line 2: add a nonsense: Syntax error")
    assert refusals[6].startswith("r1: iptables_save line 3: -A INPUT -m nonsense -j ACCEPT: Couldn't load match")
    assert len(refusals) == 7
    with pytest.raises(LabError, match=r"route add 10\.0\.0\.0/8"), Lab(planned):
        pass


EVERYTHING = """
[network]
name = "x"
[[router]]
name = "r1"
routes = [
    "10.9.0.0/16 nexthop via 10.0.0.2 dev eth0.100 weight 1 nexthop via 10.0.0.3 dev eth0.100 weight 3",
    "blackhole 10.66.0.0/16", "throw 10.67.0.0/16 table 77", "10.8.0.0/16 tos 0x10 via 10.0.0.2",
    "local 10.7.0.0/16 dev lo", "2001:db8:9::/48 via 2001:db8::2", "prohibit 2001:db8:8::/48", "192.0.2.9 dev eth0.100",
]
rules = ["not from 10.0.0.0/8 fwmark 0x5/0xff lookup 77 priority 7", "-6 oif lo prohibit priority 8"]
ipset = "create a hash:ip\\nadd a 10.0.0.9"
iptables = "*filter\\n:INPUT ACCEPT [0:0]\\n-A INPUT -m set --match-set a src -j DROP\\nCOMMIT"
sysctls = { "net/ipv4/conf/eth0.100/rp_filter" = "1" }
[[router.interface]]
name = "eth0.100"
mtu = 1400
addresses = ["10.0.0.1/24", "2001:db8::1/64"]
[[router.interface]]
name = "br0"
up = false
addresses = ["10.1.0.1/24"]
"""


@pytest.mark.root
@pytest.mark.serial
def test_a_router_with_everything_stands_in_its_namespace() -> None:
    with Lab(plan(read_description(EVERYTHING, "x.toml"))) as lab:
        shown = lab.run("r1", ["sh", "-c", SHOW]).stdout
    for part in (
        "nexthop via 10.0.0.3 dev eth0.100 weight 3",
        "blackhole 10.66.0.0/16",
        "throw 10.67.0.0/16 table 77",
        "10.8.0.0/16 tos",
        "local 10.7.0.0/16 dev lo",
        "prohibit 2001:db8:8::/48",
        "7:\tnot from 10.0.0.0/8 fwmark 0x5/0xff lookup 77",
        "8:\tfrom all oif lo prohibit",
        "mtu 1400",
        "add a 10.0.0.9",
        "-A INPUT -m set --match-set a src -j DROP",
    ):
        assert part in shown
    assert "10.1.0.0/24 dev br0" not in shown, "an interface that is down has no connected route"
    assert shown.endswith("1\n")


@pytest.mark.root
@pytest.mark.serial
def test_a_machine_is_added_to_what_stands() -> None:
    setting = "net/ipv6/conf/all/disable_ipv6"
    switch = (MakeNamespace("_switches"), SetSysctl("_switches", setting, "1"), MakeBridge("_switches", "s1"))
    standing = apply(Plan({}, (*switch, SetLink("_switches", "s1", is_up=True))))
    added = (
        MakeNamespace("pc"),
        SetSysctl("pc", setting, "1"),
        MakeLink(End("pc", "eth0", index=2), End("_switches", "s1.1", index=1000)),
        SetLink("_switches", "s1.1", is_up=True, master="s1"),
        SetLink("pc", "eth0", is_up=True),
    )
    new = apply(Plan({"pc": "pc"}, added, (Carrier("pc", "eth0"),)), standing.descriptors)
    try:
        assert new.refusals == []
        assert new.descriptors["_switches"] == standing.descriptors["_switches"]
        with inside(new.descriptors["pc"]):
            assert Path("/proc/sys", setting).read_text() == "1\n", "it is not what is set there already"
    finally:
        new.close()
