"""A facts file as its sections."""

import re
from collections.abc import Iterator

from msgspec import Struct

from backend.facts.notes import Notes

START = re.compile(r"^=== TSIM_SECTION_START:\s*([\w.:-]+)\s*===$")
END = re.compile(r"^=== TSIM_SECTION_END:\s*([\w.:-]+)\s*===$")
EXIT_CODE = re.compile(r"^EXIT_CODE:\s*(-?\d+)$")
HEADER = re.compile(r"^(TITLE|COMMAND|TIMESTAMP):\s*(.*)$")
HOSTNAME = re.compile(r"^#\s*Hostname:\s*(\S+)", re.IGNORECASE)
NAME = re.compile(r"^[\w.-]{1,255}$")
BETWEEN = re.compile(r"^(#|===|---|TSIM_|[A-Z_]+:)")
"""What may stand outside of sections: comments, rulers and the lines of the footer."""
COMPLETE = "TSIM_FACTS_COLLECTION_COMPLETE"
LONGEST_LINE = 1 << 20


class Section(Struct):
    name: str
    title: str = ""
    command: str = ""
    exit_code: int | None = None
    is_complete: bool = False
    """Whether its end marker was found."""
    start: int = 0
    """Number of the first line of `lines` in the file, from 1."""
    lines: list[str] = []

    def __iter__(self) -> Iterator[tuple[int, str]]:
        """The lines that say something, with their numbers."""
        for line, text in enumerate(self.lines, self.start):
            if text and not text.isspace():
                yield line, text

    @property
    def is_empty(self) -> bool:
        return next(iter(self), None) is None

    @property
    def has_failed(self) -> bool:
        return self.exit_code is not None and self.exit_code != 0


class Sections(Struct):
    hostname: str | None
    by_name: dict[str, Section]


def read_sections(text: str, notes: Notes) -> Sections:
    lines = text.replace("\r\n", "\n").split("\n")
    if "\0" in text or len(text) > LONGEST_LINE:
        lines = [_harmless(line, at, notes) for at, line in enumerate(lines, 1)]
    found: list[Section] = []
    hostname, is_whole, at = None, False, 0
    while at < len(lines):
        line = lines[at]
        started = START.match(line.rstrip()) if line.startswith("===") else None
        if started:
            section, at = _section(started[1], lines, at + 1, notes)
            found.append(section)
            continue
        at += 1
        if not hostname and (named := HOSTNAME.match(line)):
            hostname = named[1] if NAME.match(named[1]) else None
            if hostname is None:
                notes.add(None, at, line, "expected a name of letters, digits, dots and dashes")
        is_whole = is_whole or COMPLETE in line
        if line and not line.isspace() and not BETWEEN.match(line):
            notes.add(None, at, line, "expected the start of a section or a comment")
    if not found:
        notes.add(None, None, "", "expected facts: no line '=== TSIM_SECTION_START:…' in the file")
    elif not is_whole:
        notes.add(None, len(lines), "", f"expected {COMPLETE} at the end: the file is cut off")
    return Sections(hostname, _chosen(found))


def _section(name: str, lines: list[str], at: int, notes: Notes) -> tuple[Section, int]:
    """The section whose first line has the index `at`, and the index behind it."""
    end = at
    while end < len(lines) and not (
        lines[end].startswith("===") and (START.match(lines[end].rstrip()) or END.match(lines[end].rstrip()))
    ):
        end += 1
    section = Section(name, start=at + 1, lines=lines[at:end])
    _read_header(section)
    _read_exit_code(section)
    closed = END.match(lines[end].rstrip()) if end < len(lines) else None
    section.is_complete = closed is not None
    if closed is None:
        notes.add(name, end, "", f"expected the end of section {name}: it is cut off")
        return section, end
    if closed[1] != name:
        notes.add(name, end + 1, lines[end], f"expected the end of section {name}")
    return section, end + 1


def _read_header(section: Section) -> None:
    for at, line in enumerate(section.lines):
        line = line.rstrip()
        if line == "---":
            section.start += at + 1
            section.lines = section.lines[at + 1 :]
            return
        field = HEADER.match(line)
        if field is None:
            break
        if field[1] == "TITLE":
            section.title = field[2].strip()
        elif field[1] == "COMMAND":
            section.command = field[2].strip()
    # A section without the ruler is all content, but for the header lines themselves.
    count = next((i for i, line in enumerate(section.lines) if not HEADER.match(line)), len(section.lines))
    section.start += count
    section.lines = section.lines[count:]


def _read_exit_code(section: Section) -> None:
    """The last line that says something."""
    for at in range(len(section.lines) - 1, -1, -1):
        line = section.lines[at].strip()
        if not line:
            continue
        if code := EXIT_CODE.match(line):
            section.exit_code = int(code[1])
            del section.lines[at:]
        return


def _chosen(found: list[Section]) -> dict[str, Section]:
    """Of a repeated section the last one with exit code 0 counts; where none has it, the last one."""
    chosen: dict[str, Section] = {}
    for section in found:
        before = chosen.get(section.name)
        if before is None or _worth(section) >= _worth(before):
            chosen[section.name] = section
    return chosen


def _worth(section: Section) -> int:
    if section.exit_code == 0:
        return 2
    return 1 if section.exit_code is None and section.is_complete else 0


def _harmless(line: str, at: int, notes: Notes) -> str:
    if len(line) > LONGEST_LINE:
        notes.add(None, at, line[:200], f"expected a line of at most {LONGEST_LINE} characters")
        return ""
    if "\0" in line:
        notes.add(None, at, line.replace("\0", "␀"), "expected text, found binary data")
        return ""
    return line
