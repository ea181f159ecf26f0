"""The fonts of reports: DejaVu, which comes with matplotlib and has the letters of most alphabets.

For Chinese and Japanese, Debian's fonts-droid-fallback, where it is installed; else such letters are written as their
numbers, as all are that no font has.
"""

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
FALLBACK = Path("/usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf")
INSTEAD = {Face.MONO: Face.PLAIN, Face.MONO_BOLD: Face.BOLD, Face.BOLD: Face.PLAIN, Face.PLAIN: Face.OTHER}
"""Where a face lacks a letter."""

SHORT = 48


class Typeface(Struct, frozen=True):
    name: str
    file: Path
    widths: dict[int, float]
    """Of each letter that it has, in thousandths of its size."""


@cache
def typefaces() -> dict[Face, Typeface]:
    """Read once, before anything is drawn; never changed afterwards."""
    folder = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
    files = {face: folder / f"{name}.ttf" for face, name in FILES.items()}
    if FALLBACK.exists():
        files[Face.OTHER] = FALLBACK
    found = {}
    for face, file in files.items():
        font = TTFont(file.stem, str(file))
        pdfmetrics.registerFont(font)
        found[face] = Typeface(file.stem, file, font.face.charWidths)
    return found


def has(sign: str) -> bool:
    return any(ord(sign) in typefaces()[face].widths for face in (Face.PLAIN, Face.OTHER) if face in typefaces())


def pieces(text: str, face: Face) -> list[tuple[Face, str]]:
    """Each as long as one face has all its letters."""
    widths = typefaces()[face].widths
    if text.isascii() or all(ord(sign) in widths for sign in text):
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
    faces = typefaces()
    while ord(sign) not in faces[face].widths and INSTEAD.get(face) in faces:
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
