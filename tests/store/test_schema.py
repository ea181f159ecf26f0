from sqlalchemy import create_mock_engine
from sqlalchemy.dialects import postgresql, sqlite

from backend.store.schema import metadata, sessions, users


def test_the_same_tables_are_made_on_sqlite_and_postgresql() -> None:
    for dialect in (sqlite, postgresql):
        made: list[str] = []
        engine = create_mock_engine(
            f"{dialect.dialect().name}://", lambda sql, *_, made=made: made.append(str(sql.compile()))
        )
        metadata.create_all(engine, checkfirst=False)
        for table in ("users", "sessions"):
            assert any(f"CREATE TABLE {table}" in line for line in made)
    assert [column.name for column in users.primary_key] == ["name"]
    assert [column.name for column in sessions.primary_key] == ["hash"]
