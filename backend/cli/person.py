"""The one who types, at a terminal or not, and what is said besides answers."""

import sys
from typing import TextIO


class Person:
    def __init__(self, is_quiet: bool = False, terminal: TextIO | None = None) -> None:
        self._is_quiet = is_quiet
        self._terminal = terminal or sys.stderr
        self._has_line = False
        self.wants_json = False
        """Of the command that is being answered."""

    @property
    def is_told(self) -> bool:
        """What is no answer."""
        return not self._is_quiet and not self.wants_json and self._terminal.isatty()

    def note(self, text: str) -> None:
        """To a person only: programs have the answer, which is the same."""
        if self.is_told:
            self.clear()
            print(f"tsimsh: {text}", file=self._terminal, flush=True)

    def progress(self, text: str) -> None:
        """In the place of what was said of it before."""
        if self.is_told:
            # Wrapping is off meanwhile (DECAWM in console_codes(4)): a line that is too long must stay one line.
            print(f"\r\x1b[K\x1b[?7l{text}\x1b[?7h", end="", file=self._terminal, flush=True)
            self._has_line = True

    def clear(self) -> None:
        if self._has_line:
            print("\r\x1b[K", end="", file=self._terminal, flush=True)
            self._has_line = False

    def say(self, line: str) -> None:
        """A part of the answer, at once."""
        print(line, flush=True)
