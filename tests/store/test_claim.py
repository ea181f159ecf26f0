import subprocess
import sys
from collections.abc import Callable

import pytest

from backend.store.claim import claim
from backend.store.database import Database
from backend.store.error import StoreError
from tests.waiting import wait_for

CLAIM = """
import sys
from backend.store.claim import claim
from backend.store.database import open_database
database = open_database(sys.argv[1])
claim(database)
print("mine", flush=True)
sys.stdin.read()
"""


def test_a_second_engine_is_refused_until_the_first_has_closed_it(opened: Callable[[], Database]) -> None:
    first, second = opened(), opened()
    claim(first)
    with pytest.raises(StoreError, match="another engine uses this database already"):
        claim(second)
    first.close()
    claim(second)


def test_one_that_was_killed_holds_it_no_more(place: str, opened: Callable[[], Database]) -> None:
    command = [sys.executable, "-c", CLAIM, place]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "mine\n"
        with pytest.raises(StoreError, match="another engine"):
            claim(opened())
        other.kill()
    wait_for(lambda: _is_claimed(opened()), "the server to notice")


def _is_claimed(database: Database) -> bool:
    try:
        claim(database)
    except StoreError:
        database.close()
        return False
    return True


def test_who_reads_and_writes_is_not_kept_from_it(opened: Callable[[], Database]) -> None:
    claim(opened())
    with opened().writing() as connection:
        assert not connection.closed
