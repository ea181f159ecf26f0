from ipaddress import ip_address

from backend.lab.probe.token import Token, Way
from backend.lab.proof.story import Story
from backend.lab.watch import craft
from backend.lab.watch.craft import Header
from tests.lab.proof.small import A, B, event, syn

CABLES = {("a", "eth0"): "1", ("one", "lan"): "1", ("one", "up"): "2", ("two", "down"): "2"}


def link(namespace: str, device: str) -> str | None:
    return CABLES.get((namespace, device))


def told() -> Story:
    """In the order in which namespaces happen to be read: the last first."""
    story = Story()
    story.see("two", "down", True, syn(3, 63))
    story.happen("one", event("PREROUTING", 1, hook=0, data=syn(3, 64)))
    story.see("one", "lan", True, syn(3, 64))
    story.happen("one", event("FORWARD", 2, data=syn(3, 63)))
    story.see("one", "up", False, syn(3, 63))
    story.see("a", "eth0", False, syn(3, 64))
    return story


def test_visits_are_told_along_the_cables() -> None:
    way = told().way(3, Way.FORWARD, link)
    assert [visit.namespace for visit in way] == ["a", "one", "two"]
    one = way[1]
    assert one.came is not None
    assert one.left is not None
    assert (one.came.device, one.left.device, len(one.events), one.hook) == ("lan", "up", 2, 2)


def test_probes_are_told_apart_and_others_are_left_out() -> None:
    story = told()
    assert story.see("one", "lan", True, syn(4)) == Token(4, Way.FORWARD)
    assert story.see("one", "lan", True, craft.udp(Header(A, B), 1, 2, b"hello")) is None
    assert story.see("one", "lan", True, b"") is None
    assert [len(story.visits(number, Way.FORWARD, "one")) for number in (3, 4, 5)] == [1, 1, 0]
    assert story.visits(3, Way.ANSWER) == []


def test_a_packet_that_is_seen_again_is_the_same_and_one_that_turns_is_not() -> None:
    story = told()
    story.see("one", "lan", True, syn(3, 64))
    assert len(story.visits(3, Way.FORWARD, "one")) == 1
    story.see("one", "up", True, syn(3, 62))
    story.happen("one", event("FORWARD", 3, data=syn(3, 61)))
    first, second = story.visits(3, Way.FORWARD, "one")
    assert (len(first.events), len(second.events)) == (2, 1)
    assert second.events[0].event.position == 3


def test_who_is_asked_for_is_kept() -> None:
    story = Story()
    story.ask("one", "up", ip_address("10.0.0.2"))
    assert story.asked["one"] == [("up", ip_address("10.0.0.2"))]
