import pytest

from tests.engine.desk import Desk

pytestmark = pytest.mark.serial


def test_an_administrator_sees_who_waits_in_the_order_of_their_turns(desk: Desk) -> None:
    ann, bob = desk.person(), desk.person()
    with desk.halted():
        jobs = [ann.submit(), ann.submit(), bob.submit()]
        queue = desk.person("admin").ask("queue")
        assert [job["id"] for job in queue["running"]] == jobs[:1]
        assert [job["place"]["position"] for job in queue["waiting"]] == [1, 2]
        assert {job["id"] for job in queue["waiting"]} == set(jobs[1:])
        assert (queue["capacity"], queue["leaving"]) == (1, [])
    assert ann.refused("queue").code == "forbidden"
    for person, job in ((ann, jobs[0]), (ann, jobs[1]), (bob, jobs[2])):
        person.ended(job)
