import pytest

from backend.report.drawing import Drawing
from backend.report.fonts import FALLBACK
from backend.report.layout.marks import Anchor, Bookmark, Box, Face, Link, Page, Shape, Stroke, Text
from tests.report.reading import bookmarks, code, fonts, part, reader, text

MARKS = (
    Text(50, 100, "-j DROP"),
    Text(50, 120, "bold →", Face.BOLD),
    Stroke(0, 0, 10, 10, is_dashed=True),
    Box(10, 10, 50, 50, fill="#eeeeee", radius=4),
    Shape(((0, 0), (5, 5), (0, 5))),
    Anchor("there", 300),
    Link(10, 10, 50, 10, "there"),
    Link(10, 30, 50, 10, "nowhere"),
)
SAID = {"Title": "Ä title", "Author": "anna", "CreationDate": "D:20260701120000Z"}


def drawn(*pages: Page, marks: tuple[Bookmark, ...] = ()) -> bytes:
    drawing = Drawing()
    for page in pages:
        drawing.add(page)
    return drawing.made(marks, SAID, lambda number, count: Text(500, 800, f"{number} of {count}"))


def page(*marks: Text) -> Page:
    return Page(595, 842, marks)


def test_every_mark_is_drawn_and_each_page_has_its_number() -> None:
    pdf = drawn(Page(595, 842, MARKS), page())
    first, second = reader(pdf).pages
    assert first.extract_text().split() == ["-j", "DROP", "bold", "→", "1", "of", "2"]
    assert second.extract_text() == "2 of 2"
    assert fonts(pdf) == {"DejaVuSans": True, "DejaVuSans-Bold": True}
    assert len(part(first, "/Annots")) == 1, "a link that leads nowhere is none"
    for operator in (" l S", " c h B", " l h f", "[2.2 1.8] 0 d"):
        assert operator in code(first)


def test_a_link_leads_to_its_place_on_another_page() -> None:
    read = reader(drawn(Page(595, 842, (Link(10, 10, 50, 10, "there"),)), Page(595, 842, (Anchor("there", 300),))))
    where = part(part(read.pages[0], "/Annots")[0], "/Dest")
    assert read.get_page_number(where[0].get_object()) == 1
    assert 542 <= where[3] <= 560


def test_text_stands_where_it_should() -> None:
    found: list[tuple[float, float]] = []
    (one,) = reader(drawn(page(Text(50, 100, "here")))).pages
    one.extract_text(visitor_text=lambda said, _, at, *__: found.append((at[4], at[5])) if "here" in said else None)
    assert found == [(50, 742)]


def test_a_text_may_be_read_from_below() -> None:
    (one,) = reader(drawn(page(Text(50, 100, "here", is_upright=True)))).pages
    assert "0 1 -1 0 50.00 742.00 Tm" in code(one)


@pytest.mark.parametrize("said", ["אבג", "قاعدة", "Ελληνικά Кириллица äß€", "\U0001d400"])
def test_letters_of_all_alphabets_are_found_again(said: str) -> None:
    assert said in text(drawn(page(Text(50, 100, f"rule {said} ok"))))


@pytest.mark.parametrize("said", ["防火墙"] if FALLBACK.exists() else [])
def test_letters_of_another_font_are_in_the_file_too(said: str) -> None:
    made = drawn(page(Text(50, 100, f"rule {said} ok", Face.MONO)))
    assert f"rule {said} ok" in text(made)
    assert all(fonts(made).values())
    assert len(fonts(made)) == 3


def test_letters_of_the_same_shape_stay_what_they_are() -> None:
    assert "AΑА" in text(drawn(page(Text(50, 100, "AΑА")))), "Latin, Greek and Cyrillic"


def test_what_is_said_of_it() -> None:
    read = reader(drawn(page()))
    assert read.metadata is not None
    assert (read.metadata.title, read.metadata.author) == ("Ä title", "anna")
    assert read.metadata.creation_date_raw == "D:20260701120000Z"
    root = part(read.trailer, "/Root")
    assert (part(root, "/ViewerPreferences", "/DisplayDocTitle").value, part(root, "/Lang")) == (True, "en")


def test_the_same_pages_are_the_same_bytes_and_others_have_another_id() -> None:
    assert drawn(page(Text(5, 5, "a"))) == drawn(page(Text(5, 5, "a")))
    assert len(drawn()) > 0
    assert bookmarks(drawn(page())) == []
