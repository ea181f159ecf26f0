import os

import pytest

from backend.lab.build.space import Refusal, Space
from backend.lab.kernel.rtnetlink import list_links, make_bridge, read_link


@pytest.mark.root
@pytest.mark.serial
def test_a_space_is_a_namespace_of_its_own() -> None:
    home = os.stat("/proc/thread-self/ns/net").st_ino
    space = Space.make(["s"])["s"]
    try:
        assert os.fstat(space.descriptor).st_ino != home
        assert os.stat("/proc/thread-self/ns/net").st_ino == home, "the thread is back"
        assert "lo" in [read_link(body).dev for body in space.channel.ask(list_links())]
    finally:
        space.channel.close()
        os.close(space.descriptor)


@pytest.mark.root
@pytest.mark.serial
def test_one_that_stands_is_spoken_to_again() -> None:
    space = Space.make(["s"])["s"]
    space.channel.send([make_bridge("s1")])
    again = Space.of(space.descriptor)
    assert again.descriptor == space.descriptor
    assert "s1" in [read_link(body).dev for body in again.channel.ask(list_links())]
    for each in (space, again):
        each.channel.close()
    os.close(space.descriptor)


def test_a_refusal_says_where_what_and_why() -> None:
    assert str(Refusal("r1", "route add x", "File exists")) == "r1: route add x: File exists"
