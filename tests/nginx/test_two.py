"""Two webs and a real Redis behind nginx: a session stays at one of them, and goes to the other when that is gone."""

from collections.abc import Iterator
from contextlib import ExitStack

import msgspec
import pytest

from tests.engine.desk import Desk
from tests.live.redis import Redis
from tests.live.site import Web, web
from tests.nginx.conftest import FAST, Opens
from tests.nginx.proxy import Nginx, nginx
from tests.waiting import wait_for

pytestmark = pytest.mark.serial


@pytest.fixture(scope="module")
def pair(desk: Desk, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Nginx, list[Web]]]:
    folder = tmp_path_factory.mktemp("pair")
    redis = Redis(folder)
    redis.start()
    with ExitStack() as stack:
        stack.callback(redis.kill)
        webs = []
        for number in (1, 2):
            bind = f"unix:{folder}/web-{number}"
            config = msgspec.structs.replace(desk.engine.config, bind=bind, redis=redis.url)
            webs.append(stack.enter_context(web(config, folder / f"log-{number}")))
        values = {"WEBS": 2, "WEB_1": webs[0].config.bind, "WEB_2": webs[1].config.bind, **FAST}
        front = stack.enter_context(nginx(folder / "nginx", {**values, "PAGE": webs[0].config.page}))
        yield front, webs


def test_clients_that_poll_stay_at_one_web_until_it_is_gone(
    desk: Desk, pair: tuple[Nginx, list[Web]], opens: Opens
) -> None:
    front, webs = pair
    people = [desk.person() for _ in range(20)]
    watchers = [opens(person, "polling", front) for person in people]
    with desk.halted():
        jobs = [person.submit() for person in people]
        for watcher, job in zip(watchers, jobs, strict=True):
            watcher.watch(job, 0)
        assert {watcher.lost for watcher in watchers} == {0}
        webs[0].kill()
        wait_for(lambda: any(watcher.lost for watcher in watchers), "those that were at the one that is gone")
    for person, watcher, job in zip(people, watchers, jobs, strict=True):
        assert watcher.wait_done(job) == person.ask("events", job=job)["events"]
    assert {bool(watcher.lost) for watcher in watchers} == {True, False}
    assert {front.ask("GET", "/healthz").status for _ in range(10)} == {200}
    webs[0].start()
