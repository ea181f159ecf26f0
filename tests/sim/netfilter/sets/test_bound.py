import pytest

from backend.sim.netfilter.sets.bound import Bound, Interfaces, interfaces
from backend.sim.netfilter.sets.member import PLAIN, Candidate, Member
from tests.sim.build import packet
from tests.sim.netfilter.sets.build import meeting

NOMATCH = Member(("x",), is_nomatch=True)
ENDING = Member(("10.0.0.0/24", "eth5"), ends_s=9)
ENDS = "10.0.0.0/24,eth5 ends after 9 s"


def candidates(made: Interfaces, source: str = "10.0.0.1", iif: str = "eth0") -> list[Candidate]:
    return list(made.candidates(meeting(packet(source, "11.0.0.1"), iif), (True, True)))


def made(*entries: tuple[str, Member, bool]) -> Interfaces:
    return interfaces(4, [(tuple(text.split(",")), member, is_wildcard) for text, member, is_wildcard in entries])


def test_address_and_interface() -> None:
    one = made(("10.0.0.0/8,eth0", PLAIN, False))
    assert candidates(one) == [(PLAIN, ())]
    assert candidates(one, iif="eth1") == [(None, ())]
    assert candidates(one, iif="") == []
    assert candidates(one, source="11.0.0.1") == []
    out = meeting(packet("11.0.0.1", "10.0.0.1"), "eth1", "eth0")
    assert list(one.candidates(out, (False, False))) == [(PLAIN, ())]
    assert list(one.candidates(out, (False, True))) == [(None, ())]


def test_a_network_with_another_interface_hides_shorter_ones() -> None:
    both = made(("10.0.0.0/24,eth1", PLAIN, False), ("10.0.0.0/8,eth0", PLAIN, False))
    assert candidates(both)[0] == (None, ())
    assert candidates(both, source="10.1.0.1") == [(PLAIN, ())]


def test_while_it_is_there() -> None:
    both = made(("10.0.0.0/24,eth5", ENDING, False), ("10.0.0.0/8,eth0", PLAIN, False))
    assert candidates(both) == [(None, (ENDS,)), (PLAIN, ())]


def test_wildcards_and_the_order_of_a_network() -> None:
    first = made(("10.0.0.0/8,eth0", NOMATCH, False), ("10.0.0.0/8,eth", PLAIN, True))
    assert candidates(first)[0] == (NOMATCH, ())
    assert candidates(first, iif="eth7")[0] == (PLAIN, ())
    # What a wildcard covers is the same element for the kernel.
    assert candidates(made(("10.0.0.0/8,eth", PLAIN, True), ("10.0.0.0/8,eth0", NOMATCH, False)), iif="eth3") == [
        (NOMATCH, ())
    ]


def test_ports_of_bridges_match_nothing() -> None:
    assert candidates(made(("10.0.0.0/8,physdev:eth0", PLAIN, False))) == []


def test_everything() -> None:
    assert candidates(made(("0.0.0.0/0,eth0", PLAIN, False))) == [(PLAIN, ())]


def test_changes() -> None:
    one = made(("10.0.0.0/8,eth0", NOMATCH, False), ("10.0.0.0/8,eth", NOMATCH, True))
    more = one.changed([(("10.0.0.0/8", "eth0"), True), (("11.0.0.0/8", "eth1"), True)])
    assert more.member(("10.0.0.0/8", "eth0")) is PLAIN
    assert more.member(("11.0.0.0/8", "eth1")) is PLAIN
    less = one.changed([(("10.0.0.0/8", "eth0"), False)])
    assert candidates(less)[0] == (NOMATCH, ())
    assert len(less) == 1
    assert len(one.changed([(("10.0.0.0/8", "eth0"), False), (("10.0.0.0/8", "eth0"), False)])) == 0
    assert one.member(("10.0.0.0/8", "eth0")) is NOMATCH


@pytest.mark.parametrize(("iif", "element"), [("eth3", ("10.0.0.0/8", "eth3")), ("", None)])
def test_the_element_of_a_packet(iif: str, element: tuple[str, str] | None) -> None:
    one = made(("11.0.0.0/8,eth0", PLAIN, False))
    assert one.written(meeting(packet("10.1.2.3", "11.0.0.1"), iif), (True, True)) == element


def test_a_name_and_the_begin_of_one() -> None:
    assert Bound(PLAIN, "eth", is_wildcard=True).is_of("eth0")
    assert not Bound(PLAIN, "eth").is_of("eth0")
