from typing import Any

from msgspec.structs import replace

from backend.facts.machine import InterfaceEntry, RouterEntry, build_router
from backend.lab.plan.operation import Omission
from backend.lab.plan.possible import possible
from backend.model.network import Router
from backend.model.route import NextHop

EVERY = (InterfaceEntry("eth0", addresses=("10.0.0.1/24",)), InterfaceEntry("eth1", addresses=("10.1.0.1/24",)))


def built(**fields: Any) -> Router:
    return build_router(RouterEntry("r1", interface=EVERY, **fields))


def found(router: Router) -> tuple[Router, list[tuple[str, str]]]:
    omissions: list[Omission] = []
    kept = possible(router, omissions)
    assert all(each.router == "r1" for each in omissions)
    return kept, [(each.text, each.reason) for each in omissions]


def test_what_a_lab_can_have_stays_as_it_is() -> None:
    router = built(routes=("default via 10.0.0.2", "blackhole 10.9.0.0/16"))
    assert found(router) == (router, [])


def test_policy_rules_without_a_meaning_are_named() -> None:
    router = built(rules=("goto 99 priority 5",))
    odd = replace(router.policy_rules[1], goto=None)
    strange = replace(router.policy_rules[1], unknown=("colour blue",), text="from all colour blue lookup main")
    l3mdev = replace(router.policy_rules[1], is_l3mdev=True, text="from all lookup [l3mdev-table]")
    spaced = replace(router.policy_rules[1], iif="a b", text="from all iif a b lookup main")
    kept, reasons = found(replace(router, policy_rules=(odd, strange, l3mdev, spaced)))
    assert kept.policy_rules == ()
    assert reasons == [
        (odd.text, "its target does not exist"),
        (strange.text, "no meaning is known for colour blue"),
        (l3mdev.text, "a lab has no VRF"),
        (spaced.text, "a b: the kernel has no device of that name"),
    ]


def test_what_is_in_a_vrf_is_left_out_with_its_routes() -> None:
    router = built(routes=("10.9.0.0/16 via 10.1.0.2", "10.8.0.0/16 via 10.0.0.2"))
    lo, eth0, eth1 = router.interfaces
    blue = replace(eth0, name="blue", addresses=())
    kept, reasons = found(replace(router, interfaces=(lo, eth0, replace(eth1, master="blue"), blue), vrfs={"blue": 10}))
    assert [each.name for each in kept.interfaces] == ["lo", "eth0"]
    assert reasons[:2] == [("eth1", "it is in blue, and a lab has no VRF"), ("blue", "a lab has no VRF")]
    assert ("10.9.0.0/16 via 10.1.0.2", "the lab has no eth1") in reasons
    routes = [route.text for table in kept.tables for route in table.routes]
    assert [text for text in routes if "eth1" in text or "10.1.0" in text] == []
    assert "10.8.0.0/16 via 10.0.0.2" in routes


def test_an_interface_that_the_kernel_cannot_have_is_left_out_and_all_else_stays() -> None:
    router = built()
    interfaces = (*router.interfaces, replace(router.interfaces[1], name="a/b"), router.interfaces[2])
    kept, reasons = found(replace(router, interfaces=interfaces))
    assert kept.interfaces == router.interfaces
    assert reasons == [
        ("a/b", "the kernel has no device of that name"),
        ("eth1", "there is another one of that name"),
    ]


def test_only_the_next_hops_that_cannot_be_are_left_out() -> None:
    router = built(routes=("10.9.0.0/16 nexthop via 10.0.0.2 dev eth0 nexthop via 10.1.0.2 dev eth1",))
    tables = tuple(
        replace(table, routes=tuple(replace(r, next_hops=tuple(map(_dead, r.next_hops))) for r in table.routes))
        for table in router.tables
    )
    kept, reasons = found(replace(router, tables=tables))
    hops = [[hop.dev for hop in r.next_hops] for t in kept.tables for r in t.routes if r.text.startswith("10.9.")]
    assert hops == [["eth0"]]
    assert [reason for text, reason in reasons if text.startswith("10.9.")] == ["the kernel does not use it"]


def _dead(hop: NextHop) -> NextHop:
    return replace(hop, flags=("dead", "linkdown")) if hop.dev == "eth1" else hop


def test_a_route_whose_interface_is_not_in_the_facts_is_named() -> None:
    router = built(routes=("10.9.0.0/16 via 10.1.0.2",))
    kept, reasons = found(replace(router, interfaces=router.interfaces[:2]))
    assert ("10.9.0.0/16 via 10.1.0.2", "the lab has no eth1") in reasons
    assert all(hop.dev != "eth1" for table in kept.tables for route in table.routes for hop in route.next_hops)
