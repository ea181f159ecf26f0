"""Paper that is written from top to bottom, page after page."""

from backend.report.layout.marks import ACCENT, FAINT, INK, Anchor, Bookmark, Face, Layout, Link, Mark, Page, Text
from backend.report.layout.writing import Fonts, wrapped

SIZES = {"A4": (595.28, 841.89), "Letter": (612.0, 792.0)}
MARGIN = 42.0
HEAD, FOOT = 34.0, 40.0
"""Above and below what is written, for the running title and the page number."""
SPREAD = 1.32
"""Of lines, as a multiple of the letters' size."""


class Sheet:
    def __init__(self, fonts: Fonts, paper: str = "A4") -> None:
        self.fonts = fonts
        self.page_width, self.page_height = SIZES[paper]
        self.left = MARGIN
        self.width = self.page_width - 2 * MARGIN
        self.top = HEAD + 14
        self.bottom = self.page_height - FOOT
        self.y = self.top
        self._pages: list[list[Mark]] = [[]]
        self._bookmarks: list[Bookmark] = []

    @property
    def room(self) -> float:
        return self.bottom - self.y

    @property
    def is_fresh(self) -> bool:
        """Nothing is on this page yet."""
        return not self._pages[-1]

    def put(self, *marks: Mark) -> None:
        self._pages[-1] += marks

    def down(self, height: float) -> None:
        self.y += height

    def begin(self) -> None:
        """What follows stands on a page of its own."""
        if not self.is_fresh:
            self.turn()

    def turn(self) -> None:
        self._pages.append([])
        self.y = self.top

    def ensure(self, height: float) -> None:
        """The next so much stands together; what no page can hold has to be broken by whoever writes it."""
        if height > self.room and not self.is_fresh:
            self.turn()

    def bookmark(self, title: str, level: int, anchor: str = "") -> None:
        self._bookmarks.append(Bookmark(title, level, len(self._pages) - 1, self.y))
        if anchor:
            self.put(Anchor(anchor, self.y))

    def write(
        self,
        text: str,
        face: Face = Face.PLAIN,
        size: float = 9.0,
        ink: str = INK,
        indent: float = 0.0,
        after: float = 2.0,
        link: str = "",
    ) -> None:
        step = size * SPREAD
        for line in wrapped(self.fonts, text, self.width - indent, face, size):
            self.ensure(step)
            if link:
                self.put(Link(self.left + indent, self.y, self.fonts.width(line, face, size), step, link))
            self.put(Text(self.left + indent, self.y + size, line, face, size, ink))
            self.down(step)
        self.down(after)

    def heading(self, text: str, size: float = 11.0, keep: float = 60.0, ink: str = ACCENT) -> None:
        """Never the last thing on a page: `keep` of what follows comes along."""
        self.ensure(size * SPREAD + keep)
        self.down(0.0 if self.is_fresh else 8.0)
        self.write(text, Face.BOLD, size, ink, after=3.0)

    def point(self, text: str, sign: str = "•", ink: str = INK, size: float = 8.5) -> None:
        self.ensure(size * SPREAD)
        self.put(Text(self.left + 2, self.y + size, sign, Face.BOLD, size, ink))
        self.write(text, size=size, indent=14.0)

    def layout(self, title: str, remark: str = "") -> Layout:
        pages = (self._page(number, title, remark) for number in range(len(self._pages)))
        return Layout(tuple(pages), tuple(self._bookmarks))

    def _page(self, number: int, title: str, remark: str) -> Page:
        size = 7.5
        count = f"{number + 1} / {len(self._pages)}"
        at = self.page_width - MARGIN - self.fonts.width(count, Face.PLAIN, size)
        head = Text(self.left, HEAD, self._line(title, self.width, size), Face.PLAIN, size, FAINT)
        foot = Text(
            self.left, self.page_height - 24, self._line(remark, self.width - 60, size), Face.PLAIN, size, FAINT
        )
        page = Text(at, self.page_height - 24, count, Face.PLAIN, size, FAINT)
        return Page(self.page_width, self.page_height, (head, *self._pages[number], foot, page))

    def _line(self, text: str, width: float, size: float) -> str:
        first, *others = wrapped(self.fonts, text, width, Face.PLAIN, size)
        return f"{first[:-1]}…" if others else first
