import msgspec

from backend.lab.operation import Configure, End, MakeBridge, MakeLink, MakeNamespace, Plan, SetSysctl


def test_operations_read_as_arguments_of_ip() -> None:
    assert MakeNamespace("r1").text == "netns add r1"
    assert MakeBridge("sw", "s1").text == "link add name s1 netns sw type bridge mcast_snooping 0"
    link = MakeLink(End("r1", "a", "02:00:00:00:00:01", 1420, 5), End("r2", "eth0"))
    assert link.text == (
        "link add name a netns r1 mtu 1420 address 02:00:00:00:00:01 index 5 type veth peer name eth0 netns r2 mtu 1500"
    )


def test_a_plan_survives_the_way_to_the_process_that_builds_it() -> None:
    link = MakeLink(End("r1", "a"), End("r2", "b"))
    plan = Plan({"r1": "r1"}, (MakeNamespace("r1"), link, SetSysctl("r1", "k", "1"), Configure("r1", "link", 6)))
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(plan), type=Plan) == plan
