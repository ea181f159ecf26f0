"""A connection is bound to what it becomes, and each of its packets becomes that. What the kernel makes of real ones is
in test_kernel.
"""

from typing import Any

import pytest
from msgspec import structs

from backend.sim.netfilter.connection import Connection, State
from backend.sim.netfilter.meeting import Hook, Meeting
from backend.sim.netfilter.tracking import track
from backend.sim.netfilter.translation import Range, bind, is_asked, translate
from backend.sim.netfilter.values import address
from backend.sim.words import ends
from tests.sim.netfilter.match.asking import meeting

ASK = "tcp 10.0.0.1:4000 10.0.9.9:80"


def to(low: str, high: str = "", **more: Any) -> Range:
    family = 6 if ":" in low else 4
    return Range((address(low, family), address(high or low, family)), **more)


def bound(hook: str, wanted: Range, met: str = ASK) -> Meeting:
    """A new packet that a rule of the hook has translated."""
    found = meeting(f"{met} hook={hook}")
    track(found, ())
    bind(found, wanted, found.packet.family)
    translate(found)
    return found


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (Range(), "10.0.0.1:4000 > 10.0.9.9:80"),
        (to("10.7.0.1"), "10.0.0.1:4000 > 10.7.0.1:80"),
        (to("10.7.0.1", ports=(8080, 8080)), "10.0.0.1:4000 > 10.7.0.1:8080"),
        (Range(ports=(8080, 8080)), "10.0.0.1:4000 > 10.0.9.9:8080"),
        (Range(ports=(8080, 8090)), "10.0.0.1:4000 > 10.0.9.9:8080"),
        (Range(ports=(70, 90)), "10.0.0.1:4000 > 10.0.9.9:80"),
        (Range(ports=(70, 90), is_random=True), "10.0.0.1:4000 > 10.0.9.9"),
        (Range(ports=(5000, 5010), base_port=78), "10.0.0.1:4000 > 10.0.9.9:5002"),
        (Range(ports=(5000, 5010), base_port=81), "10.0.0.1:4000 > 10.0.9.9:5008"),
        (to("10.7.3.0", netmask=0xFFFFFF00), "10.0.0.1:4000 > 10.7.3.9:80"),
    ],
)
def test_before_routing_the_destination_is_translated(wanted: Range, expected: str) -> None:
    assert ends(bound("PREROUTING", wanted).packet) == expected
    assert ends(bound("OUTPUT", wanted).packet) == expected


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (to("10.7.0.1"), "10.7.0.1:4000 > 10.0.9.9:80"),
        (to("10.7.0.1", ports=(5000, 5000)), "10.7.0.1:5000 > 10.0.9.9:80"),
        (to("10.7.0.1", ports=(3000, 5000)), "10.7.0.1:4000 > 10.0.9.9:80"),
        (to("10.7.0.1", ports=(5000, 5010)), "10.7.0.1 > 10.0.9.9:80"),
        (to("10.7.0.1", is_random=True), "10.7.0.1 > 10.0.9.9:80"),
        (to("10.0.0.0", "10.0.0.9"), "10.0.0.1:4000 > 10.0.9.9:80"),
        (Range(ports=(4000, 4010)), "10.0.0.1:4000 > 10.0.9.9:80"),
        (to("10.7.3.0", netmask=0xFFFFFF00), "10.7.3.1:4000 > 10.0.9.9:80"),
    ],
)
def test_behind_routing_the_source_is_translated(wanted: Range, expected: str) -> None:
    assert ends(bound("POSTROUTING", wanted).packet) == expected
    assert ends(bound("INPUT", wanted).packet) == expected


@pytest.mark.parametrize(
    ("met", "expected"),
    [
        ("icmp 10.0.0.1 10.0.9.9 icmp=8/0 echo=7", "10.7.0.1 > 10.0.9.9"),
        ("47 10.0.0.1 10.0.9.9", "10.7.0.1 > 10.0.9.9"),
        ("udp 10.0.0.1:5 10.0.9.9:53", "10.7.0.1:77 > 10.0.9.9:53"),
    ],
)
def test_ports_are_translated_where_there_are_some(met: str, expected: str) -> None:
    assert ends(bound("POSTROUTING", to("10.7.0.1", ports=(77, 77)), met).packet) == expected


def answer(connection: Connection | None, hook: str, met: str) -> Meeting:
    assert connection is not None
    found = meeting(f"{met} hook={hook}")
    track(found, (connection,))
    translate(found)
    return found


def test_an_answer_has_the_translation_undone_where_the_other_end_was_translated() -> None:
    """What POSTROUTING has made of the source PREROUTING undoes at the destination, and the other way round."""
    first = bound("PREROUTING", to("10.7.0.1", ports=(8080, 8080)))
    first.hook = Hook.POSTROUTING
    bind(first, to("10.8.0.1", ports=(5000, 5000)), 4)
    translate(first)
    assert ends(first.packet) == "10.8.0.1:5000 > 10.7.0.1:8080"
    back = answer(first.connection, "PREROUTING", "tcp 10.7.0.1:8080 10.8.0.1:5000")
    assert ends(back.packet) == "10.7.0.1:8080 > 10.0.0.1:4000"
    back.hook = Hook.POSTROUTING
    translate(back)
    assert ends(back.packet) == "10.0.9.9:80 > 10.0.0.1:4000"


@pytest.mark.parametrize(
    ("hook", "answered", "undone_in", "expected"),
    [
        ("POSTROUTING", "tcp 10.0.9.9:80 10.7.0.1:4000", "PREROUTING", "10.0.9.9:80 > 10.0.0.1:4000"),
        ("INPUT", "tcp 10.0.9.9:80 10.7.0.1:4000", "OUTPUT", "10.0.9.9:80 > 10.0.0.1:4000"),
        ("PREROUTING", "tcp 10.7.0.1:80 10.0.0.1:4000", "POSTROUTING", "10.0.9.9:80 > 10.0.0.1:4000"),
        ("OUTPUT", "tcp 10.7.0.1:80 10.0.0.1:4000", "INPUT", "10.0.9.9:80 > 10.0.0.1:4000"),
    ],
)
def test_what_is_done_at_one_hook_is_undone_at_its_opposite(
    hook: str, answered: str, undone_in: str, expected: str
) -> None:
    assert ends(answer(bound(hook, to("10.7.0.1")).connection, undone_in, answered).packet) == expected


def test_an_error_is_translated_as_what_it_is_about() -> None:
    """It comes from a router in between, whose own address stays."""
    first = bound("POSTROUTING", to("10.8.0.1"))
    found = meeting("icmp 10.0.5.5 10.8.0.1 icmp=3/1 hook=PREROUTING")
    found.packet = structs.replace(found.packet, content=structs.replace(found.packet.content, quoted=first.packet))
    assert first.connection is not None
    track(found, (first.connection,))
    assert found.state is State.RELATED
    assert not is_asked(found)
    translate(found)
    assert ends(found.packet) == "10.0.5.5 > 10.0.0.1"
    found.hook = Hook.POSTROUTING
    translate(found)
    assert ends(found.packet) == "10.0.5.5 > 10.0.0.1"


def test_table_nat_is_asked_of_the_first_packet_once_for_each_end() -> None:
    met = meeting(f"{ASK} hook=PREROUTING")
    assert not is_asked(met), "not before it is tracked"
    track(met, ())
    assert is_asked(met)
    bind(met, Range(), 4)
    assert not is_asked(met)
    met.hook = Hook.POSTROUTING
    assert is_asked(met)


def test_what_follows_is_not_asked() -> None:
    first = bound("PREROUTING", Range()).connection
    assert first is not None
    following = answer(structs.replace(first, is_answered=True), "POSTROUTING", ASK)
    assert following.state is State.ESTABLISHED
    assert not is_asked(following)


def test_a_connection_that_is_bound_to_what_it_was_is_not_translated() -> None:
    found = bound("POSTROUTING", to("10.0.0.1")).connection
    assert found is not None
    assert found.is_source_decided
    assert not found.has_source_translated


@pytest.mark.parametrize("is_persistent", [True, False])
def test_several_addresses_are_spread_and_a_persistent_source_keeps_its_own(is_persistent: bool) -> None:
    wanted = to("10.7.0.1", "10.7.0.99", is_persistent=is_persistent)

    def chosen(source: str, asked: str) -> int:
        return bound("PREROUTING", wanted, f"tcp {source}:4000 {asked}:80").packet.destination

    assert len({chosen(f"10.0.0.{number}", "10.0.9.9") for number in range(20)}) > 10
    assert (len({chosen("10.0.0.1", f"10.0.9.{number}") for number in range(20)}) == 1) is is_persistent
