"""How old things are for retention: a clock of the store's own, which a wrong clock of the machine hardly moves.

It goes on by the time between two tidies, but for each by no more than a quarter of the age at which jobs are removed,
forward or back. So a machine whose clock says 2080 for a while makes jobs older by that quarter, once, and younger
again when it is put right; one that was off for long finds its jobs a little younger than they are.
"""

from msgspec import Struct
from sqlalchemy import Connection

from backend.store.marks import read_mark, write_mark

AGE, SEEN = "age", "seen"
PART = 4


class Age(Struct, frozen=True):
    """All in microseconds."""

    age: int
    """What the store's own clock says now."""
    counted: int
    """By how much it went on since the last time."""
    seen: int
    """What the machine's clock says."""

    def at(self, time: int) -> int:
        """What this clock said when the machine's said `time`, which was since the last tidy."""
        return self.age - min(max(self.seen - time, 0), max(self.counted, 0))


def advanced(age: int, seen: int | None, now: int, limit: int) -> Age:
    most = limit // PART
    counted = 0 if seen is None else min(max(now - seen, -most), most)
    return Age(age + counted, counted, now)


def advance(connection: Connection, now: int, limit: int) -> Age:
    """The clock of this database, kept."""
    age = advanced(read_mark(connection, AGE) or 0, read_mark(connection, SEEN), now, limit)
    write_mark(connection, AGE, age.age)
    write_mark(connection, SEEN, now)
    return age
