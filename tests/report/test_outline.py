from backend.report.layout.marks import Bookmark
from tests.report.reading import bookmarks, reader
from tests.report.test_drawing import drawn, page

MARKS = (
    Bookmark("Summary", 0, 0, 40),
    Bookmark("✗ 22/tcp", 0, 1, 40),
    Bookmark("Rules", 1, 1, 90),
    Bookmark("Steps", 1, 1, 190),
    Bookmark("Appendix", 0, 2, 40),
)


def test_bookmarks_lead_to_their_pages_one_below_the_other() -> None:
    made = drawn(page(), page(), page(), marks=MARKS)
    assert bookmarks(made) == ["Summary", "✗ 22/tcp", "Rules", "Steps", "Appendix"]
    outline = reader(made).outline
    assert [isinstance(each, list) for each in outline] == [
        False,
        False,
        True,
        False,
    ]
    tops = [each for each in outline if not isinstance(each, list)]
    assert [reader(made).get_destination_page_number(each) for each in tops] == [0, 1, 2]
    assert float(str(tops[1].top)) == 842 - 40 + 12
