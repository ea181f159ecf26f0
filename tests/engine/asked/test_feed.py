from typing import Any

import msgspec
import pytest

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


def decoded(frame: bytes) -> Any:
    return msgspec.json.decode(frame)
