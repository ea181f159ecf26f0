from datetime import datetime, timedelta

import pytest

from backend.store.audit import Audit, Entry
from backend.store.database import Database
from backend.store.due import due
from backend.store.jobs import Jobs
from backend.store.networks import Networks
from backend.store.retention import Limits, Stats, tidy
from tests.store.sample import NOON, job, network

DAY = timedelta(days=1)


def day(number: int) -> datetime:
    return NOON + number * DAY


@pytest.fixture
def jobs(database: Database) -> Jobs:
    """Two with reports that ended on the first day, and one that waits; facts that nothing uses; four entries."""
    jobs = Jobs(database)
    jobs.keep([*(job(number, ended=NOON, document=b"x" * 1000) for number in range(1, 5)), job(5)])
    for number in (1, 2):
        jobs.keep_report(f"job{number}", b"%PDF" * 100)
    Networks(database).add(network("demo@9"), {"r_facts.txt": b"x" * 500})
    Audit(database).add(*(Entry(NOON, "ann", "sign in", "", "127.0.0.1", "done") for _ in range(4)))
    return jobs


@pytest.mark.parametrize(
    "limits",
    [
        Limits(age_s=4 * 24 * 3600),
        Limits(age_s=10**9),
        Limits(age_s=10**9, bytes=2500),
        Limits(age_s=10**9, bytes=0),
        Limits(age_s=10**9, network_age_s=24 * 3600),
        Limits(age_s=4 * 24 * 3600, bytes=100, audit_entries=1),
    ],
)
def test_what_is_told_is_what_then_goes(jobs: Jobs, database: Database, limits: Limits) -> None:
    """Told each day, and removed on the last one."""
    for number in range(8):
        told = due(database, limits, day(number))
    assert len(jobs.active()) == 1
    assert jobs.get("job1") is not None
    assert tidy(database, limits, day(7)) == told


def test_an_empty_store_has_nothing_that_may_go(database: Database) -> None:
    assert due(database, Limits(), NOON) == Stats()
