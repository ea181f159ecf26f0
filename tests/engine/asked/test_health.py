import pytest

from backend.engine import EngineError
from backend.engine.asked.guessing import PAIR
from tests.engine.desk import PASSWORD, Desk

pytestmark = pytest.mark.serial


def test_health_needs_no_session_and_says_whether_all_is_well(desk: Desk) -> None:
    health = desk.engine.plain("health")
    assert (health["status"], health["pid"]) == ("ready", desk.engine.pid)
    assert health["network"].startswith("small@")
    assert health["checks"] == {"store": "ok", "network": "ok", "audit": "ok"}


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


def test_who_signs_in_is_counted(desk: Desk) -> None:
    person = desk.person()

    def counts() -> list[int]:
        found = desk.engine.plain("metrics")["sign_ins"]
        return [found.get(name, 0) for name in ("right", "wrong", "put off")]

    before = counts()
    desk.engine.plain("sign_in", username=person.name, password=PASSWORD)
    for _ in range(PAIR.free + 1):
        with pytest.raises(EngineError):
            desk.engine.plain("sign_in", username=person.name, password="wrong")
    assert [now - then for now, then in zip(counts(), before, strict=True)] == [1, PAIR.free, 1]
