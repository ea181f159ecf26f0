from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from backend.store.audit import Audit, Entry
from backend.store.database import Database
from backend.store.jobs import Jobs, Wanted
from backend.store.networks import Networks
from backend.store.retention import Limits, Stats, tidy
from backend.store.sessions import Sessions
from backend.store.users import Users
from tests.store.sample import NOON, event, job, network

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@pytest.fixture
def jobs(database: Database) -> Jobs:
    return Jobs(database)


def left(jobs: Jobs) -> list[int]:
    return sorted(record.number for record in jobs.find(Wanted(limit=10_000)))


def hourly(database: Database, limits: Limits, begin: datetime, hours: int) -> Stats:
    """What was removed in these hours, by a tidy in each."""
    stats = Stats()
    for hour in range(hours + 1):
        stats += tidy(database, limits, begin + hour * HOUR)
    return stats


def test_jobs_go_when_they_have_ended_that_long_ago_with_all_that_belongs_to_them(
    jobs: Jobs, database: Database
) -> None:
    jobs.keep([job(1, ended=NOON)], [event(1, 1, b"x" * 100)], ("job1", b"{}"))
    jobs.keep_report("job1", b"%PDF" * 100)
    assert hourly(database, Limits(), NOON, 2) == Stats()
    jobs.keep([job(2, ended=NOON + 2 * HOUR)])
    jobs.keep_report("job2", b"%PDF")
    assert hourly(database, Limits(), NOON + 3 * HOUR, 20) == Stats()
    stats = hourly(database, Limits(), NOON + 24 * HOUR, 1)
    assert (stats.jobs_removed, stats.reports_removed) == (1, 1)
    assert stats.bytes_freed > 500
    assert left(jobs) == [2]
    assert jobs.report("job1") is None


def test_what_waits_or_runs_stays_however_old_and_large_it_is(jobs: Jobs, database: Database) -> None:
    jobs.keep([job(1, status="queued", document=b"x" * 10_000), job(2), job(3, ended=NOON)])
    stats = hourly(database, Limits(age_s=3600, bytes=0), NOON, 100)
    assert stats.jobs_removed == 1
    assert left(jobs) == [1, 2]


def test_a_long_job_is_as_old_as_its_end_and_one_that_runs_again_is_not_old(jobs: Jobs, database: Database) -> None:
    jobs.keep([job(1)])
    hourly(database, Limits(), NOON, 48)
    jobs.keep([job(1, ended=NOON + 48 * HOUR)])
    assert hourly(database, Limits(), NOON + 48 * HOUR, 23).jobs_removed == 0
    assert hourly(database, Limits(), NOON + 71 * HOUR, 1).jobs_removed == 1


def test_by_size_the_oldest_go_and_no_more_than_must(jobs: Jobs, database: Database) -> None:
    jobs.keep([job(number, ended=NOON, document=b"x" * 1000) for number in range(1, 11)])
    assert tidy(database, Limits(bytes=10_000), NOON) == Stats()
    gone: list[tuple[str, str]] = []
    stats = tidy(database, Limits(bytes=6500), NOON, gone.extend)
    assert (stats.jobs_removed, stats.bytes_freed) == (4, 4000)
    assert left(jobs) == [5, 6, 7, 8, 9, 10]
    assert gone == [(each.id, each.user) for each in (job(number) for number in range(1, 5))]


def test_more_than_go_at_once_go_all_the_same(jobs: Jobs, database: Database) -> None:
    jobs.keep([job(number, ended=NOON) for number in range(1, 351)])
    assert tidy(database, Limits(bytes=100), NOON).jobs_removed == 300
    assert tidy(database, Limits(age_s=0), NOON).jobs_removed == 50
    assert left(jobs) == []


@pytest.mark.parametrize("year", [1970, 2038, 2080])
def test_a_clock_that_jumps_removes_nothing_that_is_younger_than_three_quarters(
    jobs: Jobs, database: Database, year: int
) -> None:
    """Nor does it when it stays so, or when it is put right."""
    jobs.keep([job(1, ended=NOON)])
    hourly(database, Limits(), NOON, 12)
    jobs.keep([job(2, ended=NOON + 12 * HOUR)])
    hourly(database, Limits(), NOON + 13 * HOUR, 4)
    wrong = NOON.replace(year=year)
    assert tidy(database, Limits(), wrong).jobs_removed == 0
    hourly(database, Limits(), wrong, 11)
    hourly(database, Limits(), NOON + 18 * HOUR, 5)
    assert 2 in left(jobs)


def test_jobs_that_end_while_the_clock_is_wrong_go_in_time(jobs: Jobs, database: Database) -> None:
    tidy(database, Limits(), NOON)
    for year in (2080, 1970):
        jobs.keep([job(year, ended=NOON.replace(year=year))])
        tidy(database, Limits(), NOON.replace(year=year))
    assert hourly(database, Limits(), NOON, 40).jobs_removed == 2


def test_a_machine_that_was_off_finds_its_jobs_a_quarter_older(jobs: Jobs, database: Database) -> None:
    jobs.keep([job(1, ended=NOON)])
    for day in range(4):
        assert tidy(database, Limits(), NOON + day * 10 * DAY).jobs_removed == 0
    assert tidy(database, Limits(), NOON + 40 * DAY).jobs_removed == 1


def test_networks_go_when_nothing_has_used_them_for_long(jobs: Jobs, database: Database) -> None:
    networks = Networks(database)
    for label in ("demo@1", "demo@2", "demo@3"):
        networks.add(network(label, is_active=label == "demo@2"), {"r_facts.txt": b"x"})
    jobs.keep([job(1, network="demo@3")])
    limits = Limits(age_s=100 * 86400, network_age_s=10 * 86400)
    days = [NOON + day * DAY for day in range(21)]
    assert sum(tidy(database, limits, day).networks_removed for day in days) == 1
    assert [record.label for record in networks.find()] == ["demo@2", "demo@3"]

    networks.add(network("demo@4", is_active=True), {})
    jobs.keep([job(1, network="demo@3", ended=days[-1])])
    jobs.remove("job1")
    after = [day + 21 * DAY for day in days]
    assert sum(tidy(database, limits, day).networks_removed for day in after[:10]) == 0, "just out of use"
    assert sum(tidy(database, limits, day).networks_removed for day in after[10:]) == 2
    assert [record.label for record in networks.find()] == ["demo@4"]


def test_where_there_is_too_much_networks_without_use_go_before_jobs(jobs: Jobs, database: Database) -> None:
    networks = Networks(database)
    content = bytes(at * at % 251 for at in range(5000))
    for label in ("demo@1", "demo@2"):
        networks.add(network(label, is_active=label == "demo@2"), {"r_facts.txt": content})
    jobs.keep([job(1, ended=NOON, network="demo@2", document=b"x" * 100)])
    limits = Limits(age_s=100 * 86400, bytes=150)
    tidy(database, limits, NOON)
    assert [record.label for record in networks.find()] == ["demo@1", "demo@2"], "it may yet become active"
    assert tidy(database, limits, NOON + DAY).networks_removed == 1
    assert [record.label for record in networks.find()] == ["demo@2"]


def test_sessions_that_are_over_go(database: Database) -> None:
    Users(database).add("ann", "correct horse")
    Sessions(database, lambda: NOON.timestamp()).begin("ann")
    assert tidy(database, Limits(), NOON + HOUR).sessions_removed == 0
    assert tidy(database, Limits(), NOON + DAY).sessions_removed == 1


def test_of_the_audit_the_newest_stay(database: Database) -> None:
    for number in range(10):
        Audit(database).add(Entry(NOON, "ann", "sign in", str(number), "", "done"))
    assert tidy(database, Limits(audit_entries=4), NOON).audit_removed == 6
    assert [entry.object for entry in Audit(database).find()] == ["9", "8", "7", "6"]
    assert tidy(database, Limits(audit_entries=4), NOON).audit_removed == 0


def test_an_empty_store_is_tidy(database: Database) -> None:
    assert tidy(database, Limits(), NOON) == Stats()


def test_what_was_removed_stays_so_after_a_restart(jobs: Jobs, opened: Callable[[], Database]) -> None:
    jobs.keep([job(1, ended=NOON)])
    tidy(opened(), Limits(age_s=0), NOON)
    again = Jobs(opened())
    assert left(again) == []
    assert again.last_number() == 1
