"""Single numbers by name, which outlive the rows that they were of."""

from sqlalchemy import Connection, insert, select, update

from backend.store.schema import marks


def read_mark(connection: Connection, name: str) -> int | None:
    return connection.scalar(select(marks.c.value).where(marks.c.name == name))


def write_mark(connection: Connection, name: str, value: int) -> None:
    if connection.execute(update(marks).where(marks.c.name == name).values(value=value)).rowcount == 0:
        connection.execute(insert(marks).values(name=name, value=value))


def raise_mark(connection: Connection, name: str, value: int) -> None:
    """To the value, if it is lower."""
    known = read_mark(connection, name)
    if known is None or known < value:
        write_mark(connection, name, value)
