from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from msgspec.structs import replace

from backend.store.database import Database
from backend.store.error import StoreError
from backend.store.jobs import JobRecord, Jobs, Wanted
from tests.store.sample import NOON, event, job


@pytest.fixture
def jobs(database: Database) -> Jobs:
    return Jobs(database)


def numbers(found: list[JobRecord]) -> list[int]:
    return [record.number for record in found]


def test_what_is_kept_is_there_after_a_restart_as_it_was(jobs: Jobs, opened: Callable[[], Database]) -> None:
    record = job(7, ended=NOON + timedelta(microseconds=1), document=bytes(range(256)))
    jobs.keep([record], [event(7, 1, b"\0one"), event(7, 2, b"two")], ("job7", b"result" * 1000))
    jobs.keep_report("job7", b"%PDF")
    again = Jobs(opened())
    assert again.get("job7") == record
    assert again.events("job7") == [b"\0one", b"two"]
    assert again.result("job7") == b"result" * 1000
    assert again.report("job7") == b"%PDF"
    assert again.last_number() == 7


def test_what_is_said_twice_is_there_once_as_it_was_said_last(jobs: Jobs) -> None:
    jobs.keep([job(1)], [event(1, 1, b"a")], ("job1", b"part"))
    jobs.keep([job(1, ended=NOON)], [event(1, 1, b"b"), event(1, 2)], ("job1", b"whole"))
    jobs.keep_report("job1", b"draft")
    jobs.keep_report("job1", b"final")
    assert jobs.find() == [job(1, ended=NOON)]
    assert jobs.events("job1") == [b"b", b"{}"]
    assert jobs.result("job1") == b"whole"
    assert jobs.report("job1") == b"final"


def test_of_what_cannot_be_kept_nothing_is(jobs: Jobs) -> None:
    jobs.keep([job(1)], [event(1, 1)])
    for records, happened, result in (
        ([job(2)], [event(3, 1)], None),
        ([job(2), job(3, number=1)], [event(2, 1)], None),
        ([job(2)], [event(2, 1)], ("job9", b"{}")),
        ([job(2), job(3, source="half of a \ud800")], [], None),
        ([job(2), job(3, number=1 << 70)], [], None),
    ):
        with pytest.raises(StoreError):
            jobs.keep(records, happened, result)
    assert jobs.find() == [job(1)]
    assert jobs.events("job1") == [b"{}"]
    assert jobs.last_seq("job2") == 0


def test_nothing_to_keep_is_no_error(jobs: Jobs) -> None:
    jobs.keep([], [])
    assert jobs.find() == []


def test_those_that_wait_or_run_come_in_their_order(jobs: Jobs) -> None:
    jobs.keep([job(3, status="queued"), job(1), job(2, ended=NOON)])
    assert numbers(jobs.active()) == [1, 3]


def test_what_is_not_there_is_none(jobs: Jobs) -> None:
    for strange in ("job1", "", "a\0b", "\ud800", "' OR 1=1 --"):
        assert jobs.get(strange) is None
        assert jobs.result(strange) is None
        assert jobs.report(strange) is None
        assert jobs.events(strange) == []
        assert jobs.last_seq(strange) == 0
        assert not jobs.remove(strange)
    assert jobs.last_number() == 0
    with pytest.raises(StoreError):
        jobs.keep_report("job1", b"%PDF")


def test_jobs_are_found_by_each_of_their_sides(jobs: Jobs) -> None:
    jobs.keep([job(1), job(2, user="bob"), job(3, ended=NOON), job(4, source="fd00::1"), job(5, network="lab@2")])
    jobs.keep([job(6, destination="10.9.9.9")])
    for wanted, expected in (
        (Wanted(), [6, 5, 4, 3, 2, 1]),
        (Wanted(user="bob"), [2]),
        (Wanted(status="succeeded"), [3]),
        (Wanted(source="fd00::1"), [4]),
        (Wanted(destination="10.9.9.9"), [6]),
        (Wanted(network="lab@2"), [5]),
        (Wanted(since=NOON + timedelta(minutes=5)), [6, 5]),
        (Wanted(until=NOON + timedelta(minutes=2)), [1]),
        (Wanted(user="ann", status="running", before=5), [4, 1]),
        (Wanted(user=""), []),
        (Wanted(user="a\0b"), []),
        (Wanted(network="\ud800"), []),
    ):
        assert numbers(jobs.find(wanted)) == expected, wanted


def test_jobs_are_found_by_words_and_by_verdicts(jobs: Jobs) -> None:
    jobs.keep([
        job(1, words="job1 ann 10.1.1.50 443/tcp br-gw drop", verdicts="accepted denied_forward"),
        job(2, words="job2 ann 10.1.1.50 50%_\\/tcp", verdicts="denied_forward"),
        job(3, words="job3 bob 10.1.1.50 443/tcp", verdicts="denied"),
        job(4),
    ])  # fmt: skip
    for words, expected in {
        ("443",): [3, 1], ("443", "ANN"): [1], ("BR-", "drop"): [1], ("50%_",): [2], ("\\/",): [2], ("1%5",): [],
        ("",): [4, 3, 2, 1], (): [4, 3, 2, 1], ("none",): [], ("\0",): [], ("443", "\ud800"): [],
    }.items():  # fmt: skip
        assert numbers(jobs.find(Wanted(words=words))) == expected, words
    assert numbers(jobs.find(Wanted(verdict="denied_forward"))) == [2, 1]
    assert numbers(jobs.find(Wanted(verdict="denied", words=["443"], user="ann"))) == [3]
    assert numbers(jobs.find(Wanted(verdict="denied_forward", before=2))) == [1]
    assert numbers(jobs.find(Wanted(words=["tcp"], limit=2))) == [3, 2]
    assert jobs.find(Wanted(verdict="\0")) == jobs.find(Wanted(verdict="accepted denied_forward ")) == []


def test_page_by_page_every_job_comes_once_also_while_new_ones_arrive(jobs: Jobs) -> None:
    jobs.keep([job(number) for number in range(1, 26)])
    seen: list[int] = []
    before = None
    while page := jobs.find(Wanted(before=before, limit=10)):
        seen += numbers(page)
        before = page[-1].number
        jobs.keep([job(100 + len(seen))])
    assert seen == list(range(25, 0, -1))


@pytest.mark.parametrize("number", [-1, 0, 1 << 62, 1 << 70])
def test_numbers_that_nobody_has_are_no_error(jobs: Jobs, number: int) -> None:
    jobs.keep([job(1)])
    assert numbers(jobs.find(Wanted(before=number))) == ([1] if number > 1 else [])
    assert numbers(jobs.find(Wanted(limit=number))) == ([1] if number > 0 else [])
    assert jobs.events("job1", after=number) == []


def test_events_are_read_on_from_where_one_was(jobs: Jobs) -> None:
    jobs.keep([job(1), job(2)], [event(1, seq, b"%d" % seq) for seq in range(1, 8)] + [event(2, 1)])
    assert jobs.events("job1", after=4) == [b"5", b"6", b"7"]
    assert jobs.events("job1", after=2, limit=2) == [b"3", b"4"]
    assert jobs.all_events("job1", after=5) == [b"6", b"7"]
    assert jobs.last_seq("job1") == 7


def test_a_job_goes_with_all_that_belongs_to_it_and_its_number_does_not_come_again(jobs: Jobs) -> None:
    jobs.keep([job(1, ended=NOON), job(2, ended=NOON)], [event(2, 1), event(1, 1)], ("job2", b"{}"))
    jobs.keep_report("job2", b"%PDF")
    assert jobs.remove("job2")
    assert not jobs.remove("job2")
    assert (jobs.get("job2"), jobs.result("job2"), jobs.report("job2"), jobs.last_seq("job2")) == (None, None, None, 0)
    assert jobs.last_seq("job1") == 1
    assert jobs.last_number() == 2


def test_a_job_that_runs_is_not_removed(jobs: Jobs) -> None:
    jobs.keep([job(1)])
    with pytest.raises(StoreError, match="job1 has not ended"):
        jobs.remove("job1")
    assert jobs.get("job1") == job(1)


def test_threads_write_and_read_at_once(jobs: Jobs) -> None:
    def work(number: int) -> None:
        record = job(number)
        for seq in range(1, 41, 4):
            jobs.keep([replace(record, document=b"%d" % seq)], [event(number, seq + at) for at in range(4)])
            assert jobs.last_seq(record.id) == seq + 3
            found = jobs.get(record.id)
            assert found is not None
            assert found.document == b"%d" % seq
            jobs.find(Wanted(user="ann", limit=5))
        jobs.keep([replace(record, ended=NOON)], result=(record.id, b"{}"))

    with ThreadPoolExecutor(12) as pool:
        list(pool.map(work, range(1, 25)))
    assert jobs.active() == []
    assert {jobs.last_seq(f"job{number}") for number in range(1, 25)} == {40}


def test_jobs_that_are_forgotten_have_never_been(jobs: Jobs) -> None:
    jobs.keep([job(1), job(2), job(3)], [event(1, 1), event(2, 1)])
    jobs.forget(["job1", "job2", "nobody"])
    assert numbers(jobs.active()) == [3]
    assert jobs.events("job1") == []
    jobs.forget([f"job{number}" for number in range(50_000)])
    assert jobs.active() == []
