"""The fonts of reports: DejaVu, which comes with matplotlib and has the letters of most alphabets."""

from functools import cache, lru_cache
from pathlib import Path

import matplotlib
from msgspec import Struct
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from backend.report.layout.marks import Face
from backend.report.layout.writing import Fonts

FILES = {
    Face.PLAIN: "DejaVuSans",
    Face.BOLD: "DejaVuSans-Bold",
    Face.MONO: "DejaVuSansMono",
    Face.MONO_BOLD: "DejaVuSansMono-Bold",
}
INSTEAD = {Face.MONO: Face.PLAIN, Face.MONO_BOLD: Face.BOLD, Face.BOLD: Face.PLAIN}
"""Where a face lacks a letter; the plain one has the most."""

SHORT = 48


class Typeface(Struct, frozen=True):
    name: str
    widths: dict[int, float]
    """Of each letter that it has, in thousandths of its size."""


@cache
def typefaces() -> dict[Face, Typeface]:
    """Read once, before anything is drawn; never changed afterwards."""
    folder = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
    found = {}
    for face, name in FILES.items():
        font = TTFont(name, str(folder / f"{name}.ttf"))
        pdfmetrics.registerFont(font)
        found[face] = Typeface(name, {each: font.face.charWidths[each] for each in font.face.charToGlyph})
    return found


def has(sign: str) -> bool:
    return ord(sign) in typefaces()[Face.PLAIN].widths


def pieces(text: str, face: Face) -> list[tuple[Face, str]]:
    """Each as long as one face has all its letters."""
    widths = typefaces()[face].widths
    if text.isascii() or all(ord(sign) in widths for sign in text) or face not in INSTEAD:
        return [(face, text)]
    found: list[tuple[Face, str]] = []
    for sign in text:
        fitting = _face(sign, face)
        if found and found[-1][0] is fitting:
            found[-1] = fitting, found[-1][1] + sign
        else:
            found.append((fitting, sign))
    return found


def _face(sign: str, face: Face) -> Face:
    while ord(sign) not in typefaces()[face].widths and face in INSTEAD:
        face = INSTEAD[face]
    return face


def width(text: str, face: Face, size: float) -> float:
    return size * (_known(text, face) if len(text) < SHORT else _units(text, face)) / 1000


def _units(text: str, face: Face) -> float:
    widths = typefaces()[face].widths
    try:
        return sum([widths[ord(sign)] for sign in text])
    except KeyError:
        return sum(_wide(sign, _face(sign, face)) for sign in text)


_known = lru_cache(maxsize=20_000)(_units)
"""Most words of a report stand in it many times."""


def _wide(sign: str, face: Face) -> float:
    return typefaces()[face].widths.get(ord(sign), 600.0)


def fonts() -> Fonts:
    return Fonts(width)
