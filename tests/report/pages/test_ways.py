from backend.report.layout.path import Node
from backend.report.pages.ways import Ends, nodes, put_way
from backend.report.result import Hop, Way
from tests.report.layout.sheets import all_texts, sheet

FIRST = Hop("gw-a", "10.1.0.1", "lan", "up", segment="10.9.0.0/24")

ENDS = Ends("10.1.0.50", "10.2.0.50")


def drawn(*hops: Hop, verdict: str = "accepted") -> list[Node]:
    return nodes(Way(verdict, path=hops), ENDS)


def test_it_begins_at_the_source_and_ends_at_the_destination() -> None:
    server = Hop("server", "10.2.0.50", is_router=False)
    assert [node.name for node in drawn(FIRST, server)] == ["10.1.0.50", "gw-a", "server"]


def test_a_destination_that_is_not_reached_is_drawn_as_such() -> None:
    stop = Hop("gw-b", "10.9.0.2", "up", verdict="denied_forward")
    _, first, second, away = drawn(FIRST, stop, verdict="denied_forward")
    assert (away.name, away.is_reached) == ("10.2.0.50", False)
    assert (first.onward, first.sign, first.is_stop) == ("10.9.0.0/24", "✓", False)
    assert (second.sign, second.is_stop, second.lines) == ("✗", True, ("10.9.0.2", "up → ·", "denied forward"))


def test_a_router_that_is_the_destination_is_drawn_once() -> None:
    assert [node.name for node in drawn(Hop("gw-b", "10.2.0.50", "up"))] == ["10.1.0.50", "gw-b"]


def test_equal_cost_ways_say_how_many_take_them() -> None:
    used = sheet()
    put_way(used, "There", Way("accepted", share=0.5, path=(FIRST,)), ENDS)
    assert "There (50% of connections)" in all_texts(used)
