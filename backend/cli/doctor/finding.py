"""What was looked at, and what came of it."""

from enum import StrEnum

from msgspec import Struct


class State(StrEnum):
    WELL = "well"
    NOTE = "note"
    """It works; who runs it should know."""
    WRONG = "wrong"


class Finding(Struct, frozen=True):
    about: str
    state: State
    text: str
    mend: str = ""


def well(about: str, text: str) -> Finding:
    return Finding(about, State.WELL, text)


def note(about: str, text: str, mend: str) -> Finding:
    return Finding(about, State.NOTE, text, mend)


def wrong(about: str, text: str, mend: str) -> Finding:
    return Finding(about, State.WRONG, text, mend)
