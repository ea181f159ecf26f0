"""What a watcher sees when the web or the engine is killed or reloaded: nothing of it."""

import signal

import pytest

from tests.engine.desk import Desk
from tests.live.conftest import Opens
from tests.live.site import Web
from tests.waiting import wait_for

pytestmark = [pytest.mark.serial, pytest.mark.root]


def test_the_web_is_killed_during_a_job_and_the_client_goes_on_without_a_gap(
    desk: Desk, opens: Opens, site: Web
) -> None:
    ann = desk.person()
    watcher = opens(ann, site)
    with desk.halted():
        job = ann.submit(mode="prove")
        watcher.watch(job, 0)
        site.kill()
        wait_for(lambda: watcher.lost, "the loss of the socket")
    assert ann.ended(job)["status"] == "succeeded"  # the job does not care
    site.start()
    assert watcher.wait_done(job) == ann.ask("events", job=job)["events"]


def test_the_web_is_reloaded_during_a_job_and_each_client_goes_on_without_a_gap(
    desk: Desk, opens: Opens, site: Web
) -> None:
    ann = desk.person()
    watchers = [opens(ann, site), opens(ann, site, ("polling",)), opens(ann, site, ("polling", "websocket"))]
    before = site.workers
    with desk.halted():
        job = ann.submit(mode="prove")
        for watcher in watchers:
            watcher.watch(job, 0)
        site.signal(signal.SIGHUP)
        for watcher in watchers:
            watcher.wait_back()
    for watcher in watchers:
        assert watcher.wait_done(job) == ann.ask("events", job=job)["events"]
    wait_for(lambda: not set(site.workers) & set(before), "the end of the one before")


def test_the_engine_is_killed_and_the_client_goes_on_without_a_gap(desk: Desk, opens: Opens, site: Web) -> None:
    ann = desk.person()
    watcher, other = opens(ann, site), opens(ann, site, ("polling",))
    jobs = [ann.submit(mode="prove") for _ in range(6)]
    for job in jobs:
        watcher.watch(job, 0)
        other.watch(job, 0)
    desk.engine.kill()
    problem = watcher.ask("watch", job=jobs[0])["error"]
    assert problem["status"] == 503
    assert site.ask("/socket.io/?EIO=4&transport=polling", **site.cookie(ann.session))[0] == 503
    desk.engine.start()
    for job in jobs:
        assert watcher.wait_done(job) == other.wait_done(job) == ann.ask("events", job=job)["events"]
    assert (watcher.lost, other.lost) == (0, 0)
