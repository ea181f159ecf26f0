import pytest

from tests.engine.desk import Desk

pytestmark = pytest.mark.serial


def test_an_administrator_makes_room_and_is_told_what_went(desk: Desk) -> None:
    person = desk.person()
    job = person.submit()
    person.ended(job)
    administrator = desk.person("admin")
    due = administrator.ask("cleanup", is_dry=True)
    removed = administrator.ask("cleanup")
    assert due == removed
    assert (removed["jobs_removed"], removed["reports_removed"]) == (0, 0), "nothing is old"
    assert person.ask("job", job=job)["status"] == "succeeded"
