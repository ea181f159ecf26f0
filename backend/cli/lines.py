"""The commands of a script or a person, line by line."""

import shlex
from collections.abc import Callable, Iterator
from typing import TextIO

from msgspec import Struct

LIMIT = 64 * 1024
"""Far beyond any question; shlex takes minutes for a line of megabytes."""
Ask = Callable[[], str]


class Line(Struct, frozen=True):
    number: int
    words: tuple[str, ...]


class LineError(ValueError):
    """No words can be made of a line; `text` is what it said."""

    def __init__(self, number: int, detail: str, text: str) -> None:
        super().__init__(detail)
        self.number = number
        self.text = text


def lines(source: TextIO, ask: Ask | None = None) -> Iterator[Line | LineError]:
    """The words of each; blank lines and # comments are passed over. `ask`: of a person, who is asked for each."""
    number = 0
    while True:
        try:
            line = ask() if ask is not None else _line(source)
        except EOFError:
            print()
            return
        except KeyboardInterrupt:
            if ask is None:
                raise
            print()
            continue
        if ask is None and not line:
            return
        number += 1
        try:
            words = _words(line)
        except ValueError as error:
            yield LineError(number, str(error), line)
            continue
        if words and words[0] in ("exit", "quit"):
            return
        if words:
            yield Line(number, tuple(words))


def _words(line: str) -> list[str]:
    if len(line) > LIMIT:
        raise ValueError(f"more than {LIMIT} characters")
    return shlex.split(line.removeprefix("\ufeff"), comments=True)


def _line(source: TextIO) -> str:
    """The next line, of which no more than one character too many is kept."""
    line = source.readline(LIMIT + 1)
    rest = line
    while len(rest) > LIMIT and not rest.endswith("\n"):
        rest = source.readline(LIMIT + 1)
    return line
