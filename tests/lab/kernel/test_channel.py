from collections.abc import Iterator

import pytest

from backend.facts.routes import parse_route
from backend.lab.kernel import netlink, rtnetlink
from backend.lab.kernel.channel import AT_ONCE, Channel
from backend.lab.kernel.namespace import new_network

pytestmark = [pytest.mark.root, pytest.mark.serial]
LO = {"lo": 1}


@pytest.fixture
def channel() -> Iterator[Channel]:
    with new_network():
        found = Channel()
    found.send([rtnetlink.set_link(1, rtnetlink.IFF_UP, rtnetlink.IFF_UP)])
    yield found
    found.close()


def route(number: int) -> netlink.Message:
    return rtnetlink.add_route(parse_route(f"10.{number >> 8}.{number & 255}.0/24 dev lo", 4), 254, LO)


def test_it_speaks_to_the_namespace_that_it_was_made_in(channel: Channel) -> None:
    links = [rtnetlink.read_link(body) for body in channel.ask(rtnetlink.list_links())]
    assert ("lo", 1) in [(link.dev, link.index) for link in links]


def test_more_than_one_datagram_of_messages(channel: Channel) -> None:
    assert channel.send([route(number) for number in range(3 * AT_ONCE + 7)]) == []
    assert channel.send([route(3 * AT_ONCE)]) == [(0, "File exists")]


def test_each_refusal_has_its_place_and_the_others_are_carried_out(channel: Channel) -> None:
    wanted = [route(number) for number in range(AT_ONCE + 20)]
    wanted[3] = wanted[2]
    wanted[AT_ONCE + 5] = wanted[1]
    wanted[-1] = wanted[0]
    refused = channel.send(wanted)

    assert [place for place, _ in refused] == [3, AT_ONCE + 5, AT_ONCE + 19]
    assert channel.send([route(AT_ONCE + 18)]) == [(0, "File exists")]


def test_nothing_to_say(channel: Channel) -> None:
    assert channel.send([]) == []


def test_a_question_that_is_refused_is_an_error(channel: Channel) -> None:
    with pytest.raises(OSError, match=r".+"):
        channel.ask(netlink.Message(rtnetlink.GET_LINK, 0, bytes(16)))
