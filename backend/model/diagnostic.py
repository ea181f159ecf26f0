"""What could not be understood, and where it stands."""

from msgspec import Struct


class Diagnostic(Struct, frozen=True):
    file: str
    section: str | None
    line: int | None
    text: str
    """The offending text, shortened where it is long."""
    expected: str

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.file, self.section, self.line) if part is not None)
        shown = f" {self.text!r}" if self.text else ""
        return f"{place}: {self.expected}{shown}"
