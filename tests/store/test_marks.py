from backend.store.database import Database
from backend.store.marks import raise_mark, read_mark, write_mark


def test_a_mark_is_the_number_that_was_written_last(database: Database) -> None:
    with database.writing() as connection:
        assert read_mark(connection, "a") is None
        write_mark(connection, "a", -5)
        write_mark(connection, "b", 1 << 62)
        write_mark(connection, "a", 0)
    with database.reading() as connection:
        assert (read_mark(connection, "a"), read_mark(connection, "b")) == (0, 1 << 62)


def test_a_mark_that_is_raised_never_falls(database: Database) -> None:
    with database.writing() as connection:
        for value in (3, 2, 7, 6):
            raise_mark(connection, "a", value)
        assert read_mark(connection, "a") == 7
