from sqlalchemy import text

from backend.store.database import Database
from tests.store.migrations.stepping import stepped

COLUMNS = 'id, "user", number, status, submitted, source, destination, network, mode, document'


def test_jobs_of_before_are_found_by_their_ends(empty: Database) -> None:
    with empty.writing() as connection:
        stepped(connection, "0003")
        values = "'a1', 'Ann', 1, 'succeeded', 0, :source, '10.1.1.1', 'demo@1', 'prove', ''"
        connection.execute(text(f"INSERT INTO jobs ({COLUMNS}) VALUES ({values})"), {"source": "2001:DB8::1"})
        stepped(connection, "0004")
        assert connection.execute(text("SELECT words, verdicts FROM jobs")).all() == [
            ("a1 ann 2001:db8::1 10.1.1.1", "")
        ]
