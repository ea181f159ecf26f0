import pytest
from msgspec import structs

from backend.report.layout.marks import Box, Stroke, Text
from backend.report.layout.path import Drawing, Node, path_drawing
from tests.report.layout.sheets import FONTS, half

WIDTH = 511.0


def drawing(count: int, is_stop: bool = False, is_reached: bool = True) -> Drawing:
    one = Node("", ("10.0.0.1", "a → b"), "✓", is_stop=is_stop, is_reached=is_reached, onward="10.100.1.0/24")
    nodes = [structs.replace(one, name=f"r{number}") for number in range(count)]
    return path_drawing(FONTS, nodes, 42.0, 100.0, WIDTH)


def boxes(drawn: Drawing) -> list[Box]:
    return [mark for mark in drawn.marks if isinstance(mark, Box)]


@pytest.mark.parametrize("count", [0, 1, 4, 5, 30])
def test_all_machines_are_there_apart_from_each_other_and_within_the_drawing(count: int) -> None:
    drawn = drawing(count)
    found = boxes(drawn)
    assert len(found) == count
    assert len({(box.x, box.y) for box in found}) == count
    for box in found:
        assert 42.0 <= box.x <= box.x + box.width <= 42.0 + WIDTH
        assert 100.0 <= box.y <= box.y + box.height <= 100.0 + drawn.height + 0.01


def test_arrows_stay_within_the_drawing() -> None:
    for mark in drawing(30).marks:
        if isinstance(mark, Stroke):
            assert 42.0 <= min(mark.x1, mark.x2) <= max(mark.x1, mark.x2) <= 42.0 + WIDTH


def test_names_of_any_length_stay_in_their_boxes() -> None:
    drawn = path_drawing(FONTS, [Node("x" * 2000, ("y" * 2000,), "✗", onward="z" * 2000)] * 6, 42.0, 100.0, WIDTH)
    for mark in drawn.marks:
        if isinstance(mark, Text):
            assert mark.x + half(mark.text, mark.face, mark.size) <= 42.0 + WIDTH + 0.01


def test_without_colours_a_stop_is_a_thick_line_and_what_is_not_reached_a_dashed_one() -> None:
    (passed,), (stopped,), (away,) = (
        boxes(drawing(1)),
        boxes(drawing(1, is_stop=True)),
        boxes(drawing(1, is_reached=False)),
    )
    assert stopped.stroke > passed.stroke
    assert (passed.is_dashed, away.is_dashed) == (False, True)


def test_a_subnet_stands_above_and_below_its_arrow() -> None:
    found = [mark.text for mark in drawing(2).marks if isinstance(mark, Text)]
    assert {"10.100.1.0", "/24"} <= set(found)
