from collections.abc import Callable
from datetime import timedelta

import pytest
from msgspec.structs import replace

from backend.store.audit import Audit, Entry, Sought
from backend.store.database import Database
from tests.store.sample import NOON

SIGN_IN = Entry(NOON, "ann", "sign in", "", "10.0.0.1", "done")
REMOVE = Entry(NOON + timedelta(hours=1), "bob", "remove", "job7", "10.0.0.2", "refused: it has not ended")


@pytest.fixture
def audit(database: Database) -> Audit:
    return Audit(database)


def whats(found: list[Entry]) -> list[str]:
    return [entry.what for entry in found]


def test_what_was_done_stands_there_after_a_restart(audit: Audit, opened: Callable[[], Database]) -> None:
    audit.add(SIGN_IN, REMOVE)
    found = Audit(opened()).find()
    assert [replace(entry, id=0) for entry in found] == [REMOVE, SIGN_IN]
    assert found[0].id > found[1].id


def test_entries_are_found_by_who_what_and_when(audit: Audit) -> None:
    audit.add(SIGN_IN)
    audit.add(REMOVE)
    for sought, expected in (
        (Sought(who="ann"), ["sign in"]),
        (Sought(what="remove"), ["remove"]),
        (Sought(object="job7"), ["remove"]),
        (Sought(since=NOON + timedelta(minutes=1)), ["remove"]),
        (Sought(until=NOON + timedelta(minutes=1)), ["sign in"]),
        (Sought(who="a\0b"), []),
        (Sought(before=audit.find()[0].id), ["sign in"]),
        (Sought(before=1 << 70, limit=1), ["remove"]),
    ):
        assert whats(audit.find(sought)) == expected, sought


@pytest.mark.parametrize(
    ("name", "shown"), [("a\0b", "a\\x00b"), ("\ud800", "\\ud800"), ("x" * 100_000, "x" * 2000 + "…"), ("ü", "ü")]
)
def test_names_that_people_tried_stand_there_whatever_they_are(audit: Audit, name: str, shown: str) -> None:
    audit.add(replace(SIGN_IN, who=name))
    assert audit.find()[0].who == shown
