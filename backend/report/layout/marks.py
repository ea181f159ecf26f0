"""What a page consists of."""

from enum import StrEnum

from msgspec import Struct


class Face(StrEnum):
    PLAIN = "plain"
    BOLD = "bold"
    MONO = "mono"
    MONO_BOLD = "mono-bold"
    OTHER = "other"
    """For letters that the others lack."""


INK = "#1b1f24"
FAINT = "#5a636d"
LINE = "#aeb6bf"
PALE = "#f1f3f5"
PAPER = "#ffffff"
ACCENT = "#1f4e79"
GOOD = "#1b6b34"
BAD = "#a3161f"
OPEN = "#7a4a00"
TINTS = {GOOD: "#e7f2ea", BAD: "#fae6e7", OPEN: "#f8eed9"}
"""Behind what is written in these inks; dark on it, for who prints without colours."""


class Text(Struct, frozen=True):
    x: float
    y: float
    """Of the baseline."""
    text: str
    face: Face = Face.PLAIN
    size: float = 9.0
    ink: str = INK
    is_upright: bool = False
    """Read from below."""


class Stroke(Struct, frozen=True):
    x1: float
    y1: float
    x2: float
    y2: float
    ink: str = LINE
    width: float = 0.5
    is_dashed: bool = False


class Box(Struct, frozen=True):
    x: float
    y: float
    width: float
    height: float
    ink: str | None = LINE
    fill: str | None = None
    stroke: float = 0.5
    is_dashed: bool = False
    radius: float = 0.0


class Shape(Struct, frozen=True):
    """Filled, such as the head of an arrow."""

    points: tuple[tuple[float, float], ...]
    fill: str = INK


class Link(Struct, frozen=True):
    """A place to click at, which leads to an anchor."""

    x: float
    y: float
    width: float
    height: float
    to: str


class Anchor(Struct, frozen=True):
    name: str
    y: float


Mark = Text | Stroke | Box | Shape | Link | Anchor


class Bookmark(Struct, frozen=True):
    title: str
    level: int
    page: int
    """From 0."""
    y: float


class Page(Struct, frozen=True):
    width: float
    height: float
    marks: tuple[Mark, ...]
