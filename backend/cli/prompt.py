"""What a person at a terminal has besides commands: editing, a history that is kept, completion with the tab key."""

import os
import readline
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

PROMPT = "tsimsh> "
MOST = 1000
"""Lines that are kept."""
Complete = Callable[[str], list[str]]
"""All that the last word of a line may become."""


class Prompt:
    def __init__(self, history: Path, complete: Complete) -> None:
        self._history = history
        self._complete = complete
        self._found: list[str] = []
        readline.set_completer(self._candidate)
        readline.set_completer_delims(" \t\n,")
        readline.parse_and_bind("tab: complete")
        readline.set_history_length(MOST)
        with suppress(OSError):  # there is none yet, or it is somebody else's
            readline.read_history_file(history)

    def ask(self) -> str:
        line = input(PROMPT)
        self._keep()
        return line

    def _keep(self) -> None:
        """At once, since a terminal may be closed at any time. For oneself only; a place that cannot be written to is
        nothing that a person wants to be told of with each line."""
        with suppress(OSError):
            os.close(os.open(self._history, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600))
            readline.write_history_file(self._history)

    def _candidate(self, _: str, number: int) -> str | None:
        """As readline asks: number after number, of what stands before the cursor."""
        if number == 0:
            self._found = self._complete(readline.get_line_buffer()[: readline.get_endidx()])
        return self._found[number] if number < len(self._found) else None
