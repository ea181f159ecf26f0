from msgspec.structs import replace

from backend.facts.description import read_description
from backend.lab.plan.internet import INTERNET
from backend.lab.plan.operation import LoadRules, MakeLink, MakeNamespace, Plan
from backend.lab.plan.planner import plan
from backend.lab.plan.tracing import Tracing
from backend.model.network import Network

TEXT = """
[network]
name = "x"
[[router]]
name = "r1"
routes = ["default via 203.0.113.1 dev eth0"]
[[router.interface]]
name = "eth0"
addresses = ["203.0.113.2/29"]
[[router.interface]]
name = "wg0"
mtu = 1420
addresses = ["10.0.0.1/30"]
[[router]]
name = "r2"
[[router.interface]]
name = "tun0"
addresses = ["10.0.0.2/30"]
[[router.interface]]
name = "eth1"
addresses = ["10.1.0.1/24"]
[[host]]
name = "pc"
addresses = ["10.1.0.50/24"]
[[host]]
name = "lost"
addresses = ["192.0.2.1/24"]
"""


def network() -> Network:
    return read_description(TEXT, "x.toml")


def links(found: Plan) -> list[tuple[str, str, str, str]]:
    made = [each for each in found.operations if isinstance(each, MakeLink)]
    return [(each.one.namespace, each.one.dev, each.other.namespace, each.other.dev) for each in made]


def test_interfaces_keep_their_names_and_share_their_segments() -> None:
    found = plan(network())
    assert ("r1", "wg0", "r2", "tun0") in links(found)
    assert ("r2", "eth1", "pc", "eth0") in links(found)
    assert ("r1", "eth0", INTERNET, "isp0") in links(found)
    assert found.internet == INTERNET


def test_the_same_network_gives_the_same_plan() -> None:
    assert plan(network()) == plan(network())


def test_every_router_can_be_made_to_tell() -> None:
    found = [each for each in plan(network(), Tracing()).operations if isinstance(each, LoadRules)]
    assert sorted((each.router, each.family) for each in found) == [("r1", 4), ("r1", 6), ("r2", 4), ("r2", 6)]
    assert [each for each in plan(network()).operations if isinstance(each, LoadRules)] == []


def test_a_host_without_a_segment_is_named() -> None:
    assert [(each.router, each.reason) for each in plan(network()).omissions] == [
        ("lost", "no segment has its address")
    ]


def test_a_name_that_cannot_be_a_file_gets_another() -> None:
    routers = network().routers
    found = plan(replace(network(), routers=(replace(routers[0], name="../r1"),), segments=(), hosts=()))
    assert found.namespaces == {"../r1": "_machine0", INTERNET: INTERNET}
    assert "_machine0" in [each.namespace for each in found.operations if isinstance(each, MakeNamespace)]


def test_a_strange_interface_leaves_out_only_itself() -> None:
    known = network()
    strange = replace(known.routers[1].interfaces[1], name="a/b", index=9)
    router = replace(known.routers[1], interfaces=(*known.routers[1].interfaces, strange))
    found = plan(replace(known, routers=(known.routers[0], router)))
    assert ("r2", "a/b", "the kernel has no device of that name") in [
        (each.router, each.text, each.reason) for each in found.omissions
    ]
    assert links(found) == links(plan(known))


def test_every_device_has_an_index_and_another_end() -> None:
    devices = plan(network()).devices()
    assert devices["r1"]["wg0"].end.index == 3
    assert (devices["r1"]["wg0"].other.namespace, devices["r1"]["wg0"].other.dev) == ("r2", "tun0")
    for held in devices.values():
        indexes = [device.end.index for device in held.values()]
        assert 0 not in indexes
        assert len(set(indexes)) == len(indexes)
