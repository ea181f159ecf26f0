from backend.report.binding import bind
from backend.report.drawing import draw
from backend.report.layout.marks import Bar, Bookmark, Chart, Layout, Page, Text
from tests.report.reading import bookmarks, code, part, reader, text

CHART = Chart(50, 200, 100, 50, (Bar(0, 0, 100, 10),))
LAYOUT = Layout(
    (Page(595, 842, (Text(50, 50, "first"),)), Page(595, 842, (Text(50, 50, "second"), CHART, CHART))),
    (Bookmark("Summary", 0, 0, 40), Bookmark("22/tcp", 0, 1, 40), Bookmark("Rules", 1, 1, 90)),
)


def bound() -> bytes:
    return bind(draw(LAYOUT.pages), LAYOUT, {"Title": "Ä title", "Author": "anna"})


def test_bookmarks_lead_to_their_pages_one_below_the_other() -> None:
    outline = reader(bound()).outline
    assert bookmarks(bound()) == ["Summary", "22/tcp", "Rules"]
    assert isinstance(outline[2], list)
    assert not isinstance(outline[1], list)
    assert reader(bound()).get_destination_page_number(outline[1]) == 1


def test_the_title_is_shown_and_all_else_said_of_it() -> None:
    read = reader(bound())
    assert read.metadata is not None
    assert (read.metadata.title, read.metadata.author) == ("Ä title", "anna")
    assert part(read.trailer, "/Root", "/ViewerPreferences", "/DisplayDocTitle").value is True
    assert part(read.trailer, "/Root", "/Lang") == "en"


def test_charts_are_on_their_page_as_drawings_and_the_text_beside_them() -> None:
    pages = reader(bound()).pages
    shown = part(pages[1], "/Resources", "/XObject")
    assert sorted(shown) == ["/Chart0", "/Chart1"]
    assert all(each.get_object()["/Subtype"] == "/Form" for each in shown.values())
    assert "1 0 0 1 50.00 592.00 cm /Chart0 Do" in code(pages[1])
    assert "/XObject" not in part(pages[0], "/Resources")
    assert text(bound()).split() == ["first", "second"]
