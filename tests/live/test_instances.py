"""Several webs of one engine, and a real Redis between them."""

from collections.abc import Iterator
from contextlib import ExitStack

import msgspec
import pytest
import socketio

from tests.engine.desk import Desk
from tests.live.conftest import Opens
from tests.live.redis import Listener, Redis
from tests.live.site import Web, web
from tests.waiting import wait_for

pytestmark = pytest.mark.serial


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Redis]:
    running = Redis(tmp_path_factory.mktemp("redis"))
    running.start()
    yield running
    running.kill()


@pytest.fixture(scope="module")
def instances(desk: Desk, server: Redis, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Web, Web]]:
    config = msgspec.structs.replace(desk.engine.config, redis=server.url)
    folder = tmp_path_factory.mktemp("instances")
    with ExitStack() as stack:
        one, other = (stack.enter_context(web(config, folder / f"log {number}")) for number in range(2))
        yield one, other


def test_both_are_told_everything_once_whoever_of_them_and_redis_is_killed(
    desk: Desk, server: Redis, instances: tuple[Web, Web], opens: Opens
) -> None:
    ann = desk.person()
    first, second = (opens(ann, site) for site in instances)
    wait_for(lambda: server.listeners() == 2, "both webs at Redis")

    def tested() -> str:
        with desk.halted():
            job = ann.submit()
            first.watch(job, 0)
            second.watch(job, 0)
        assert first.wait_done(job) == second.wait_done(job) == ann.ask("events", job=job)["events"]
        return job

    def is_published_once(listener: Listener, job: str) -> bool:
        """From the events on that came after its watchers."""
        count = len(first.events[job])
        wait_for(lambda: listener.events(job)[count], f"event {count} of {job} at Redis")
        return set(listener.events(job).values()) == {1}

    listener = Listener(server)
    assert is_published_once(listener, tested())
    instances[0].kill()  # it leads, as it was first
    instances[0].start()
    first.wait_back()
    assert is_published_once(listener, tested())
    server.kill()
    listener.join()
    tested()  # each hears the engine itself
    server.start()
    wait_for(lambda: server.listeners() == 2, "both webs at Redis again")
    listener = Listener(server)
    assert is_published_once(listener, tested())
    assert {*first.pushed.values(), *second.pushed.values()} == {1}
    assert (first.lost, second.lost) == (1, 0)
    server.kill()
    listener.join()
    server.start()


def test_what_happens_at_another_engine_is_told_too(
    desk: Desk, server: Redis, instances: tuple[Web, Web], opens: Opens
) -> None:
    ann, bob = desk.person(), desk.person()
    watchers = [opens(ann, site) for site in instances]
    strangers = [opens(bob, site) for site in instances]
    wait_for(lambda: server.listeners() == 2, "both webs at Redis")
    other = socketio.RedisManager(server.url, channel="tsim", write_only=True)
    job = {"id": "of another engine", "status": "running"}
    other.emit("job", job, room=[f"user:{ann.name}", "queue"])
    assert [watcher.wait_told("job") for watcher in watchers] == [job, job]
    assert [name for stranger in strangers for name, _ in stranger.told if name == "job"] == []
