from typing import Any

from backend.web.batches import MOST, PAUSE_S, Batches


def event(seq: int, state: str = "progress", job: str = "one") -> dict[str, Any]:
    return {"job": job, "seq": seq, "state": state}


def numbers(batches: Batches, now_s: float) -> dict[str, list[int]]:
    return {job: [one["seq"] for one in events] for job, events in batches.due(now_s)}


def test_the_first_event_waits_for_nothing_and_those_after_it_come_together() -> None:
    batches = Batches()
    batches.add(event(1))
    assert batches.wait_s(0.0, 9.0) == 0.0
    assert numbers(batches, 0.0) == {"one": [1]}
    for seq in (2, 3, 4):
        batches.add(event(seq))
    assert numbers(batches, 0.01) == {}
    assert batches.wait_s(0.01, 9.0) == PAUSE_S - 0.01
    assert numbers(batches, PAUSE_S) == {"one": [2, 3, 4]}
    assert batches.wait_s(PAUSE_S, 9.0) == 9.0


def test_a_phase_that_begins_or_ends_takes_with_it_what_waits() -> None:
    batches = Batches()
    for now_s, state in ((0.0, "progress"), (0.01, "started"), (0.02, "finished"), (0.03, "failed")):
        batches.add(event(1))
        batches.add(event(2, state))
        assert numbers(batches, now_s) == {"one": [1, 2]}


def test_a_second_of_a_busy_job_is_ten_messages_and_every_event() -> None:
    batches = Batches()
    sent = []
    for step in range(1000):
        batches.add(event(step + 1))
        sent += [numbers(batches, step / 1000)]
    sent = [one for one in [*sent, numbers(batches, 2.0)] if one]
    assert len(sent) == 11
    assert [seq for one in sent for seq in one["one"]] == list(range(1, 1001))


def test_jobs_do_not_wait_for_each_other() -> None:
    batches = Batches()
    batches.add(event(1))
    batches.due(0.0)
    batches.add(event(2))
    batches.add(event(1, job="other"))
    assert numbers(batches, 0.01) == {"other": [1]}
    assert numbers(batches, 0.2) == {"one": [2]}


def test_a_message_does_not_grow_without_end() -> None:
    batches = Batches()
    batches.add(event(0))
    batches.due(0.0)
    for seq in range(MOST):
        batches.add(event(seq))
    assert [len(events) for _, events in batches.due(0.01)] == [MOST]


def test_what_waited_for_an_engine_that_is_gone_is_not_sent() -> None:
    batches = Batches()
    batches.add(event(1, "started"))
    batches.clear()
    assert numbers(batches, 0.0) == {}
    assert batches.wait_s(0.0, 9.0) == 9.0
