"""Brings the tables of a database to those of `schema.py`, in one transaction: whole or not at all."""

from collections.abc import Collection
from pathlib import Path
from threading import Lock

from sqlalchemy import Connection, inspect, text

from backend.store.database import Database
from backend.store.error import StoreError
from backend.store.schema import VERSION

STEPS = Path(__file__).parent / "migrations"
BEFORE_STEPS = "0001"
"""What the tables of versions are that knew no steps."""
FIRST_TABLES = {
    "users": {"name", "password_hash", "role", "created"},
    "sessions": {"hash", "user", "expires_s"},
}
one_at_a_time = Lock()
"""Alembic's context is one for the whole process."""


def upgrade(database: Database) -> None:
    with database.reading() as connection:
        if version(connection) == VERSION:
            return  # Alembic takes 0.3 s to import, and is not needed
    with one_at_a_time, database.writing() as connection:
        _carry_out(connection, database.place)


def version(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _carry_out(connection: Connection, place: str) -> None:
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(STEPS).replace("%", "%%"))
    config.set_main_option("path_separator", "newline")
    known = [step.revision for step in ScriptDirectory.from_config(config).walk_revisions()]
    found = version(connection)
    if found is None and _has_first_tables(connection, place):
        command.stamp(config, BEFORE_STEPS)
    elif found is not None:
        _check_known(found, known, place)
    command.upgrade(config, "head")


def _check_known(found: str, known: Collection[str], place: str) -> None:
    if found not in known:
        raise StoreError(f"{place}: a newer version of tsim wrote it (schema {found}; this one knows up to {VERSION})")


def _has_first_tables(connection: Connection, place: str) -> bool:
    tables = inspect(connection)
    for name, columns in FIRST_TABLES.items():
        if tables.has_table(name) and {column["name"] for column in tables.get_columns(name)} != columns:
            raise StoreError(f"{place}: its table {name} is not one of tsim's; tsim needs a database of its own")
    return all(tables.has_table(name) for name in FIRST_TABLES)
