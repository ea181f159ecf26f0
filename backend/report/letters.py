"""The letters of one font that a PDF uses: each has a number there, and only their shapes are in the file.

A font with numbers of two bytes (Type0 with Identity-H, ISO 32000-1, 9.7) takes any text as it comes; reportlab's own
ones have 256 letters each, so that every text must be taken apart.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from typing import Any

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFontFile

from backend.report.file import File
from backend.report.layout.joining import FORMS

MOST = 100
"""Of what a CMap maps at once (ISO 32000-1, 9.10.3; Adobe technical note 5411)."""


ESCAPED = {sign: f"\\{sign}" for sign in "()\\"} | {"\r": "\\r"}
"""What a string of PDF cannot have as it is (ISO 32000-1, 7.3.4.2)."""


class Letters(dict[int, str]):
    """By code: the two bytes of its number, in a string. A letter that comes for the first time gets the next one."""

    def __missing__(self, code: int) -> str:
        two = (chr(byte) for byte in (len(self) + 1).to_bytes(2, "big"))
        self[code] = written = "".join(ESCAPED.get(sign, sign) for sign in two)
        return written


def put_font(file: File, name: str, letters: Letters) -> int:
    """The number of the object that the pages refer to."""
    face: TTFontFile = pdfmetrics.getFont(name).face
    codes = list(letters)
    base = f"TSIMAA+{name}"
    shapes: dict[int, int] = {}
    for code in codes:  # as makeSubset numbers them: two letters may have one shape
        shapes.setdefault(_shape(face, code), len(shapes) + 1)
    descriptor = _descriptor(file, face, base, codes)
    places = b"\0\0" + b"".join(shapes[_shape(face, code)].to_bytes(2, "big") for code in codes)
    widths = " ".join(f"{face.charWidths.get(code, face.defaultWidth):g}" for code in codes)
    info = "<< /Registry (Adobe) /Ordering (Identity) /Supplement 0 >>"
    font = file.add(
        f"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /{base} /CIDSystemInfo {info} "
        f"/FontDescriptor {descriptor} 0 R /DW {face.defaultWidth:g} /W [1 [{widths}]] "
        f"/CIDToGIDMap {file.stream(places)} 0 R >>"
    )
    said = file.stream("\n".join(_cmap(codes)).encode())
    return file.add(
        f"<< /Type /Font /Subtype /Type0 /BaseFont /{base} /Encoding /Identity-H "
        f"/DescendantFonts [{font} 0 R] /ToUnicode {said} 0 R >>"
    )


def _shape(face: Any, code: int) -> int:
    number: int = face.charToGlyph.get(code, 0)
    return number


def _descriptor(file: File, face: Any, base: str, codes: Sequence[int]) -> int:
    shapes: bytes = face.makeSubset(codes)
    box = " ".join(f"{each:g}" for each in face.bbox)
    return file.add(
        f"<< /Type /FontDescriptor /FontName /{base} /Flags 4 /FontBBox [{box}] /ItalicAngle {face.italicAngle:g} "
        f"/Ascent {face.ascent:g} /Descent {face.descent:g} /CapHeight {face.capHeight:g} /StemV {face.stemV:g} "
        f"/FontFile2 {file.stream(shapes, f'/Length1 {len(shapes)}')} 0 R >>"
    )


def _cmap(codes: Sequence[int]) -> Iterator[str]:
    """Which letter each number is, for who searches or copies."""
    yield "/CIDInit /ProcSet findresource begin 12 dict begin begincmap"
    yield "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def"
    yield "/CMapName /Adobe-Identity-UCS def /CMapType 2 def"
    yield "1 begincodespacerange <0000> <ffff> endcodespacerange"
    for start in range(0, len(codes), MOST):
        some = codes[start : start + MOST]
        yield f"{len(some)} beginbfchar"
        for number, code in enumerate(some, start + 1):
            meant = unicodedata.normalize("NFKC", chr(code)) if code in FORMS else chr(code)
            yield f"<{number:04x}> <{meant.encode('utf-16-be').hex()}>"
        yield "endbfchar"
    yield "endcmap CMapName currentdict /CMap defineresource pop end end"
