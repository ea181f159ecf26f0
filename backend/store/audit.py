"""Who did what: lines that are added and never changed."""

from datetime import datetime

from msgspec import Struct
from msgspec.structs import asdict
from sqlalchemy import ColumnElement, insert, select

from backend.store.bounds import bounded, is_text
from backend.store.database import Database
from backend.store.schema import audit

LONGEST = 2000
"""Characters of a field: some of them come from people who could not sign in."""


class Entry(Struct, frozen=True):
    time: datetime
    who: str
    what: str
    """The action: "sign in", "activate" …"""
    object: str
    """What it was done to: a job's id, a network's label, a user's name."""
    address: str
    """Where the request came from."""
    outcome: str
    id: int = 0
    """Given when it is added; larger for what came later."""


class Sought(Struct, frozen=True):
    """What is None does not matter."""

    who: str | None = None
    what: str | None = None
    object: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    before: int | None = None
    """The id of the last entry that was read, to go on after it."""
    limit: int = 100


READ = [audit.c[name] for name in Entry.__struct_fields__]
TEXTS = ("who", "what", "object", "address", "outcome")


class Audit:
    """Each method is one transaction, and may be called from any thread."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, *entries: Entry) -> None:
        """All of them or none."""
        with self._database.writing() as connection:
            connection.execute(insert(audit), [_row(entry) for entry in entries])

    def find(self, sought: Sought = Sought()) -> list[Entry]:  # noqa: B008 - it is frozen
        """Newest first."""
        conditions = _conditions(sought)
        if conditions is None:
            return []
        newest = select(*READ).where(*conditions).order_by(audit.c.id.desc()).limit(bounded(sought.limit))
        with self._database.reading() as connection:
            return [Entry(*row) for row in connection.execute(newest)]


def _conditions(sought: Sought) -> list[ColumnElement[bool]] | None:
    """None: no entry can be so."""
    texts = {name: value for name in ("who", "what", "object") if (value := getattr(sought, name)) is not None}
    if not all(map(is_text, texts.values())):
        return None
    conditions: list[ColumnElement[bool]] = [audit.c[name] == value for name, value in texts.items()]
    if sought.since is not None:
        conditions.append(audit.c.time >= sought.since)
    if sought.until is not None:
        conditions.append(audit.c.time < sought.until)
    if sought.before is not None:
        conditions.append(audit.c.id < bounded(sought.before))
    return conditions


def _row(entry: Entry) -> dict[str, object]:
    return {name: _kept(value) if name in TEXTS else value for name, value in asdict(entry).items() if name != "id"}


def _kept(text: str) -> str:
    """What was tried must stand there, also if it is no text that a database keeps."""
    shown = text if is_text(text) else text.encode("unicode_escape").decode("ascii").replace("\0", "\\x00")
    return shown if len(shown) <= LONGEST else shown[:LONGEST] + "…"
