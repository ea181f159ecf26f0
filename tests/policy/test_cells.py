from backend.policy.areas import Area, ground
from backend.policy.cells import Sides, cells, count, sides
from backend.policy.ends import addresses
from backend.policy.expectation import ANYTHING, Ports
from backend.policy.kind import Kind
from backend.policy.span import Span
from tests.policy.grounds import between

LEFT_OUT = {Kind.NOBODY, Kind.NOWHERE, Kind.ROUTER}


def sides_of(source: str, destination: str) -> Sides:
    world = between()
    one, other = (addresses(world.network, [word], 1) for word in (source, destination))
    (found,) = sides([ground([world.network], 4)], [world], one, other, LEFT_OUT)
    return found


def test_what_nobody_has_is_left_out_and_said() -> None:
    found = sides_of("10.1.0.0/24", "10.2.0.0/24")
    assert {each.kind for each in found.skipped} == {Kind.NOBODY, Kind.ROUTER}
    assert not any(area.first == 0x0A010001 for area in found.sources)


def test_a_single_address_was_meant_whoever_has_it() -> None:
    assert sides_of("10.1.0.1", "10.2.0.0").skipped == ()


def test_there_is_a_cell_for_each_combination() -> None:
    found = sides_of("10.1.0.0/24", "10.2.0.0/24")
    asked = list(cells(found, ANYTHING))
    assert len(asked) == count(found, ANYTHING) == 3 * len(found.sources) * len(found.destinations)
    assert {cell.ports for cell in asked} == set(ANYTHING)


def test_nobody_sends_to_itself_where_there_is_another() -> None:
    area, one = Area((Span(4, 5, 9),)), Area((Span(4, 5, 5),))
    same = next(cells(Sides(4, (area,), (area,), ()), [Ports("icmp")]))
    assert same.ends[0] != same.ends[1]
    assert not same.is_whole
    assert list(cells(Sides(4, (one,), (one,), ()), [Ports("icmp")])) == []
    (other,) = cells(Sides(4, (area,), (one,), ()), [Ports("icmp")])
    assert [int(end) for end in other.ends] == [6, 5]
