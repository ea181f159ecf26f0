from backend.report.drawing import charts, draw
from backend.report.layout.marks import Anchor, Box, Chart, Face, Link, Page, Shape, Stroke, Text
from tests.report.reading import code, fonts, part, reader, text

CHART = Chart(10, 10, 100, 50, ())
MARKS = (
    Text(50, 100, "-j DROP"),
    Text(50, 120, "bold →", Face.BOLD),
    Stroke(0, 0, 10, 10, is_dashed=True),
    Box(10, 10, 50, 50, fill="#eeeeee", radius=4),
    Shape(((0, 0), (5, 5), (0, 5))),
    CHART,
    Anchor("there", 300),
    Link(10, 10, 50, 10, "there"),
    Link(10, 30, 50, 10, "nowhere"),
)


def test_every_mark_is_drawn() -> None:
    pdf = draw((Page(595, 842, MARKS),))
    (page,) = reader(pdf).pages
    assert text(pdf).split() == ["-j", "DROP", "bold", "→"]
    assert set(fonts(pdf).items()) >= {("DejaVuSans", True), ("DejaVuSans-Bold", True)}
    assert len(part(page, "/Annots")) == 1, "a link that leads nowhere is none"


def test_text_stands_where_it_should() -> None:
    found: list[tuple[float, float]] = []
    (page,) = reader(draw((Page(595, 842, (Text(50, 100, "here"),)),))).pages
    page.extract_text(visitor_text=lambda said, _, at, *__: found.append((at[4], at[5])) if said.strip() else None)
    assert found[-1] == (50, 742)


def test_a_text_may_be_read_from_below() -> None:
    (page,) = reader(draw((Page(595, 842, (Text(50, 100, "here", is_upright=True),)),))).pages
    assert "0 1 -1 0 50.00 742.00 Tm" in code(page)


def test_a_right_to_left_text_is_found_again() -> None:
    assert "אבג" in text(draw((Page(595, 842, (Text(50, 100, "rule אבג ok"),)),)))


def test_charts_are_for_another() -> None:
    assert list(charts(Page(595, 842, MARKS))) == [CHART]
