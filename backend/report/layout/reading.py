"""Letters in the order in which they are seen.

A PDF has its letters where they stand, so what is read from right to left must be turned round; programs that search
or copy turn it back. A line begins at the left here, whatever is in it (UAX #9 with the paragraph's direction given);
of the algorithm only that which words and numbers in a rule's comment need.
"""

import unicodedata

from backend.report.layout.joining import joined

BACKWARD = {"R", "AL"}
FORWARD = {"L", "EN", "AN"}


def as_seen(text: str) -> str:
    if text.isascii() or not any(_is_backward(sign) for sign in text):
        return text
    text = joined(text)
    seen: list[str] = []
    at = 0
    while at < len(text):
        end = _end(text, at) if _is_backward(text[at]) else at + 1
        seen.append(text[at:end][::-1])
        at = end
    return "".join(seen)


def _end(text: str, start: int) -> int:
    """Behind the last backward letter before one that is read forward; what stands between them goes along."""
    end = at = start
    while at < len(text) and unicodedata.bidirectional(text[at]) not in FORWARD:
        at += 1
        if _is_backward(text[at - 1]) or unicodedata.combining(text[at - 1]):
            end = at
    return end


def _is_backward(sign: str) -> bool:
    return unicodedata.bidirectional(sign) in BACKWARD
