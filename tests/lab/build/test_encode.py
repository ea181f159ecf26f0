import pytest

from backend.facts.routes import parse_route
from backend.lab.build import encode
from backend.lab.build.encode import EncodeError
from backend.lab.kernel import rtnetlink
from backend.lab.plan.operation import AddNeighbor, AddRoute, End, MakeBridge, MakeLink, SetLink
from backend.model.address import parse_address

INDEXES = {"lo": 1, "eth0": 5, "s1": 9}


def test_a_device_that_is_not_there_is_named() -> None:
    with pytest.raises(EncodeError, match="there is no device eth7"):
        encode.messages(SetLink("r1", "eth7", is_up=True), INDEXES)
    with pytest.raises(EncodeError, match="there is no device eth7"):
        encode.messages(AddRoute("r1", parse_route("10.0.0.0/8 dev eth7", 4)), INDEXES)


def test_a_link_is_told_only_what_is_said_of_it() -> None:
    assert encode.messages(SetLink("r1", "eth0"), INDEXES) == []
    (up,) = encode.messages(SetLink("r1", "eth0", is_up=True), INDEXES)
    assert up == rtnetlink.set_link(5, rtnetlink.IFF_UP, rtnetlink.IFF_UP)
    (quiet, plugged) = encode.messages(SetLink("r1", "eth0", master="s1", has_generated_addresses=False), INDEXES)
    assert quiet == rtnetlink.without_generated_addresses(5)
    assert plugged == rtnetlink.set_link(5, master=9)


def test_a_group_whose_number_is_not_known_is_refused() -> None:
    with pytest.raises(EncodeError, match="dmz"):
        encode.messages(SetLink("r1", "eth0", group="dmz"), INDEXES)


def test_a_neighbor() -> None:
    address = parse_address("10.0.0.2")
    (told,) = encode.messages(AddNeighbor("r1", "eth0", address, "02:00:00:00:00:01"), INDEXES)
    assert told == rtnetlink.add_neighbor(5, address, "02:00:00:00:00:01")


def test_cables_and_switches() -> None:
    assert encode.cable(MakeBridge("sw", "s1"), {}) == rtnetlink.make_bridge("s1")
    link = MakeLink(End("r1", "a", index=2), End("r2", "b", index=3))
    ends = rtnetlink.Veth("a", 11, index=2), rtnetlink.Veth("b", 12, index=3)
    assert encode.cable(link, {"r1": 11, "r2": 12}) == rtnetlink.make_cable(*ends)
