"""Bad clients in numbers, and the honest one beside them. `python -m tests.fuzz.frames` goes on with it."""

import random
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.engine.raw import Raw, connected
from tests.engine.target import Target, target
from tests.fuzz import frames

pytestmark = pytest.mark.serial


@pytest.fixture
def one(tmp_path: Path) -> Iterator[Target]:
    with target(tmp_path) as running:
        yield running


def test_after_many_bad_clients_it_is_as_small_as_before_and_answers_right(one: Target) -> None:
    assert frames.run(one, random.Random(1), lambda count: count == 1500) == []


def test_a_hundred_slow_clients_are_borne_and_an_honest_one_is_served_beside_them(one: Target) -> None:
    with ExitStack() as stack:
        slow = [stack.enter_context(connected(one.path)) for _ in range(100)]
        for number in range(300):
            if number < 60:
                for raw in slow:
                    raw.send(frames.WHOLE[number : number + 1])
            assert one.echo(number)
        for raw in slow:
            raw.send(frames.WHOLE[60:])
            assert raw.said()["id"] == 1


def test_frames_of_a_hundred_megabytes_cost_nothing(one: Target) -> None:
    before = one.state()
    for _ in range(20):
        with connected(one.path) as raw:
            raw.flood(b"x" * 65536, 100_000_000)
    assert one.state().memory_kb < before.memory_kb + 4 * 1024


def test_watchers_that_never_read_cost_nothing_and_are_ended(one: Target) -> None:
    before = one.state()
    with ExitStack() as stack:
        for _ in range(50):
            raw = stack.enter_context(connected(one.path))
            for id_ in range(1, 21):
                raw.ask(id_, "flood")
        assert one.echo(1)
        after = one.state()  # when all of them are disconnected
    # Each may leave unread what the limits say.
    assert after.memory_kb < before.memory_kb + 50 * 300


def test_a_crowd_that_comes_and_goes_leaves_nothing(one: Target) -> None:
    before = one.state()
    for _ in range(20):
        crowd = [Raw(one.path) for _ in range(100)]
        for raw in crowd:
            raw.ask(1, "never")
        for raw in crowd:
            raw.close()
    after = one.state()
    assert (after.descriptors, after.tasks, after.threads) == (before.descriptors, before.tasks, before.threads)
