import pytest

from tests.engine.desk import Desk

pytestmark = pytest.mark.serial


def test_health_needs_no_session_and_says_whether_all_is_well(desk: Desk) -> None:
    health = desk.engine.plain("health")
    assert (health["status"], health["pid"]) == ("ready", desk.engine.pid)
    assert health["network"].startswith("small@")
    assert health["checks"] == {"store": "ok", "network": "ok"}


def test_tests_are_counted_while_they_wait_and_when_they_have_ended(desk: Desk) -> None:
    person = desk.person()
    before = desk.engine.plain("metrics")["jobs"]
    with desk.halted():
        jobs = [person.submit() for _ in range(3)]
        person.ask("cancel", job=jobs[2])
        now = desk.engine.plain("metrics")["jobs"]
        assert (now["running"], now["waiting"]) == (1, 1)
    for job in jobs:
        person.ended(job)
    after = desk.engine.plain("metrics")["jobs"]
    assert (after["running"], after["waiting"], after["leaving"]) == (0, 0, 0)
    counts = {status: after["ended"][status] - before["ended"].get(status, 0) for status in ("succeeded", "cancelled")}
    assert counts == {"succeeded": 2, "cancelled": 1}


def test_what_the_engine_uses_is_told(desk: Desk) -> None:
    first, second = desk.engine.plain("metrics"), desk.engine.plain("metrics")
    assert second["uptime_s"] >= first["uptime_s"] > 0
    assert second["socket"]["requests"] == first["socket"]["requests"] + 1
    assert second["socket"]["connections"] >= 1
    assert min(second[name] for name in ("memory_bytes", "descriptors", "threads")) > 0
