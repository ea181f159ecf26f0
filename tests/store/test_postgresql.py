import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url

from backend.store.database import open_database
from backend.store.postgresql import shown
from tests.store.server import Server


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("postgresql://tsim:secret@db.example:5433/tsim", "postgresql://tsim@db.example:5433/tsim"),
        ("postgresql+psycopg://tsim@/tsim?host=/run/pg&password=secret", "postgresql://tsim@/run/pg/tsim"),
        ("postgresql://db/tsim?sslpassword=secret", "postgresql://db/tsim"),
    ],
)
def test_no_password_is_shown(address: str, expected: str) -> None:
    assert shown(make_url(address)) == expected


def test_what_hangs_ends_unless_the_address_says_otherwise(server: Server) -> None:
    address = server.new_database()
    for more, expected in (("", "1min"), ("&options=-c%20statement_timeout%3D7s", "7s")):
        with open_database(address + more).reading() as connection:
            assert connection.execute(text("SHOW statement_timeout")).scalar() == expected


def test_without_its_driver_it_is_said_what_is_missing(server: Server) -> None:
    program = f"""
import sys
from pathlib import Path
sys.modules["psycopg"] = None
from backend.store.database import open_database
from backend.store.error import StoreError
try:
    open_database({server.new_database()!r})
except StoreError as error:
    print(error)
"""
    done = subprocess.run([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True, check=True)
    assert "PostgreSQL needs the Python package psycopg" in done.stdout


def test_who_has_sqlite_does_not_load_it(tmp_path: Path) -> None:
    program = (
        "import sys; from backend.store.database import open_database; open_database(sys.argv[1]).close();"
        "print('psycopg' in sys.modules)"
    )
    command = [sys.executable, "-c", program, str(tmp_path / "db")]
    assert subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout == "False\n"
