from backend.model.address import parse_prefix
from backend.model.route import NextHop, Route, RouteKind
from backend.sim.packet import Packet
from backend.sim.table import CompiledTable, Linkdown, compile_table, find
from tests.sim.build import packet


def route(prefix: str, dev: str | None = "eth0", **more: object) -> Route:
    hops = (NextHop(dev=dev),) if dev else ()
    return Route(parse_prefix(prefix), next_hops=hops, text=f"{prefix} {dev}", **more)  # type: ignore[arg-type]


def table(*routes: Route) -> CompiledTable:
    return compile_table(4 if routes[0].prefix.version == 4 else 6, "t", routes)


def way(where: CompiledTable, what: Packet) -> str | None:
    found = find(where, what)
    return None if found is None else found.route.text


TO_7 = packet("10.0.0.1", "10.9.7.7")


def test_the_longest_prefix_wins() -> None:
    assert (
        way(table(route("0.0.0.0/0", "a"), route("10.9.0.0/16", "b"), route("10.9.7.0/24", "c")), TO_7)
        == "10.9.7.0/24 c"
    )


def test_nothing_covers_it() -> None:
    assert way(table(route("10.8.0.0/16"), route("10.9.6.0/24")), TO_7) is None


def test_then_the_smaller_metric() -> None:
    assert (
        way(table(route("10.9.0.0/16", "a", metric=20), route("10.9.0.0/16", "b", metric=5)), TO_7) == "10.9.0.0/16 b"
    )


def test_a_tos_route_is_for_its_tos_alone_and_comes_first() -> None:
    both = table(route("10.9.0.0/16", "a"), route("10.9.0.0/16", "b", tos=0x10, metric=9))

    assert way(both, TO_7) == "10.9.0.0/16 a"
    assert way(both, packet("10.0.0.1", "10.9.7.7", tos=0x10)) == "10.9.0.0/16 b"
    assert way(both, packet("10.0.0.1", "10.9.7.7", tos=0xF0)) == "10.9.0.0/16 b", "the upper three bits do not count"


def test_a_longer_prefix_of_another_tos_is_passed_over() -> None:
    assert way(table(route("10.9.0.0/16", "a"), route("10.9.7.0/24", "b", tos=8)), TO_7) == "10.9.0.0/16 a"


def test_dead_next_hops_are_passed_over() -> None:
    dead = Route(parse_prefix("10.9.0.0/16"), next_hops=(NextHop("a", flags=("dead", "linkdown")),), text="dead")
    assert way(table(dead, route("0.0.0.0/0", "b")), TO_7) == "0.0.0.0/0 b"

    half = Route(parse_prefix("10.9.0.0/16"), next_hops=(NextHop("a", flags=("dead",)), NextHop("b")), text="half")
    found = find(table(half), TO_7)
    assert found is not None
    assert [hop.dev for hop in found.next_hops] == ["b"]


def test_a_route_that_refuses_needs_no_next_hop() -> None:
    found = find(table(route("10.9.0.0/16", None, kind=RouteKind.PROHIBIT), route("0.0.0.0/0")), TO_7)
    assert found is not None
    assert (found.route.kind, found.next_hops) == (RouteKind.PROHIBIT, ())


def test_an_ipv6_route_may_be_for_some_sources_only() -> None:
    both = table(
        route("2001:db8:9::/48", "all"),
        route("2001:db8:9::/48", "some", from_prefix=parse_prefix("2001:db8:1::/48")),
    )
    assert way(both, packet("2001:db8:1::5", "2001:db8:9::1")) == "2001:db8:9::/48 some"
    assert way(both, packet("2001:db8:2::5", "2001:db8:9::1")) == "2001:db8:9::/48 all"


def test_next_hops_without_carrier_are_used_unless_the_interface_says_otherwise() -> None:
    linkdown = Route(parse_prefix("10.9.0.0/16"), next_hops=(NextHop("a", flags=("linkdown",)),), text="down")
    routes = (linkdown, route("10.0.0.0/8", "b"))

    assert way(compile_table(4, "t", routes), TO_7) == "down"
    assert way(compile_table(4, "t", routes, Linkdown(ignoring=frozenset("b"))), TO_7) == "down"
    assert way(compile_table(4, "t", routes, Linkdown(ignoring=frozenset("a"))), TO_7) == "10.0.0.0/8 b"


def test_that_the_facts_do_not_say_it_is_said() -> None:
    linkdown = Route(parse_prefix("10.9.0.0/16"), next_hops=(NextHop("a", flags=("linkdown",)),), text="down")
    found = find(compile_table(4, "t", [linkdown], Linkdown(unsaid=frozenset("a"))), TO_7)
    assert found is not None
    assert "not in the facts and taken as 0" in found.step.outcome


def test_a_local_route_without_interface_is_one_all_the_same() -> None:
    assert way(table(route("10.9.0.0/16", None, kind=RouteKind.LOCAL), route("0.0.0.0/0")), TO_7) == "10.9.0.0/16 None"
