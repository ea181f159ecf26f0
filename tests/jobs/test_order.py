from msgspec import structs

from backend.jobs.job import Job, Priority
from backend.jobs.order import Line, chosen, is_long, long_places, rank
from tests.jobs.making import job


def sized(id_: str, expected_s: float, second: float = 0.0, priority: Priority = Priority.NORMAL) -> Job:
    return structs.replace(job(id_, second, priority=priority), expected_s=expected_s)


def test_of_jobs_alike_the_older_is_next() -> None:
    assert rank(sized("a1", 1)) < rank(sized("a2", 1, 0.1))


def test_a_short_job_passes_a_long_one_that_came_little_before() -> None:
    assert rank(sized("a2", 0.3, 1)) < rank(sized("a1", 20))


def test_a_long_job_that_has_waited_long_is_passed_by_nobody() -> None:
    assert rank(sized("a1", 20)) < rank(sized("a2", 0.3, 200))


def test_a_priority_is_a_head_start_and_no_more() -> None:
    assert rank(sized("a2", 1, 10, Priority.HIGH)) < rank(sized("a1", 1))
    assert rank(sized("a1", 1, 0, Priority.LOW)) < rank(sized("a2", 1, 200, Priority.HIGH))


def test_the_oldest_turn_is_next() -> None:
    older, newer = Line((0, 1), [sized("a1", 1, 5)]), Line((0, 2), [sized("b1", 1)])
    assert chosen([newer, older], True) == (older, older.waiting[0])


def test_who_has_a_job_running_stands_a_round_behind() -> None:
    busy, idle = Line((3, 1), [sized("a1", 1)], busy=1), Line((4, 2), [sized("b1", 1)])
    assert chosen([busy, idle], True) == (idle, idle.waiting[0])
    longer = Line((6, 2), [sized("b1", 1)])
    assert chosen([busy, longer], True) == (busy, busy.waiting[0])


def test_where_the_long_ones_have_their_places_only_short_ones_are_next() -> None:
    long, short = Line((0, 1), [sized("a1", 60), sized("a2", 0.3)]), Line((0, 2), [sized("b1", 60)])
    assert chosen([long, short], False) == (long, long.waiting[1])
    assert chosen([short], False) is None


def test_one_place_is_kept_for_short_jobs_where_there_are_two() -> None:
    assert [long_places(capacity) for capacity in (1, 2, 8)] == [1, 1, 7]
    assert (is_long(sized("a1", 0.5)), is_long(sized("a1", 60))) == (False, True)
