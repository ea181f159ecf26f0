from sqlalchemy import inspect, text

from backend.store.database import Database
from tests.store.migrations.stepping import stepped

TABLES = {"tokens", "audit", "networks", "network_files", "jobs", "events", "results", "reports", "marks"}


def test_it_adds_tables_and_leaves_users_as_they_are(empty: Database) -> None:
    with empty.writing() as connection:
        stepped(connection, "0001")
        connection.execute(text("INSERT INTO users (name, password_hash, role) VALUES ('ann', 'hash', 'admin')"))
        stepped(connection, "0002")
        assert set(inspect(connection).get_table_names()) >= TABLES
        assert connection.execute(text("SELECT name, password_hash, role FROM users")).all() == [
            ("ann", "hash", "admin")
        ]
