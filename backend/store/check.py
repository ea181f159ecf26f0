"""Whether the store can be written now: the only way to know is to write."""

from backend.store.database import Database
from backend.store.marks import write_mark

NAME = "looked at"


def check(database: Database, second: int) -> None:
    """StoreError with the reason where it cannot. It does not wait for the disk."""
    with database.writing(is_lasting=False) as connection:
        write_mark(connection, NAME, second)
