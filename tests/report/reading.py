"""A PDF read back."""

import io
from collections.abc import Iterator
from typing import Any

from pypdf import PdfReader


def reader(pdf: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(pdf))


def text(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in reader(pdf).pages)


def joined(words: str) -> str:
    """Without spaces: where lines are broken does not matter."""
    return "".join(words.split())


def bookmarks(pdf: bytes) -> list[str]:
    return list(_titles(reader(pdf).outline))


def part(value: Any, *keys: str) -> Any:
    """Of a page or whatever else has keys, what stands at the end of them."""
    for key in keys:
        value = value[key].get_object()
    return value


def code(page: Any) -> str:
    """What the page has drawn."""
    return str(page.get_contents().get_data().decode("latin-1"))


def _titles(outline: list[Any]) -> Iterator[str]:
    for each in outline:
        if isinstance(each, list):
            yield from _titles(each)
        else:
            yield str(each.title)


def fonts(pdf: bytes) -> dict[str, bool]:
    """By name: whether it is in the file."""
    found = {}
    for page in reader(pdf).pages:
        for each in part(page, "/Resources", "/Font").values():
            font = part(each.get_object(), "/DescendantFonts")[0].get_object()
            descriptor = part(font, "/FontDescriptor")
            found[str(font["/BaseFont"]).partition("+")[2]] = "/FontFile2" in descriptor
    return found
