from backend.report.layout.marks import Link, Text
from backend.report.layout.table import SIZE, Cell, Column, Row, column_widths, put_table
from tests.report.layout.sheets import FONTS, all_texts, is_within, pages, sheet, texts

COLUMNS = (Column("Rule", 100.0), Column("Text", grows=1))


def row(*cells: str) -> Row:
    return Row(tuple(Cell(cell) for cell in cells))


def test_columns_are_as_wide_as_what_they_hold_and_one_takes_the_rest() -> None:
    widths = column_widths(FONTS, COLUMNS, [row("x" * 10, "y")], 400.0)
    assert widths[0] < 10 * SIZE / 2 + 10
    assert sum(widths) == 400.0


def test_columns_that_want_too_much_leave_room_for_the_text() -> None:
    columns = (*(Column("", 300.0) for _ in range(5)), Column("", grows=1))
    widths = column_widths(FONTS, columns, [row(*["x" * 300] * 6)], 500.0)
    assert round(sum(widths), 6) == 500.0
    assert min(widths) > 30


def test_the_head_is_repeated_on_every_page() -> None:
    used = sheet()
    put_table(used, COLUMNS, [row(str(number), "text") for number in range(200)])
    assert len(pages(used)) > 2
    assert all(texts(page)[1:3] == ["Rule", "Text"] for page in pages(used))
    assert [text for text in all_texts(used) if text.isdigit()] == [str(number) for number in range(200)]


def test_a_row_longer_than_a_page_goes_on() -> None:
    used = sheet()
    put_table(used, COLUMNS, [row("long", "word " * 4000), row("next", "")])
    assert len(pages(used)) > 2
    assert "".join(all_texts(used)).count("word") == 4000
    assert is_within(used)


def test_numbers_stand_at_the_right() -> None:
    used = sheet()
    put_table(used, (Column("n", 60, is_right=True), Column("", grows=1)), [row("7", ""), row("1234", "")])
    ends = {mark.x + len(mark.text) * SIZE / 2 for mark in pages(used)[0].marks if isinstance(mark, Text)
            and mark.text in ("7", "1234")}  # fmt: skip
    assert len(ends) == 1


def test_a_cell_leads_to_its_place() -> None:
    used = sheet()
    put_table(used, COLUMNS, [Row((Cell("a", link="there"), Cell("b")))])
    assert [mark.to for mark in pages(used)[0].marks if isinstance(mark, Link)] == ["there"]
