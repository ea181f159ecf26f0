from collections.abc import Callable

from backend.store.age import advance, advanced
from backend.store.database import Database

HOUR = 3600 * 1_000_000
DAY = 24 * HOUR
YEAR = 365 * DAY


def last(*times: int, limit: int = DAY) -> int:
    """The age after tidies at these times."""
    age, seen = 0, None
    for time in times:
        age, seen = advanced(age, seen, time, limit).age, time
    return age


def test_it_goes_on_with_the_clock() -> None:
    assert last(YEAR) == 0
    assert last(YEAR, YEAR + HOUR, YEAR + 3 * HOUR) == 3 * HOUR


def test_a_clock_that_jumps_ahead_counts_a_quarter_of_the_limit_once() -> None:
    assert last(YEAR, 54 * YEAR) == DAY // 4
    assert last(YEAR, 54 * YEAR, 54 * YEAR + HOUR) == DAY // 4 + HOUR


def test_one_that_is_put_right_takes_back_what_it_gave() -> None:
    assert last(YEAR, 54 * YEAR, YEAR + HOUR) == 0
    assert last(*[YEAR, 54 * YEAR] * 20, YEAR) == 0
    assert last(YEAR, 0, YEAR) == 0


def test_long_limits_believe_long_times() -> None:
    assert last(YEAR, YEAR + 7 * DAY, limit=30 * DAY) == 7 * DAY


def test_what_ended_between_two_tidies_is_as_old_as_it_is() -> None:
    age = advanced(10 * HOUR, YEAR, YEAR + 3 * HOUR, DAY)
    assert age.at(YEAR + 3 * HOUR) == 13 * HOUR
    assert age.at(YEAR + HOUR) == 11 * HOUR
    assert age.at(0) == 10 * HOUR
    assert age.at(99 * YEAR) == 13 * HOUR


def test_after_a_jump_nothing_is_older_than_the_clock_went_on() -> None:
    assert advanced(0, YEAR, 54 * YEAR, DAY).at(YEAR + HOUR) == 0
    assert advanced(DAY, YEAR, 0, DAY).at(YEAR) == advanced(DAY, YEAR, 0, DAY).age


def test_it_goes_on_after_a_restart(opened: Callable[[], Database]) -> None:
    for hours, expected in ((0, 0), (1, HOUR), (3, 3 * HOUR)):
        with opened().writing() as connection:
            assert advance(connection, YEAR + hours * HOUR, DAY).age == expected
