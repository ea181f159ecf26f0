"""A PDF as its objects, in the file format of reportlab: written as text, since there are ten thousands of them."""

import zlib
from typing import Any

from reportlab.pdfbase.pdfdoc import PDFDocument, PDFObject

LEVEL = 6
"""Of compression: the next ones take longer and give nothing."""


class Written(PDFObject):  # type: ignore[misc]
    """An object whose text is known, at the latest when the file is made."""

    __RefOnly__ = 1

    def __init__(self, text: bytes = b"") -> None:
        self.text = text

    def format(self, _document: PDFDocument) -> bytes:
        """Once: from then on it stands in the file, and need not be kept twice."""
        text, self.text = self.text, b""
        return text

    def digest(self, signature: Any) -> None:
        """What the file's id is made of."""
        signature.update(self.text)


class Outlines(Written):
    ready = 1

    def prepare(self, _document: PDFDocument, _canvas: None) -> None:
        """They are written already."""


class File:
    def __init__(self) -> None:
        self._document = PDFDocument(lang="en", compression=1, invariant=1)
        self.pages = self._number(self._document.Pages)

    def add(self, text: str) -> int:
        """An object, by its number."""
        return self._number(Written(text.encode("latin-1")))

    def stream(self, content: bytes, more: str = "") -> int:
        packed = zlib.compress(content, LEVEL)
        head = f"<< /Length {len(packed)} /Filter /FlateDecode {more} >>\nstream\n"
        return self._number(Written(head.encode() + packed + b"\nendstream"))

    def page(self) -> tuple[int, Written]:
        """To be written later."""
        page = Written()
        self._document.Pages.addPage(page)
        return self._number(page), page

    def outlines(self) -> tuple[int, Written]:
        self._document.outline = self._document.Outlines = self._document.Catalog.Outlines = outlines = Outlines()
        return self._number(outlines), outlines

    def reserve(self) -> tuple[int, Written]:
        written = Written()
        return self._number(written), written

    def made(self, info: str, preferences: str) -> bytes:
        self._document.info = Written(info.encode("latin-1"))
        self._document.Catalog.ViewerPreferences = Written(preferences.encode("latin-1"))
        made: bytes = self._document.GetPDFData(None)
        return made

    def _number(self, written: PDFObject) -> int:
        reference = self._document.Reference(written)
        number: int = self._document.idToObjectNumberAndVersion[reference.name][0]
        return number


def text_string(text: str) -> str:
    """Of all letters (ISO 32000-1, 7.9.2)."""
    return f"<feff{text.encode('utf-16-be', 'replace').hex()}>"
