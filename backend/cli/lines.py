"""The commands of a script or a person, line by line."""

import shlex
from collections.abc import Iterator
from typing import TextIO

LIMIT = 64 * 1024
"""Far beyond any question; shlex takes minutes for a line of megabytes."""
PROMPT = "tsimsh> "


class LineError(ValueError):
    """No words can be made of a line; `text` is what it said."""

    def __init__(self, detail: str, text: str) -> None:
        super().__init__(detail)
        self.text = text


def lines(source: TextIO, is_quiet: bool) -> Iterator[list[str] | LineError]:
    """The words of each; blank lines and # comments are passed over."""
    is_person = source.isatty() and not is_quiet
    if is_person:
        import readline  # noqa: F401 - gives input() its line editing and history
    number = 0
    while True:
        try:
            line = input(PROMPT) if is_person else _line(source)
        except EOFError:
            print()
            return
        except KeyboardInterrupt:
            if not is_person:
                raise
            print()
            continue
        if not is_person and not line:
            return
        number += 1
        try:
            words = _words(line)
        except ValueError as error:
            yield LineError(f"line {number}: {error}", line)
            continue
        if words and words[0] in ("exit", "quit"):
            return
        if words:
            yield words


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
