import pickle

from backend.facts.routes import parse_route
from backend.lab.plan.operation import (
    AddNeighbor,
    AddRoute,
    AddRule,
    DeleteRule,
    End,
    LoadRules,
    LoadSets,
    MakeBridge,
    MakeLink,
    MakeNamespace,
    Plan,
    RuleLine,
    SetLine,
    SetLink,
    SetSysctl,
)
from backend.model.address import parse_address
from backend.model.policy import default_rules


def test_operations_read_as_arguments_of_ip() -> None:
    assert MakeNamespace("r1").text == "netns add r1"
    assert MakeBridge("sw", "s1").text == "link add name s1 netns sw type bridge mcast_snooping 0"
    link = MakeLink(End("r1", "a", "02:00:00:00:00:01", 1420, 5), End("r2", "eth0"))
    assert link.text == (
        "link add name a netns r1 mtu 1420 address 02:00:00:00:00:01 index 5 type veth peer name eth0 netns r2 mtu 1500"
    )


def test_what_is_set_by_netlink_reads_so_too() -> None:
    group = SetLink("r1", "eth0", True, master="s1", group="5", has_generated_addresses=False)
    assert group.text == "link set dev eth0 addrgenmode none group 5 master s1 up"
    assert SetLink("r1", "tun0", has_arp=False).text == "link set dev tun0 arp off"
    assert AddRoute("r1", parse_route("10.0.0.0/8 dev eth0", 4)).text.startswith("route add 10.0.0.0/8")
    neighbor = AddNeighbor("r1", "tun0", parse_address("10.0.0.2"), "02:00:00:00:00:01")
    assert neighbor.text == "neigh add 10.0.0.2 lladdr 02:00:00:00:00:01 dev tun0 nud permanent"
    (local, *_) = default_rules(4)
    assert AddRule("r1", local).text == "rule add from all priority 0 lookup 255"
    assert DeleteRule("r1", local).text == "rule delete from all priority 0 lookup 255"


def test_what_cannot_be_said_to_a_tool_is_not_in_its_input() -> None:
    lines = (SetLine("create a hash:ip", "a"), SetLine('add a "', "a", 2, "a quote"), SetLine("add a 10.0.0.1", "a", 3))
    assert LoadSets("r1", lines).text == "create a hash:ip\nadd a 10.0.0.1\n"
    rules = LoadRules("r1", 6, (RuleLine("*filter", "filter"), RuleLine("COMMIT", "filter")))
    assert (rules.text, rules.section) == ("*filter\nCOMMIT\n", "ip6tables_save")


def test_a_plan_survives_the_way_to_the_process_that_builds_it() -> None:
    link = MakeLink(End("r1", "a"), End("r2", "b"))
    route = AddRoute("r1", parse_route("2001:db8::/64 dev a", 6))
    plan = Plan({"r1": "r1"}, (MakeNamespace("r1"), link, SetSysctl("r1", "k", "1"), route))
    assert pickle.loads(pickle.dumps(plan)) == plan


def test_every_device_is_known_with_the_other_end_of_its_cable() -> None:
    link = MakeLink(End("r1", "a", index=2), End("r2", "b", index=3))
    found = Plan({}, (MakeNamespace("r1"), link)).devices()
    assert (found["r1"]["a"].end, found["r1"]["a"].other) == (link.one, link.other)
    assert (found["r2"]["b"].end, found["r2"]["b"].other) == (link.other, link.one)
