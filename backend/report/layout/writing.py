"""Text in lines: how wide it is, and where it is broken."""

from collections.abc import Callable, Iterator

from msgspec import Struct

from backend.report.layout.marks import Face

BREAKABLE = ",/-_=:.;"
"""A word that is too long is broken behind one of these, if one is near."""
NEAR = 14


class Fonts(Struct, frozen=True):
    width: Callable[[str, Face, float], float]


def wrapped(fonts: Fonts, text: str, width: float, face: Face, size: float) -> list[str]:
    """Nothing is left out: a word that is too long goes on in the next line. At least one line."""
    lines: list[str] = []
    line, used = "", 0.0
    space = fonts.width(" ", face, size)
    for word in text.split():
        long = fonts.width(word, face, size)
        if line and used + space + long <= width:
            line, used = f"{line} {word}", used + space + long
            continue
        if line:
            lines.append(line)
        if long > width:
            *whole, word = _pieces(fonts, word, width, face, size)
            lines += whole
            long = fonts.width(word, face, size)
        line, used = word, long
    return [*lines, line] if line or not lines else lines


def _pieces(fonts: Fonts, word: str, width: float, face: Face, size: float) -> Iterator[str]:
    start, used = 0, 0.0
    for at, sign in enumerate(word):
        wide = fonts.width(sign, face, size)
        if used + wide > width and at > start:
            end = _break(word, start, at)
            yield word[start:end]
            start, used = end, fonts.width(word[end:at], face, size)
        used += wide
    yield word[start:]


def _break(word: str, start: int, at: int) -> int:
    best = max(word.rfind(sign, max(start + 1, at - NEAR), at) for sign in BREAKABLE)
    return best + 1 if best > start else at


def shortened(fonts: Fonts, text: str, width: float, face: Face, size: float) -> str:
    """For drawings, where the whole text stands elsewhere: the middle is left out, as names differ at their ends."""
    if fonts.width(text, face, size) <= width:
        return text
    text = text[:200] + text[-200:] if len(text) > 400 else text
    kept = len(text)
    while kept > 1:
        kept -= 1
        short = f"{text[: (kept + 1) // 2]}…{text[len(text) - kept // 2 :]}"
        if fonts.width(short, face, size) <= width:
            return short
    return "…"
