from datetime import timedelta

from backend.store.age import Age
from backend.store.database import Database
from backend.store.holding import held, job_sizes, mark_jobs, mark_networks, network_sizes
from backend.store.jobs import Jobs
from backend.store.networks import Networks
from tests.store.sample import NOON, event, job, network


def test_a_job_holds_all_that_belongs_to_it(database: Database) -> None:
    jobs = Jobs(database)
    jobs.keep([job(1, document=b"x" * 100), job(2)], [event(1, 1, b"y" * 10), event(1, 2, b"z" * 20)])
    jobs.keep_report("job1", b"p" * 1000)
    with database.reading() as connection:
        assert job_sizes(connection, ["job1", "job2", "job3"]) == {"job1": 1130, "job2": 2, "job3": 0}


def test_what_has_ended_counts_and_a_report_that_comes_later_as_well(database: Database) -> None:
    jobs = Jobs(database)
    jobs.keep([job(1, ended=NOON, document=b"x" * 100), job(2, document=b"y" * 1000)])
    for report, expected in ((b"", 100), (b"p" * 50, 150)):
        if report:
            jobs.keep_report("job1", report)
        mark_jobs(database, Age(0, 0, 0))
        with database.reading() as connection:
            assert held(connection) == expected


def test_many_are_marked(database: Database) -> None:
    Jobs(database).keep([job(number, ended=NOON) for number in range(1, 251)])
    mark_jobs(database, Age(0, 0, 0))
    with database.reading() as connection:
        assert held(connection) == 500


def test_networks_count_while_nothing_uses_them(database: Database) -> None:
    networks = Networks(database)
    for label in ("demo@1", "demo@2", "demo@3"):
        networks.add(network(label, is_active=label == "demo@2"), {"r_facts.txt": b"x"})
    Jobs(database).keep([job(1, ended=NOON + timedelta(hours=1), network="demo@3", document=b"")])
    with database.writing() as connection:
        mark_networks(connection, Age(0, 0, 0))
        size = network_sizes(connection, ["demo@1", "demo@9"])
        assert size["demo@9"] == 0
        assert held(connection) == size["demo@1"] > 0
