from itertools import pairwise

import pytest
from msgspec import structs

from backend.model.verdict import Verdict
from backend.policy.areas import Area
from backend.policy.asking import Asker, came_of
from backend.policy.cells import Cell
from backend.policy.expectation import Ports
from backend.policy.kind import World
from backend.policy.span import Span
from tests.policy.grounds import RULES, between, world

PC, DB = 0x0A010032, 0x0A020032
OUTSIDE = 0x08080808


def cell(low: int = 1, high: int = 65535, source: int = PC, protocol: str = "tcp") -> Cell:
    one, other = (Area((Span(4, number, number),)) for number in (source, DB))
    return Cell(4, one, other, Ports(protocol, low, high), is_whole=True)


def test_ports_that_no_router_on_the_way_tells_apart_are_one() -> None:
    found = [(piece.ports, came.outcome.verdict) for piece, (came,) in Asker([between()]).ask(cell(), None)]
    assert next(ports.low for ports, _ in found) == 1
    assert [ports.high for ports, _ in found][-1] == 65535
    assert all(one.high + 1 == other.low for (one, _), (other, _) in pairwise(found))
    accepted = [(ports.low, ports.high) for ports, verdict in found if verdict is Verdict.ACCEPTED]
    assert (accepted[0][0], accepted[-1][1]) == (8000, 8010)
    assert len(found) < 30


def test_what_has_no_ports_is_one_and_so_is_what_nobody_tells_apart() -> None:
    assert len(list(Asker([between()]).ask(cell(0, 0, protocol="icmp"), None))) == 1
    assert len(list(Asker([between()]).ask(cell(30000, 40000), None))) == 1


def test_where_each_port_may_be_another_all_are_asked() -> None:
    whole = world('-A FORWARD -p tcp -m u32 --u32 "20&0xFFFF=22" -j ACCEPT')
    assert [piece.ports.low for piece, _ in Asker([whole]).ask(cell(21, 23), None)] == [21, 22, 23]


def test_the_routers_of_a_packet_are_known() -> None:
    assert came_of(between(), cell(), None).met == {"fw"}


@pytest.mark.parametrize(
    ("other", "source", "asked"),
    [
        (world(), PC, 1),
        (world(), OUTSIDE, 2),
        (world(RULES + "-A FORWARD -j LOG\n"), PC, 2),
        (world(name="other"), PC, 1),
    ],
)
def test_what_is_the_same_in_both_is_asked_once(other: World, source: int, asked: int) -> None:
    asker = Asker([between(), other])
    (found,) = asker.ask(cell(30000, 30001, source), None)
    assert asker.asked == asked
    assert found[1][0].outcome.verdict is found[1][1].outcome.verdict


def test_where_the_ground_is_another_nothing_is_taken_for_the_same() -> None:
    other = world()
    moved = World(other.network, other.compiled)
    moved.network = structs.replace(other.network, hosts=())
    asker = Asker([between(), moved])
    list(asker.ask(cell(30000, 30001), None))
    assert asker.asked == 2
