"""What the report is made of, as it comes: with texts from everywhere."""

import json
import re
from collections.abc import Mapping
from typing import Any

from backend.report.fonts import has
from backend.report.layout.printable import printable_json

Document = Mapping[str, Any] | bytes
"""A value, or the JSON of it."""
ODD = re.compile(rb"[^\x20-\x7e]|\\[bfnrtu]")
"""What may have to be changed; plain texts that look like it are gone through in vain."""

HALVES = re.compile("[\ud800-\udfff]")
"""Of pairs: JSON in UTF-8 cannot have them."""


def as_json(document: Document) -> bytes:
    if isinstance(document, bytes):
        return document
    return HALVES.sub(lambda half: f"⟨U+{ord(half[0]):04X}⟩", json.dumps(document, ensure_ascii=False)).encode()


def printed(text: bytes) -> bytes:
    """The same JSON with all texts as they can be printed."""
    if not ODD.search(text):
        return text
    return printable_json(text.decode("utf-8", "replace"), has).encode()
