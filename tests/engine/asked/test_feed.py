import sqlite3
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import msgspec
import pytest

from backend.engine.client import Stream
from tests.engine.desk import Desk

pytestmark = pytest.mark.serial


def test_who_passes_on_what_happens_gets_everything_of_everybody_in_order(desk: Desk) -> None:
    ann, bob = desk.person(), desk.person()
    with desk.halted():
        early = ann.submit()
        feed = desk.engine.client.stream("feed", {})
        first = decoded(next(feed))
        assert [job["id"] for job in first["jobs"]] == [early]
        late = bob.submit()
    told: dict[str, list[Any]] = {early: [], late: []}
    while not all(frames and frames[-1]["event"]["phase"] == "done" for frames in told.values()):
        frame = decoded(next(feed))
        told[frame["event"]["job"]].append(frame)
    feed.close()
    for person, job in ((ann, early), (bob, late)):
        events = [frame["event"] for frame in told[job]]
        assert events == person.ask("events", job=job)["events"][-len(events) :]
        assert {(frame["job"]["id"], frame["job"]["user"]) for frame in told[job]} == {(job, person.name)}
        assert told[job][-1]["job"]["status"] == "succeeded"
    assert told[late][0]["event"]["seq"] == 1


def test_one_of_those_who_would_lead_does_and_when_it_goes_the_next(desk: Desk) -> None:
    with closing(listening(desk)) as only_hears, closing(listening(desk, lead=True)) as second:
        third = listening(desk, lead=True)
        fourth = listening(desk, lead=True)
        firsts = [decoded(next(feed)) for feed in (only_hears, second, third, fourth)]
        assert [first["leads"] for first in firsts] == [False, True, False, False]
        assert len({first["engine"] for first in firsts}) == 1
        third.close()  # who does not lead goes unnoticed
        second.close()
        assert told(fourth) == {"leads": True}
        fifth = listening(desk, lead=True)
        assert decoded(next(fifth))["leads"] is False
        fourth.close()
        assert told(fifth) == {"leads": True}
        fifth.close()


def test_a_sign_out_is_told_at_once_with_the_name_alone(desk: Desk) -> None:
    ann = desk.person()
    with closing(listening(desk)) as feed:
        next(feed)
        ann.ask("sign_out")
        assert told(feed) == {"person": ann.name}


def test_that_a_job_is_gone_is_told_to_whose_it_was(desk: Desk) -> None:
    ann = desk.person()
    job = ann.submit()
    ann.ended(job)
    with closing(listening(desk)) as feed:
        next(feed)
        ann.ask("remove", job=job)
        assert told(feed) == {"removed": {"job": job, "user": ann.name}}


def test_what_the_clean_up_removes_is_told_as_well(desk: Desk) -> None:
    ann, administrator = desk.person(), desk.person("admin")
    job = ann.submit()
    ann.ended(job)
    administrator.ask("cleanup")
    with closing(sqlite3.connect(desk.engine.config.state / "tsim.sqlite3", isolation_level=None)) as store:
        store.execute("UPDATE jobs SET aged_us = aged_us - ? WHERE id = ?", (10**15, job))
    with closing(listening(desk)) as feed:
        next(feed)
        assert administrator.ask("cleanup")["jobs_removed"] == 1
        assert told(feed) == {"removed": {"job": job, "user": ann.name}}


def listening(desk: Desk, **params: Any) -> Stream:
    return desk.engine.client.stream("feed", params)


def told(feed: Iterator[bytes]) -> Any:
    """The next that is not about a job."""
    return next(frame for frame in map(decoded, feed) if "event" not in frame)


def decoded(frame: bytes) -> Any:
    return msgspec.json.decode(frame)
