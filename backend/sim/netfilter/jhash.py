"""Bob Jenkins' hash as the kernel has it (include/linux/jhash.h), of 32-bit words."""

from collections.abc import Sequence

WORD = 0xFFFFFFFF
START = 0xDEADBEEF


def jhash2(words: Sequence[int], seed: int) -> int:
    """Of one word it is jhash_1word as well."""
    a = b = c = (START + (len(words) << 2) + seed) & WORD
    at = 0
    while len(words) - at > 3:
        a, b, c = _mixed((a + words[at]) & WORD, (b + words[at + 1]) & WORD, (c + words[at + 2]) & WORD)
        at += 3
    x, y, z, *_ = (*words[at:], 0, 0, 0)
    return _final((a + x) & WORD, (b + y) & WORD, (c + z) & WORD)


def _turned(word: int, by: int) -> int:
    return (word << by | word >> (32 - by)) & WORD


def _mixed(a: int, b: int, c: int) -> tuple[int, int, int]:
    for by in (4, 6, 8, 16, 19, 4):
        a = (a - c) & WORD ^ _turned(c, by)
        c = (c + b) & WORD
        a, b, c = b, c, a
    return a, b, c


def _final(a: int, b: int, c: int) -> int:
    for by in (14, 11, 25, 16, 4, 14, 24):
        c = ((c ^ b) - _turned(b, by)) & WORD
        a, b, c = b, c, a
    return b
