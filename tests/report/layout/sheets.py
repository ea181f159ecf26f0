"""Sheets whose letters are all half as wide as they are high, and what is on them."""

from backend.report.layout.marks import Face, Page, Text
from backend.report.layout.sheet import Sheet
from backend.report.layout.writing import Fonts


def half(text: str, face: Face, size: float) -> float:
    return len(text) * size / 2


FONTS = Fonts(half)


def sheet() -> Sheet:
    return Sheet(FONTS, title="title", remark="remark")


def pages(used: Sheet) -> tuple[Page, ...]:
    used.close()
    return tuple(used.pages)


def texts(page: Page) -> list[str]:
    return [mark.text for mark in page.marks if isinstance(mark, Text)]


def all_texts(used: Sheet) -> list[str]:
    return [text for page in pages(used) for text in texts(page)[1:-1]]


def is_within(used: Sheet) -> bool:
    """Nothing stands on the margin."""
    return all(
        used.left - 0.01 <= mark.x and _right(mark) <= used.left + used.width + 0.01
        for page in pages(used)
        for mark in page.marks
        if isinstance(mark, Text)
    )


def _right(text: Text) -> float:
    return text.x if text.is_upright else text.x + half(text.text, text.face, text.size)
