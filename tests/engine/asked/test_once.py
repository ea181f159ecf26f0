"""A test that is submitted again with its key."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from backend.engine.asked.once import id_of
from tests.engine.desk import PREDICTION, QUESTION, Desk

pytestmark = pytest.mark.serial


def test_the_same_key_gives_the_same_test_also_when_it_has_ended(desk: Desk) -> None:
    person = desk.person()
    first = person.ask("submit", question=PREDICTION, key="nightly 7")["id"]
    assert person.ask("submit", question=PREDICTION, key="nightly 7")["id"] == first
    person.ended(first)
    assert person.ask("submit", question=PREDICTION, key="nightly 7")["status"] == "succeeded"
    assert person.ask("submit", question=PREDICTION, key="nightly 8")["id"] != first
    assert [job["id"] for job in person.ask("jobs")["jobs"]][-1] == first


def test_many_at_once_are_one(desk: Desk) -> None:
    person = desk.person()
    with ThreadPoolExecutor(8) as pool:
        ids = set(pool.map(lambda _: person.ask("submit", question=PREDICTION, key="k")["id"], range(16)))
    assert len(ids) == len(person.ask("jobs")["jobs"]) == 1


def test_of_another_question_or_another_user_it_is_another_one(desk: Desk) -> None:
    person, other = desk.person(), desk.person()
    first = person.ask("submit", question=PREDICTION, key="k")["id"]
    refused = person.refused("submit", question=PREDICTION | {"services": "22/tcp"}, key="k")
    assert (refused.code, refused.field) == ("bad_value", "Idempotency-Key")
    assert first in refused.message
    assert other.ask("submit", question=PREDICTION, key="k")["id"] != first
    assert person.refused("submit", question=QUESTION, key="").field == "key"


def test_an_id_tells_nothing_and_is_that_of_user_and_key_alone() -> None:
    assert id_of("ann", "k") == id_of("ann", "k")
    assert len({id_of("ann", "k"), id_of("ann", "l"), id_of("bob", "k"), id_of("ann\0", "k")}) == 4
