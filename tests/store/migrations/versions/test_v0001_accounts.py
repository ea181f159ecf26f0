from sqlalchemy import inspect

from backend.store.database import Database
from tests.store.migrations.stepping import stepped


def test_it_makes_the_tables_of_the_first_versions(empty: Database) -> None:
    with empty.writing() as connection:
        stepped(connection, "0001")
        found = inspect(connection)
        assert set(found.get_table_names()) == {"users", "sessions", "alembic_version"}
        assert {column["name"] for column in found.get_columns("users")} == {
            "name", "password_hash", "role", "created",
        }  # fmt: skip
        assert {column["name"] for column in found.get_columns("sessions")} == {"hash", "user", "expires_s"}
