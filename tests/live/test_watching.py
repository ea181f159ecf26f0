"""A job is watched: by Socket.IO, by curl and over REST, and all see the same. With both kinds of workers."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.engine.desk import Desk
from tests.live.conftest import Opens
from tests.live.site import Web
from tests.live.sse import Told, told
from tests.waiting import wait_for

pytestmark = [pytest.mark.serial, pytest.mark.root]


@pytest.mark.parametrize("transport", ["websocket", "polling"])
def test_all_events_arrive_in_order_and_none_is_missing(desk: Desk, opens: Opens, site: Web, transport: str) -> None:
    ann = desk.person()
    watcher = opens(ann, site, (transport,))
    with desk.halted():
        job = ann.submit(mode="prove")
        answer = watcher.watch(job)
        assert answer["job"]["id"] == job
        assert answer["seq"] == answer["snapshot"]["seq"] + len(answer["events"])
        watcher.watch(job, 0)
    events = watcher.wait_done(job)
    assert events == ann.ask("events", job=job)["events"]
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
    assert {event["phase"] for event in events} >= {"queued", "predict", "build", "test", "report", "done"}


def test_socket_curl_and_rest_tell_the_same(desk: Desk, opens: Opens, site: Web) -> None:
    ann = desk.person()
    watcher = opens(ann, site)
    with ThreadPoolExecutor(2) as pool:
        with desk.halted():
            job = ann.submit(mode="prove")
            watcher.watch(job, 0)
            by_old_name = pool.submit(told, site, ann, f"/api/progress-stream?run_id={job}")
            by_new_name = pool.submit(told, site, ann, f"/api/v1/jobs/{job}/events", Accept="text/event-stream")
        found = [by_old_name.result(60), by_new_name.result(60)]
    status, rest = site.ask(f"/api/v1/jobs/{job}/events", **site.cookie(ann.session))
    assert status == 200
    events = watcher.wait_done(job)
    assert events == rest["events"]
    for stream in found:
        assert stream.events == events
        assert stream.ids == [str(event["seq"]) for event in events]
        assert stream.is_whole


def test_who_comes_back_gets_the_rest_and_nothing_twice(desk: Desk, opens: Opens, site: Web) -> None:
    ann = desk.person()
    job = ann.submit()
    ann.ended(job)
    events = ann.ask("events", job=job)["events"]
    watcher = opens(ann, site)
    answer = watcher.ask("watch", job=job, after=3)
    assert (answer["snapshot"], answer["events"], answer["seq"]) == (None, events[3:], events[-1]["seq"])
    assert watcher.ask("watch", job=job, after=10_000)["events"] == []
    for path, header in ((f"/api/progress-stream?run_id={job}&after=3", {}), stream_after(job, "3")):
        assert told(site, ann, path, **header) == Told(events[3:], [str(event["seq"]) for event in events[3:]], True)
    path, header = stream_after(job, str(events[-1]["seq"]))
    assert told(site, ann, path, **header) == Told([], [], True)


def test_a_job_of_another_is_one_that_there_is_not(desk: Desk, opens: Opens, site: Web) -> None:
    ann, bob, admin = desk.person(), desk.person(), desk.person("admin")
    with desk.halted():
        job = ann.submit()
        stranger, owner, head = opens(bob, site), opens(ann, site), opens(admin, site)
        refused = stranger.ask("watch", job=job)["error"]
        assert (refused["status"], refused["field"]) == (404, "job")
        assert "error" not in head.watch(job, 0)
        owner.watch(job, 0)
        for path in (f"/api/progress-stream?run_id={job}", f"/api/v1/jobs/{job}/events"):
            assert site.ask(path, Accept="text/event-stream", **site.cookie(bob.session))[0] == 404
        assert stranger.ask("watch_queue")["error"]["status"] == 403
        assert job in [one["id"] for one in head.ask("watch_queue")["jobs"]]
    assert owner.wait_done(job) == head.wait_done(job)
    wait_for(lambda: any(data["status"] == "succeeded" for _, data in head.told), "the queue to be told")
    wait_for(lambda: any(data["status"] == "succeeded" for _, data in owner.told), "the list to be told")
    assert {data["id"] for message, data in head.told if message == "job"} >= {job}
    assert (stranger.events, stranger.told, stranger.sizes) == ({}, [], [])


def test_who_says_unwatch_is_told_no_more(desk: Desk, opens: Opens, site: Web) -> None:
    ann = desk.person()
    watcher, other = opens(ann, site), opens(ann, site)
    with desk.halted():
        job = ann.submit()
        watcher.watch(job, 0)
        other.watch(job, 0)
        assert watcher.ask("unwatch", job=job) == {}
        before = list(watcher.sizes)
    other.wait_done(job)
    assert watcher.sizes == before


@pytest.mark.parametrize(
    ("asked", "field"),
    [({}, None), ({"job": 7}, "job"), ({"job": ""}, "job"), ({"job": "x", "after": -1}, "after"), ([1], None)],
)
def test_nonsense_is_a_problem_and_the_socket_goes_on(
    desk: Desk, opens: Opens, site: Web, asked: object, field: str | None
) -> None:
    watcher = opens(desk.person(), site)
    problem = watcher.client.call("watch", asked, timeout=30)["error"]
    assert (problem["status"], problem.get("field")) == (422, field)
    assert watcher.ask("watch", job="none")["error"]["status"] == 404


def stream_after(job: str, seq: str) -> tuple[str, dict[str, str]]:
    return f"/api/v1/jobs/{job}/events", {"Accept": "text/event-stream", "Last-Event-ID": seq}
