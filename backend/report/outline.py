"""Bookmarks: a tree of titles beside the pages (ISO 32000-1, 12.3.3)."""

from collections.abc import Sequence

from backend.report.file import File, text_string
from backend.report.layout.marks import Bookmark


class Entry:
    def __init__(self, file: File, title: str, level: int, place: str) -> None:
        self.title = title
        self.level = level
        self.place = place
        self.number, self.written = file.reserve()
        self.within: list[Entry] = []


def put_outline(file: File, bookmarks: Sequence[Bookmark], places: Sequence[str]) -> None:
    """`places`: where each of them leads."""
    root, outlines = file.outlines()
    tops: list[Entry] = []
    above: list[Entry] = []
    for mark, place in zip(bookmarks, places, strict=True):
        entry = Entry(file, mark.title, mark.level, place)
        while above and above[-1].level >= entry.level:
            above.pop()
        (above[-1].within if above else tops).append(entry)
        above.append(entry)
    _write(tops, root)
    outlines.text = f"<< /Type /Outlines {_ends(tops, 1)} >>".encode()


def _write(entries: Sequence[Entry], parent: int) -> None:
    for at, entry in enumerate(entries):
        before = f"/Prev {entries[at - 1].number} 0 R" if at else ""
        behind = f"/Next {entries[at + 1].number} 0 R" if at + 1 < len(entries) else ""
        what = f"/Title {text_string(entry.title)} /Parent {parent} 0 R /Dest {entry.place}"
        entry.written.text = f"<< {what} {before} {behind} {_ends(entry.within, -1)} >>".encode()
        _write(entry.within, entry.number)


def _ends(entries: Sequence[Entry], sign: int) -> str:
    """A count below zero: they are shown when somebody opens what they are within."""
    if not entries:
        return ""
    return f"/First {entries[0].number} 0 R /Last {entries[-1].number} 0 R /Count {sign * len(entries)}"
