"""Paper that is written from top to bottom, page after page."""

from collections.abc import Callable

from backend.report.layout.marks import ACCENT, FAINT, INK, Anchor, Bookmark, Face, Link, Mark, Page, Text
from backend.report.layout.writing import Fonts, wrapped

SIZES = {"A4": (595.28, 841.89), "Letter": (612.0, 792.0)}
MARGIN = 42.0
HEAD, FOOT = 34.0, 40.0
"""Above and below what is written, for the running title and the page number."""
TINY = 7.5
SPREAD = 1.32
"""Of lines, as a multiple of the letters' size."""


class Sheet:
    def __init__(
        self,
        fonts: Fonts,
        paper: str = "A4",
        title: str = "",
        remark: str = "",
        take: Callable[[Page], None] | None = None,
    ) -> None:
        """`title` and `remark` stand on each page; `take`: who gets it when it is full. Nobody: they are kept."""
        self.fonts = fonts
        self.page_width, self.page_height = SIZES[paper]
        self.left = MARGIN
        self.width = self.page_width - 2 * MARGIN
        self.top = HEAD + 14
        self.bottom = self.page_height - FOOT
        self.y = self.top
        self.pages: list[Page] = []
        self.bookmarks: list[Bookmark] = []
        self._head = self._small(title, HEAD, self.width)
        self._foot = self._small(remark, self.page_height - 24, self.width - 60)
        self._take = take or self.pages.append
        self._marks: list[Mark] = []
        self._done = 0

    @property
    def room(self) -> float:
        return self.bottom - self.y

    @property
    def is_fresh(self) -> bool:
        """Nothing is on this page yet."""
        return not self._marks

    def put(self, *marks: Mark) -> None:
        self._marks += marks

    def down(self, height: float) -> None:
        self.y += height

    def begin(self) -> None:
        """What follows stands on a page of its own."""
        if not self.is_fresh:
            self.turn()

    def turn(self) -> None:
        self._take(Page(self.page_width, self.page_height, (*self._head, *self._marks, *self._foot)))
        self._marks = []
        self._done += 1
        self.y = self.top

    def ensure(self, height: float) -> None:
        """The next so much stands together; what no page can hold has to be broken by whoever writes it."""
        if height > self.room and not self.is_fresh:
            self.turn()

    def bookmark(self, title: str, level: int, anchor: str = "") -> None:
        self.bookmarks.append(Bookmark(title, level, self._done, self.y))
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

    def close(self) -> None:
        """There is one page at least."""
        if not self.is_fresh or not self._done:
            self.turn()

    def numbered(self, number: int, count: int) -> Text:
        """At the foot of a page, when it is known how many there are."""
        said = f"{number} / {count}"
        at = self.page_width - MARGIN - self.fonts.width(said, Face.PLAIN, TINY)
        return Text(at, self.page_height - 24, said, Face.PLAIN, TINY, FAINT)

    def _small(self, text: str, y: float, width: float) -> tuple[Text, ...]:
        line = self._line(text, width)
        return (Text(self.left, y, line, Face.PLAIN, TINY, FAINT),) if line else ()

    def _line(self, text: str, width: float) -> str:
        first, *others = wrapped(self.fonts, text, width, Face.PLAIN, TINY)
        return f"{first[:-1]}…" if others else first
