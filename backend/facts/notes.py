"""The diagnostics of one file, as they are found."""

from backend.model.diagnostic import Diagnostic

SHOWN = 120
"""Characters of an offending line that a diagnostic repeats."""
LIMIT = 1000
"""Diagnostics of one file; of more, only the number is told."""


class Notes:
    """A list to write on. Rubbish can hold a million lines: the list has a limit and says how much it left out."""

    def __init__(self, file: str) -> None:
        self.file = file
        self._found: list[Diagnostic] = []
        self._left_out = 0

    def add(self, section: str | None, line: int | None, text: str, expected: str) -> None:
        if len(self._found) >= LIMIT:
            self._left_out += 1
            return
        self._found.append(Diagnostic(self.file, section, line, shortened(text), expected))

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        if not self._left_out:
            return tuple(self._found)
        more = Diagnostic(self.file, None, None, "", f"{self._left_out} more lines could not be understood")
        return (*self._found, more)


def shortened(text: str) -> str:
    text = text[: SHOWN + 1].strip() if len(text) > 4 * SHOWN else text.strip()
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"
