"""The facts that a result is about, as they were kept."""

from datetime import datetime

from msgspec import Struct


class Diagnostic(Struct, frozen=True):
    file: str
    expected: str
    text: str = ""
    section: str | None = None
    line: int | None = None

    @property
    def router(self) -> str:
        return self.file.removesuffix("_facts.txt")

    @property
    def told(self) -> str:
        place = ":".join(str(part) for part in (self.file, self.section, self.line) if part is not None)
        return f"{place}: {self.expected}{f' {self.text!r}' if self.text else ''}"


class Snapshot(Struct, frozen=True):
    hash: str
    created: datetime
    created_by: str = ""
    """Empty: nobody by name."""
    origin: str = ""
    routers: int | None = None
    diagnostics: tuple[Diagnostic, ...] = ()

    def age(self, ended: datetime) -> str:
        """When the test ended, so that the same result is always of the same age."""
        minutes = int((ended - self.created).total_seconds()) // 60
        for size, word in ((60 * 24, "day"), (60, "hour"), (1, "minute")):
            if minutes >= size:
                count = minutes // size
                return f"{count} {word}{'' if count == 1 else 's'}"
        return "less than a minute"
