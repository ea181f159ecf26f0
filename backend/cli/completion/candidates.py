"""All that the last word of a line may become."""

import shlex

from backend.cli.completion.names import Names
from backend.cli.completion.wanted import Wanted, wanted

LISTS = ("machine", "router", "service")
"""Kinds of which several stand in one word, with commas between."""


def of_line(line: str, names: Names) -> list[str]:
    """As readline needs it: of the part behind the last comma, each with what follows it."""
    try:
        words = shlex.split(line)
    except ValueError:
        return []  # a quote is still open
    is_new = not line or line[-1].isspace()
    words, last = (words, "") if is_new else (words[:-1], words[-1])
    found = candidates(wanted(words, last), last, names)
    begun = last.rpartition(",")[0]
    cut = len(begun) + 1 if begun else 0
    return [_finished(word[cut:]) for word in found]


def candidates(asked: Wanted, word: str, names: Names) -> list[str]:
    """Whole words. Of a list, what is there stays."""
    head, comma, last = word.rpartition(",")
    is_list = bool(comma) and not asked.words and any(kind in LISTS for kind in asked.kinds)
    begun = last if is_list else word
    known = [*asked.words, *(name for kind in asked.kinds for name in names.of(kind, begun))]
    kept = f"{head}," if is_list else ""
    return [f"{kept}{each}" for each in dict.fromkeys(known) if each.startswith(begun)]


def _finished(word: str) -> str:
    return word if word.endswith("/") else f"{word} "
