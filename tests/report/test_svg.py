from xml.etree import ElementTree

from backend.report.layout.marks import Anchor, Box, Face, Shape, Stroke, Text
from backend.report.svg import svg

SPACE = "{http://www.w3.org/2000/svg}"
MARKS = (
    Box(1, 2, 3, 4, None, "#eeeeee", radius=2),
    Stroke(1, 2, 3, 4, is_dashed=True),
    Shape(((0, 0), (5, 5), (0, 5))),
    Text(10, 20, "a < b & 'c'", Face.MONO),
    Anchor("there", 3),
)


def test_every_mark_is_an_element_and_what_is_said_is_its_title() -> None:
    picture = ElementTree.fromstring(svg(MARKS, 100, 50, "<one> 'way'"))
    assert [each.tag.removeprefix(SPACE) for each in picture] == ["title", "rect", "line", "polygon", "text"]
    title, rect, line, polygon, text = picture
    assert (title.text, picture.get("aria-label"), picture.get("role")) == ("<one> 'way'", "<one> 'way'", "img")
    assert (rect.get("x"), rect.get("height"), rect.get("rx"), rect.get("stroke")) == ("1.00", "4.00", "2", None)
    assert line.get("stroke-dasharray")
    assert polygon.get("points") == "0.00,0.00 5.00,5.00 0.00,5.00"
    assert (text.text, text.get("x"), text.get("y")) == ("a < b & 'c'", "10.00", "20.00")
