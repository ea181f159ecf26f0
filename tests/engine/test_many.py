"""Many tests: the engine stays as it is, and those of two users never mix."""

import base64
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from msgspec import Struct

from tests.crash.many import WARM, grown, run, sizes
from tests.crash.trial import Trial, trial
from tests.engine.desk import Desk, Person
from tests.report.reading import joined, text

pytestmark = [pytest.mark.root, pytest.mark.serial]
PREDICTED, PROVED = 120, 10
OF_EACH = 6


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trial]:
    folder: Path = tmp_path_factory.mktemp("many")
    with trial(folder) as one:
        yield one


class Own(Struct, frozen=True):
    """A test that is like no other one."""

    person: Person
    number: int
    mode: str

    @property
    def source(self) -> str:
        return f"10.0.1.{100 + self.number}"

    @property
    def destination(self) -> str:
        return f"10.0.2.{100 + self.number}"

    @property
    def services(self) -> list[tuple[int, str]]:
        return [(2000 + self.number, "tcp"), (3000 + self.number, "udp")]

    @property
    def question(self) -> dict[str, Any]:
        services = ",".join(f"{port}/{protocol}" for port, protocol in self.services)
        return {"source": self.source, "destination": self.destination, "services": services, "mode": self.mode}


def test_users_get_their_own_and_nothing_else(running: Trial) -> None:
    desk = Desk(running.engine)
    people = desk.person(), desk.person()
    asked = [
        Own(person, 2 * number + at, ("prove", "prove", "predict")[number % 3])
        for number in range(OF_EACH)
        for at, person in enumerate(people)
    ]
    with ThreadPoolExecutor(len(asked)) as threads:
        found = list(threads.map(lambda own: (own, *_watched(own)), asked))
    addresses = {address for own in asked for address in (own.source, own.destination)}
    for own, job, events in found:
        others = addresses - {own.source, own.destination}
        _check_job(own, own.person.ask("job", job=job))
        _check_events(own, job, events)
        _check_result(own, job, own.person.ask("result", job=job))
        assert not [each for each in others if _names(each, str(own.person.ask("result", job=job)))]
        if own.mode == "prove":
            words = joined(text(base64.b64decode(own.person.ask("report", job=job)["pdf"])))
            assert own.source in words
            assert job in words
            assert not [each for each in others if _names(each, words)]
    for person, other in (people, people[::-1]):
        own_jobs = {job for own, job, _ in found if own.person is person}
        assert {each["id"] for each in person.ask("jobs", limit=500)["jobs"]} == own_jobs
        for job in {job for _, job, _ in found} - own_jobs:
            for call in ("job", "events", "result", "report", "cancel", "remove"):
                assert person.refused(call, job=job).code == "not_found"
            assert other.status(job) == "succeeded"


def _watched(own: Own) -> tuple[str, list[Any]]:
    job = own.person.ask("submit", question=own.question)["id"]
    return job, [frame["event"] for frame in own.person.watch(job, after=0) if "event" in frame]


def _check_job(own: Own, job: Any) -> None:
    assert (job["user"], job["mode"], job["status"]) == (own.person.name, own.mode, "succeeded")
    assert (job["source"], job["destination"]) == (own.source, own.destination)
    assert [(each["port"], each["protocol"]) for each in job["services"]] == own.services


def _check_events(own: Own, job: str, events: list[Any]) -> None:
    assert [each["seq"] for each in events] == list(range(1, len(events) + 1))
    assert {each["job"] for each in events} == {job}
    told = {each["data"]["service"] for each in events if "service" in each["data"]}
    assert told == {f"{port}/{protocol}" for port, protocol in own.services}
    assert events == own.person.ask("events", job=job)["events"]


def _check_result(own: Own, job: str, result: Any) -> None:
    assert (result["job"], result["user"], result["mode"]) == (job, own.person.name, own.mode)
    asked = result["asked"]
    assert (asked["source"], asked["destination"]) == (own.source, own.destination)
    for listed in (asked["services"], result["services"], result["prediction"]["services"]):
        assert [(each["port"], each["protocol"]) for each in listed] == own.services
    if own.mode == "prove":
        proof = result["proof"]
        assert [(each["port"], each["protocol"]) for each in proof["services"]] == own.services
        assert not result["comparison"]["differs"]


def _names(address: str, words: str) -> bool:
    """10.0.1.10 is no part of 10.0.1.105."""
    return any(not rest[:1].isdigit() for rest in words.split(address)[1:])


def test_hundreds_one_after_the_other_leave_it_as_it_was(running: Trial) -> None:
    """`python -m tests.crash.many` proves 500."""
    run(running, WARM, "predict")
    run(running, PROVED, "prove")
    before = sizes(running)
    run(running, PREDICTED, "predict")
    run(running, PROVED, "prove")
    assert grown(before, sizes(running)) == {}
