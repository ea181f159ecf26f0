"""Texts from elsewhere as they can be printed.

What cannot be seen, or would have other letters seen wrongly, is written out.
"""

import json
import re
import unicodedata
from collections.abc import Callable
from functools import cache

HARMLESS = {"\t": " ", "\n": " ⏎ ", "\r\n": " ⏎ ", "\u00a0": " "}
INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
"""Controls, formats such as a change of direction, halves of pairs, private and unassigned ones, line separators."""

ODD = re.compile(r"\\r\\n|\\u[dD][89abAB]..\\u[dD][c-fC-F]..|\\u....|\\.|[^\x20-\x7e]")
"""Of JSON: what is written in another way than it is meant, and all that is not plain."""


def printable(text: str, has: Callable[[str], bool]) -> str:
    """`has`: whether there is a picture of a character."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_sign(sign, has) for sign in text.replace("\r\n", "\n"))


def _sign(sign: str, has: Callable[[str], bool]) -> str:
    if sign in HARMLESS:
        return HARMLESS[sign]
    if unicodedata.category(sign) in INVISIBLE:
        return f"\\x{ord(sign):02x}" if ord(sign) < 0x100 else f"⟨U+{ord(sign):04X}⟩"
    return sign if has(sign) else f"⟨U+{ord(sign):04X}⟩"


def printable_json(text: str, has: Callable[[str], bool]) -> str:
    """A document with all its texts as they can be printed. As text, since most have nothing in it to be changed."""

    @cache
    def shown(token: str) -> str:
        said: str = json.loads(f'"{token}"', strict=False)
        return token if said in ('"', "\\", "/") else json.dumps(printable(said, has), ensure_ascii=False)[1:-1]

    return ODD.sub(lambda found: shown(found.group()), text)
