import pytest

from backend.report.layout.marks import Link, Page, Text
from backend.report.layout.sheet import SIZES, Sheet
from tests.report.layout.sheets import FONTS, all_texts, is_within, pages, sheet, texts


def test_what_does_not_fit_goes_on_on_the_next_page() -> None:
    used = sheet()
    for number in range(200):
        used.write(f"line {number}")
    assert len(pages(used)) > 1
    assert all_texts(used) == [f"line {number}" for number in range(200)]


def test_every_page_has_its_title_and_a_place_for_its_number() -> None:
    used = sheet()
    used.turn()
    used.write("more")
    assert [texts(page) for page in pages(used)] == [["title", "remark"], ["title", "more", "remark"]]
    number = used.numbered(2, 2)
    assert (number.text, number.y) == ("2 / 2", pages(used)[0].height - 24)
    assert number.x < used.page_width - 42


def test_who_takes_pages_gets_each_when_it_is_full() -> None:
    taken: list[Page] = []
    used = Sheet(FONTS, take=taken.append)
    used.write("first")
    assert taken == []
    used.turn()
    assert [texts(page) for page in taken] == [["first"]]
    used.close()
    assert (len(taken), used.pages) == (1, [])


def test_there_is_one_page_at_least() -> None:
    assert [texts(page) for page in pages(sheet())] == [["title", "remark"]]


def test_a_heading_is_never_the_last_of_a_page() -> None:
    used = sheet()
    used.y = used.bottom - 30
    used.put(Text(50, 50, "before"))
    used.heading("Path", keep=60)
    assert [texts(page)[1:-1] for page in pages(used)] == [["before"], ["Path"]]


@pytest.mark.parametrize("paper", SIZES)
def test_long_words_stay_on_the_paper(paper: str) -> None:
    used = Sheet(FONTS, paper)
    used.write("x" * 2000, indent=20)
    used.point("y" * 2000)
    assert (used.page_width, used.page_height) == SIZES[paper]
    assert is_within(used)


def test_a_long_title_is_cut_as_it_stands_elsewhere_too() -> None:
    (page,) = pages(Sheet(FONTS, title="x" * 2000, remark="y" * 2000))
    assert all(len(text) < 300 for text in texts(page))


def test_bookmarks_know_their_page_and_links_where_they_lead() -> None:
    used = sheet()
    used.turn()
    used.bookmark("22/tcp", 0, "there")
    used.write("to it", link="there")
    assert (used.bookmarks[0].title, used.bookmarks[0].page) == ("22/tcp", 1)
    assert [mark.to for mark in pages(used)[1].marks if isinstance(mark, Link)] == ["there"]
