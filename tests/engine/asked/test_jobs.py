"""Tests as people submit, watch and cancel them, at a real engine that runs one at a time."""

import base64
import os
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import Any

import pytest

from tests.crash.family import kill
from tests.engine.desk import QUESTION, Desk, Person
from tests.report.reading import joined, text
from tests.waiting import is_running, wait_for

pytestmark = pytest.mark.serial


def events(frames: Iterator[Any]) -> list[Any]:
    return [frame["event"] for frame in frames if "event" in frame]


def numbers(found: list[Any]) -> list[int]:
    return [event["seq"] for event in found]


def ids(person: Person, **wanted: Any) -> list[str]:
    return [job["id"] for job in person.ask("jobs", **wanted)["jobs"]]


def test_a_prediction_is_submitted_watched_and_found_again(desk: Desk) -> None:
    person = desk.person()
    job = person.ask("submit", question=QUESTION | {"mode": "predict", "priority": "high"})
    assert (job["user"], job["mode"], job["priority"], job["attempt"]) == (person.name, "predict", "high", 1)
    assert (job["source"], job["destination"]) == ("10.0.1.50", "10.0.2.50")
    assert job["services"] == [{"port": 443, "protocol": "tcp"}]
    watched = events(person.watch(job["id"], after=0))
    assert numbers(watched) == list(range(1, len(watched) + 1))
    assert (watched[0]["phase"], watched[-1]["phase"], watched[-1]["percent"]) == ("queued", "done", 100)
    ended = person.ask("job", job=job["id"])
    assert (ended["status"], ended["snapshot"]["seq"]) == ("succeeded", len(watched))
    assert "443/tcp" in ended["snapshot"]["services"]
    result = person.ask("result", job=job["id"])
    assert (result["job"], result["user"], result["proof"]) == (job["id"], person.name, None)


@pytest.mark.root
def test_a_proof_has_phases_a_result_and_a_report(desk: Desk) -> None:
    person = desk.person()
    job = person.submit(mode="prove")
    phases = [event["phase"] for event in events(person.watch(job, after=0)) if event["state"] == "started"]
    assert phases == ["queued", "predict", "build", "services", "test", "analyze", "report"]
    assert person.ask("job", job=job)["reason"] == ""
    result = person.ask("result", job=job)
    assert result["proof"] is not None
    assert result["comparison"]["differs"] is False
    assert base64.b64decode(person.ask("report", job=job)["pdf"]).startswith(b"%PDF")


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"source": "nowhere"}, "source"),
        ({"services": "1,2,3,4"}, "services"),
        ({"services": "443/smtp"}, "services"),
        ({"mode": "guess"}, "mode"),
        ({"priority": "now"}, "priority"),
        ({"ttl": 0}, "ttl"),
        ({"colour": "red"}, "'colour'"),
        ({"trace": "{"}, "trace"),
    ],
)
def test_what_is_no_test_is_refused_with_the_field_and_leaves_nothing(
    desk: Desk, changed: dict[str, Any], field: str
) -> None:
    person = desk.person()
    refused = person.refused("submit", question=QUESTION | changed)
    assert (refused.code, refused.field) == ("bad_value", field)
    assert ids(person) == []


def test_a_trace_that_is_given_on_many_lines_comes_back_in_the_result(desk: Desk) -> None:
    person = desk.person()
    trace = '{\n  "path": [\n    {"name": "gw-a", "is_router": true}\n  ],\n  "mine": 1\n}'
    job = person.submit(trace=trace)
    assert person.ended(job)["status"] == "succeeded"
    assert person.ask("result", job=job)["asked"]["trace"]["mine"] == 1


def test_one_too_many_is_refused_and_told_when_to_come_again(desk: Desk) -> None:
    greedy, other = desk.person(), desk.person()
    with desk.halted():
        jobs = [greedy.submit() for _ in range(50)]
        refused = greedy.refused("submit", question=QUESTION)
        assert (refused.code, refused.message.startswith(f"{greedy.name} has 50 jobs")) == ("busy", True)
        assert (refused.retry_after_s or 0) >= 1
        jobs.append(other.submit())
    for job in jobs:
        list(desk.engine.watch(job))
    assert len(ids(greedy, limit=100, status="succeeded")) == 50


def test_what_cannot_be_kept_is_refused_and_has_never_been(desk: Desk) -> None:
    person = desk.person()
    with desk.full_disk():
        refused = person.refused("submit", question=QUESTION)
        assert (refused.code, "the disk is full" in refused.message) == ("unavailable", True)
        wait_for(lambda: desk.engine.plain("health")["status"] == "degraded", "health to say so")
    assert ids(person) == []
    after = person.submit()
    assert person.ended(after)["status"] == "succeeded"
    assert ids(person) == [after]
    assert desk.engine.plain("health")["status"] == "ready"


def test_while_the_store_cannot_be_written_a_test_that_runs_goes_on_and_is_told_of_later(desk: Desk) -> None:
    person = desk.person()
    with desk.halted() as process:
        job = person.submit()
        wait_for(lambda: person.status(job) == "running", "its start")
        with desk.full_disk():
            os.kill(process, signal.SIGCONT)
            wait_for(lambda: desk.engine.plain("health")["status"] == "degraded", "health to say so")
            assert person.status(job) == "running", "nobody is told what a crash could take back"
    watched = events(person.watch(job, after=0))
    assert numbers(watched) == list(range(1, len(watched) + 1))
    assert person.status(job) == "succeeded"


def test_who_waits_is_told_the_place_and_tests_start_in_that_order(desk: Desk) -> None:
    ann, bob = desk.person(), desk.person()
    with desk.halted():
        first = ann.submit()
        wait_for(lambda: ann.status(first) == "running", "its start")
        waiting = {"a2": ann.submit(), "a3": ann.submit(priority="low"), "a4": ann.submit(priority="high")}
        waiting |= {"b1": bob.submit(), "b2": bob.submit()}
        places = {}
        for name, job in waiting.items():
            frames = (ann if name.startswith("a") else bob).watch(job)
            assert next(frames)["job"]["place"] is not None
            told = next(frames)["place"]
            places[name] = told["position"]
            assert told["starts_in_s"] >= 0
            assert ann.ask("job", job=waiting["a2"])["place"]["position"] == places["a2"]
            frames.close()
    order = sorted(waiting, key=places.__getitem__)
    assert sorted(places.values()) == [1, 2, 3, 4, 5]
    assert {order[0], order[1]} == {"a4", "b1"}, "each user in turn, and the urgent one first"
    jobs = [desk.engine.ask("job", job=waiting[name]) for name in order if list(desk.engine.watch(waiting[name]))]
    assert [job["started"] for job in jobs] == sorted(job["started"] for job in jobs)
    assert order.index("a3") == max(order.index(name) for name in ("a2", "a3", "a4"))


def test_a_watcher_is_told_of_a_better_place(desk: Desk) -> None:
    person = desk.person()
    with desk.halted():
        running, before, watched = person.submit(), person.submit(), person.submit()
        wait_for(lambda: person.status(running) == "running", "its start")
        frames = person.watch(watched)
        assert next(frames)["snapshot"]["seq"] == 1
        assert next(frames)["place"]["position"] == 2
        person.ask("cancel", job=before)
        assert next(frame["place"]["position"] for frame in frames if "place" in frame) == 1
        frames.close()
    person.ended(watched)


def test_cancelled_while_it_waits_it_never_runs(desk: Desk) -> None:
    person = desk.person()
    with desk.halted():
        running, waiting = person.submit(), person.submit()
        cancelled = person.ask("cancel", job=waiting)
        assert (cancelled["status"], cancelled["reason"]) == ("cancelled", f"cancelled by {person.name}")
        assert person.ask("cancel", job=waiting) == cancelled, "twice is as good as once"
        assert person.refused("result", job=waiting).code == "not_found"
        assert person.refused("report", job=waiting).code == "not_found"
    assert person.ended(running)["status"] == "succeeded"
    assert person.ask("cancel", job=running)["status"] == "succeeded", "what has ended stays as it is"
    assert [event["phase"] for event in person.ask("events", job=waiting)["events"]] == ["queued", "done"]


def caught(desk: Desk, person: Person, phase: str, attempt: int = 1) -> tuple[str, int]:
    """A proof whose process stands in this phase."""
    for _ in range(20):
        found = desk.caught(person, phase, attempt)
        if found is not None and person.status(found[0]) == "running":
            return found
    raise AssertionError(f"no process could be stopped in phase {phase}")


@pytest.mark.root
def test_cancelled_while_it_runs_it_keeps_what_is_known_and_leaves_no_process(desk: Desk) -> None:
    person = desk.person()
    job, process = caught(desk, person, "build")
    assert person.ask("result", job=job)["prediction"] is not None, "what is known can be seen already"
    assert person.ask("cancel", job=job)["status"] == "cancelled"
    wait_for(lambda: not is_running(process), "the end of its process")
    result = person.ask("result", job=job)
    assert result["services"][0]["by"] == "prediction"
    assert person.ask("report", job=job)["pdf"], "of what is known"
    after = person.submit()
    assert person.ended(after)["status"] == "succeeded"


@pytest.mark.root
def test_a_process_that_is_killed_is_started_once_more(desk: Desk) -> None:
    person = desk.person()
    job, process = caught(desk, person, "predict")
    retried = desk.engine.plain("metrics")["jobs"]["retried"]
    kill(process)
    watched = events(person.watch(job, after=0))
    ended = person.ask("job", job=job)
    assert (ended["status"], ended["attempt"]) == ("succeeded", 2)
    assert any("waits once more: the process 'testing' ended by signal SIGKILL" in each["message"] for each in watched)
    assert desk.engine.plain("metrics")["jobs"]["retried"] == retried + 1


@pytest.mark.root
def test_one_that_is_killed_again_has_failed_with_the_reason(desk: Desk) -> None:
    person = desk.person()
    job, process = caught(desk, person, "build", attempt=2)
    kill(process)
    ended = person.ended(job)
    assert ended["status"] == "failed"
    assert ended["reason"] == "the process 'testing' ended by signal SIGKILL; tried 2 times"
    assert person.ask("result", job=job)["prediction"] is not None


def test_watched_from_a_number_on_and_after_the_end(desk: Desk) -> None:
    person = desk.person()
    job = person.submit()
    everything = events(person.watch(job, after=0))
    assert events(person.watch(job, after=0)) == everything, "after the end, too"
    assert events(person.watch(job, after=2)) == everything[2:]
    assert list(person.watch(job, after=len(everything))) == list(person.watch(job, after=10**6)) == []
    (only,) = person.watch(job)
    assert only["job"]["status"] == "succeeded"
    assert only["snapshot"]["seq"] == len(everything)
    assert person.ask("events", job=job, after=3)["events"] == everything[3:]
    assert person.ask("events", job=job)["events"] == everything


def test_who_begins_to_watch_at_any_moment_misses_nothing_and_gets_nothing_twice(desk: Desk) -> None:
    """A snapshot, and all that comes after it."""
    person = desk.person()
    with desk.halted():
        job = person.submit(services="1-3/tcp")
        watchers = [person.watch(job) for _ in range(5)]
        began = [next(frames)["snapshot"]["seq"] for frames in watchers]
    for number in range(20):
        watchers.append(person.watch(job))
        began.append(next(watchers[-1])["snapshot"]["seq"])
        if number % 5 == 4:
            list(islice(person.watch(job), 2))
    whole = numbers(person.ask("events", job=job)["events"]) if person.ended(job) else []
    for seq, frames in zip(began, watchers, strict=True):
        assert numbers(events(frames)) == whole[seq:]


def test_a_slow_watcher_gets_all_in_order_and_keeps_nobody_up(desk: Desk) -> None:
    person = desk.person()
    with desk.halted():
        job = person.submit()
        slow = person.watch(job, after=0)
        first = next(slow)
    assert person.ended(job)["status"] == "succeeded"
    assert [first["event"]["seq"], *numbers(events(slow))] == numbers(person.ask("events", job=job)["events"])


CALLS = ("job", "watch", "events", "result", "report", "table", "cancel", "remove")


@pytest.mark.parametrize("call", CALLS)
def test_a_test_of_somebody_else_is_one_that_there_is_not(desk: Desk, call: str) -> None:
    owner, other = desk.person(), desk.person()
    with desk.halted():
        waiting, ended = owner.submit(), owner.submit()
        owner.ask("cancel", job=ended)
        for job in (waiting, ended, "made up"):
            told = foreign(other, call, job)
            assert (told.code, told.message) == ("not_found", f"there is no job {job!r}")
    assert owner.ended(waiting)["status"] == "succeeded"


def foreign(person: Person, call: str, job: str) -> Any:
    if call != "watch":
        return person.refused(call, job=job)
    with pytest.raises(Exception, match="there is no job") as caught:
        list(person.watch(job))
    return caught.value


def test_two_tests_of_ones_own_are_compared_and_an_administrator_compares_all(desk: Desk) -> None:
    ann, bob = desk.person(), desk.person()
    one, other, foreign = ann.submit(), ann.submit(services="443,53/udp"), bob.submit()
    for person, job in ((ann, one), (ann, other), (bob, foreign)):
        person.ended(job)
    found = ann.ask("compare", job=one, other=other)
    assert (found["before"]["job"], found["after"]["job"], found["is_same_network"]) == (one, other, True)
    assert [(each["port"], each["before"] is None) for each in found["services"]] == [(443, False), (53, True)]
    for job, against in ((one, foreign), (foreign, one), (one, "none")):
        assert ann.refused("compare", job=job, other=against).code == "not_found"
    assert desk.person("admin").ask("compare", job=one, other=foreign)["services"][0]["differs"] == []


def test_an_administrator_sees_and_ends_the_tests_of_all(desk: Desk) -> None:
    ann, bob, admin = desk.person(), desk.person(), desk.person("admin")
    with desk.halted():
        jobs = [ann.submit(), bob.submit()]
        assert ids(ann) == jobs[:1]
        assert set(jobs) <= set(ids(admin))
        assert ids(admin, user=bob.name) == jobs[1:]
        assert ann.refused("jobs", user=bob.name).code == "forbidden"
        assert ids(ann, user=ann.name) == jobs[:1]
        assert admin.ask("cancel", job=jobs[1])["reason"] == f"cancelled by {admin.name}"
        assert bob.status(jobs[1]) == "cancelled"
    assert ann.ended(jobs[0])["status"] == "succeeded"


def test_tests_are_found_by_all_that_is_known_of_them_newest_first(desk: Desk) -> None:
    person = desk.person()
    first = person.submit()
    second = person.submit(source="10.0.1.51", destination="10.0.2.51")
    third = person.submit(mode="prove", source="10.0.1.51")
    person.ask("cancel", job=third)
    person.ended(first)
    person.ended(second)
    again = person.submit(**person.ask("job", job=second)["question"])
    assert person.ended(again)["question"] == person.ask("job", job=second)["question"]
    person.ask("remove", job=again)
    found = {job["id"]: job for job in person.ask("jobs")["jobs"]}
    assert list(found) == [third, second, first]
    assert ids(person, status="succeeded", source="10.0.1.50") == [first]
    assert ids(person, status="running") == []
    assert ids(person, source="10.0.1.51", destination="10.0.2.51") == [second]
    assert ids(person, network=found[first]["network"]) == [third, second, first]
    assert ids(person, network="other@1") == []
    assert ids(person, q="10.0.1.51 443") == [third, second]
    assert ids(person, q=f"{first} Gw-a UNKNOWN") == ids(person, source="10.0.1.50", verdict="unknown") == [first]
    assert ids(person, verdict="loop") == ids(person, q="nothing") == []
    assert found[first]["outcomes"] == [
        {"port": 443, "protocol": "tcp", "verdict": "unknown", "router": "gw-a", "action": "unknown"}
    ]
    assert ids(person, since=found[second]["submitted"]) == [third, second]
    assert first in ids(person, until=found[second]["submitted"])
    assert third not in ids(person, until=found[second]["submitted"])


def test_pages_of_a_list_hold_each_test_once_whatever_comes_meanwhile(desk: Desk) -> None:
    person = desk.person()
    jobs = [person.submit() for _ in range(5)]
    pages, before = [], None
    while True:
        page = person.ask("jobs", limit=2, before=before)
        pages += [job["id"] for job in page["jobs"]]
        before = page["next"]
        if before is None:
            break
        person.submit()
    assert pages == jobs[::-1]


def test_what_has_ended_can_be_removed_and_is_gone_for_good(desk: Desk) -> None:
    person = desk.person()
    with desk.halted():
        job = person.submit()
        refused = person.refused("remove", job=job)
        assert (refused.code, "cancel it first" in refused.message) == ("bad_value", True)
    number = person.ended(job)["number"]
    assert person.ask("remove", job=job) == {"removed": True}
    assert person.refused("job", job=job).code == "not_found"
    assert ids(person) == []
    assert person.ask("job", job=person.submit())["number"] > number


def test_a_report_that_is_not_there_is_drawn_when_somebody_asks_and_kept(desk: Desk) -> None:
    person = desk.person()
    job = person.submit()
    person.ended(job)
    pdf = base64.b64decode(person.ask("report", job=job)["pdf"])
    assert pdf.startswith(b"%PDF")
    assert base64.b64decode(person.ask("report", job=job)["pdf"]) == pdf
    part = base64.b64decode(person.ask("report", job=job, part="443/tcp", paper="letter")["pdf"])
    assert part.startswith(b"%PDF")
    assert len(part) < len(pdf)
    refused = person.refused("report", job=job, part="1/nothing")
    assert (refused.field, "443/tcp" in refused.message) == ("part", True)
    assert b"443/tcp" in base64.b64decode(person.ask("table", job=job)["drawn"])
    assert b'"machines"' in base64.b64decode(person.ask("picture", job=job, form="json")["drawn"])
    hash_ = person.ask("topology")["network"]["hash"]
    summary = base64.b64decode(person.ask("report", job=job, part="summary")["pdf"])
    assert hash_ in joined(text(summary)), "what is kept of the facts"


def test_the_ways_of_a_service_are_drawn_for_whom_the_test_belongs(desk: Desk) -> None:
    person = desk.person()
    job = person.submit(services="443/tcp,icmp")
    person.ended(job)
    assert b"443/tcp" in base64.b64decode(person.ask("picture", job=job)["drawn"])
    assert b"icmp" in base64.b64decode(person.ask("picture", job=job, service="icmp")["drawn"])
    assert person.refused("picture", job=job, service="1/tcp").field == "service"
    assert desk.person().refused("picture", job=job).code == "not_found"


def test_tests_of_two_users_at_once_do_not_mix(desk: Desk) -> None:
    ann, bob = desk.person(), desk.person()
    jobs = [(person, person.submit(services=port), port) for port in ("1", "2", "3") for person in (ann, bob)]
    for person, job, port in jobs:
        told = events(person.watch(job, after=0))
        assert {event["job"] for event in told} == {job}
        services = {event["data"]["service"] for event in told if "service" in event["data"]}
        assert services == {f"{port}/tcp"}
        assert person.ask("result", job=job)["user"] == person.name


def test_a_crowd_that_asks_at_once_is_answered(desk: Desk) -> None:
    """More than there are threads for what waits."""
    person = desk.person()
    job = person.submit()
    with ThreadPoolExecutor(100) as threads:
        assert list(threads.map(lambda _: ids(person), range(200))) == [[job]] * 200
