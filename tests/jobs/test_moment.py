from datetime import timedelta

from msgspec import structs

from tests.jobs.making import moment


def test_setting_the_clock_changes_no_duration() -> None:
    later = structs.replace(moment(5), time=moment(5).time + timedelta(hours=7))
    assert later.since(moment(2)) == 3.0


def test_a_duration_is_never_negative() -> None:
    assert moment(1).since(moment(2)) == 0.0
