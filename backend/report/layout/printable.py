"""Texts from elsewhere as they can be printed.

What cannot be seen, or would have other letters seen wrongly, is written out.
"""

import unicodedata
from collections.abc import Callable
from typing import Any

HARMLESS = {"\t": " ", "\n": " ⏎ ", "\r\n": " ⏎ ", "\u00a0": " "}
INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
"""Controls, formats such as a change of direction, halves of pairs, private and unassigned ones, line separators."""


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


def all_printable(value: Any, has: Callable[[str], bool]) -> Any:
    """A document with all its texts, but not its keys."""
    if isinstance(value, str):
        return printable(value, has)
    if isinstance(value, dict):
        return {key: all_printable(each, has) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [all_printable(each, has) for each in value]
    return value
