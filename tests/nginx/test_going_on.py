"""What users see of a web that is reloaded or gone: of the one nothing, of the other that it is."""

import signal
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.engine.desk import PREDICTION, Desk
from tests.live.site import Web
from tests.nginx.conftest import Opens
from tests.nginx.proxy import Nginx
from tests.waiting import wait_for

pytestmark = pytest.mark.serial
QUESTION = {"source": "10.0.1.50", "destination": "10.0.2.50"}


@contextmanager
def load(front: Nginx, cookie: str) -> Iterator[list[int]]:
    """People ask and change things all the time. Gives the statuses of their answers."""
    statuses: list[int] = []
    ends = threading.Event()

    def ask() -> None:
        while not ends.is_set():
            for method, path, body in (
                ("GET", "/api/v1/me", None), ("POST", "/api/v1/traces", QUESTION), ("GET", "/", None),
            ):  # fmt: skip
                statuses.append(front.ask(method, path, body, Cookie=cookie).status)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    try:
        yield statuses
    finally:
        ends.set()
        for thread in threads:
            thread.join()


def reload(site: Web, statuses: list[int]) -> None:
    before, count = site.workers, len(statuses)
    site.signal(signal.SIGHUP)
    wait_for(lambda: site.workers and set(site.workers).isdisjoint(before), "another worker", 60)
    wait_for(lambda: len(statuses) > count + 50, "requests at the new one")


@pytest.mark.parametrize(("sockets", "reloads"), [(0, 3), (10, 1)])
def test_reloads_fail_no_request_and_sockets_come_back_without_a_gap(
    front: Nginx, site: Web, desk: Desk, opens: Opens, sockets: int, reloads: int
) -> None:
    ann = desk.person()
    watchers = [opens(ann) for _ in range(sockets)]
    with load(front, site.cookie(ann.session)["Cookie"]) as statuses, desk.halted():
        job = ann.submit()
        for watcher in watchers:
            watcher.watch(job, 0)
        for _ in range(reloads):
            reload(site, statuses)
    assert set(statuses) == {200}
    for watcher in watchers:
        assert watcher.wait_done(job) == ann.ask("events", job=job)["events"]


def test_who_asks_while_the_web_is_gone_is_told_so_and_served_when_it_is_back(
    front: Nginx, site: Web, desk: Desk
) -> None:
    mine = {"Cookie": site.cookie(desk.person().session)["Cookie"]}
    site.kill()
    refused = front.ask("GET", "/api/v1/me", **mine)
    assert (refused.status, refused.json["status"], refused.header("retry-after")) == (503, 503, ["2"])
    assert refused.header("content-type") == ["application/problem+json"]
    assert front.ask("POST", "/api/v1/jobs", PREDICTION, **mine).status == 503
    site.start()
    assert front.ask("GET", "/api/v1/me", **mine).status == 200


def test_thousands_of_requests_in_a_few_seconds_fail_none(front: Nginx, site: Web, desk: Desk) -> None:
    """A small share of `make bench ARGS=web`."""
    cookie = site.cookie(desk.person().session)["Cookie"]
    command = ["wrk", "-t1", "-c20", "-d2", "-H", f"Cookie: {cookie}", f"{front.url}/api/v1/me"]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    assert "requests in" in told
    assert "Non-2xx" not in told, told
    assert "Socket errors" not in told, told
