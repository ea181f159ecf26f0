"""Arabic letters in the shapes that they have beside each other.

A font has a picture for each shape; which letter has which shapes stands in Unicode's presentation forms, as what each
of them is made of. Whoever searches finds the letters all the same (`letters.py` says which they are).
"""

import unicodedata
from functools import cache

FORMS = range(0xFE80, 0xFEFD)
ISOLATED, FINAL, INITIAL, MEDIAL = "<isolated>", "<final>", "<initial>", "<medial>"


@cache
def shapes() -> dict[tuple[str, str], str]:
    """By shape and letter. Those of two letters are left out: who copies them gets the two in the wrong order."""
    found = {}
    for code in FORMS:
        shape, letter, *more = unicodedata.decomposition(chr(code)).split()
        if not more:
            found[shape, chr(int(letter, 16))] = chr(code)
    return found


def joined(text: str) -> str:
    """In the order in which they are read."""
    made: list[str] = []
    for at, letter in enumerate(text):
        before, behind = _beside(text, at, -1), _beside(text, at, 1)
        follows = _is_joined(INITIAL, before) and _is_joined(FINAL, letter)
        goes_on = _is_joined(INITIAL, letter) and _is_joined(FINAL, behind)
        shape = (MEDIAL if goes_on else FINAL) if follows else INITIAL if goes_on else ISOLATED
        made.append(shapes().get((shape, letter), letter))
    return "".join(made)


def _is_joined(shape: str, letter: str) -> bool:
    """Who has an initial shape joins the next letter, who has a final one the letter before."""
    return (shape, letter) in shapes()


def _beside(letters: str, at: int, step: int) -> str:
    """Vowels and other marks stand between letters without parting them."""
    at += step
    while 0 <= at < len(letters) and unicodedata.combining(letters[at]):
        at += step
    return letters[at] if 0 <= at < len(letters) else ""
