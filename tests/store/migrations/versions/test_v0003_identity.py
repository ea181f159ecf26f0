from sqlalchemy import text

from backend.store.database import Database
from tests.store.migrations.stepping import stepped

HASH = "0123456789abcdef" * 4


def test_sessions_and_users_stay_as_they_are(empty: Database) -> None:
    with empty.writing() as connection:
        stepped(connection, "0002")
        connection.execute(text("INSERT INTO users (name, password_hash, role) VALUES ('ann', 'hash', 'admin')"))
        connection.execute(
            text('INSERT INTO sessions (hash, "user", expires_s) VALUES (:hash, :user, 1800000000)'),
            {"hash": HASH, "user": "ann"},
        )
        stepped(connection, "0003")
        assert connection.execute(text("SELECT handle, created_s, seen_s, expires_s, ends_s FROM sessions")).all() == [
            ("0123456789abcdef", 1799956800, 1799956800, 1800000000, 1800000000)
        ]
        assert connection.execute(text("SELECT name, role, is_locked, has_own_role, signed_in FROM users")).all() == [
            ("ann", "admin", False, False, None)
        ]
