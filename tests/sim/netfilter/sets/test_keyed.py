from backend.sim.netfilter.sets.keyed import Keyed
from backend.sim.netfilter.sets.member import PLAIN
from tests.sim.build import packet
from tests.sim.netfilter.sets.build import meeting, sets, tcp

NETS = "create s hash:net,net\nadd s 10.0.0.0/8,11.0.0.0/24 nomatch\nadd s 10.0.0.0/16,11.0.0.0/8\n"


def keyed(saved: str) -> Keyed:
    content = sets(saved)["s"].content
    assert isinstance(content, Keyed)
    return content


def test_the_first_network_decides_which_is_the_most_specific() -> None:
    content = keyed(NETS)
    assert [level.lengths for level in content.levels] == [(16, 8), (8, 24)]
    found = list(content.candidates(tcp("10.0.0.1", "11.0.0.1"), (True, False)))
    assert [(member is PLAIN, reasons) for member, reasons in found] == [(True, ()), (False, ())]


def test_an_element_is_written_with_the_longest_prefix_of_each_part() -> None:
    content = keyed(NETS)
    asked = content.shape.asked(tcp("10.1.2.3", "11.1.2.3"), (True, False))
    assert asked is not None
    assert content.written(asked) == ("10.1.0.0/16", "11.1.2.0/24")
    assert keyed("create s hash:net,net\n").written(asked) == ("10.1.2.3", "11.1.2.3")


def test_changes() -> None:
    content = keyed(NETS)
    other = content.changed([(("10.0.0.0/16", "11.0.0.0/8"), False), (("1.1.1.1", "2.2.2.2"), True)])
    assert [level.lengths for level in other.levels] == [(32, 32), (8, 24)]
    assert other.member(("1.1.1.1", "2.2.2.2")) is PLAIN
    assert other.member(("10.0.0.0/16", "11.0.0.0/8")) is None
    assert content.member(("10.0.0.0/16", "11.0.0.0/8")) is PLAIN
    assert (len(content), len(other)) == (2, 2)


def test_a_port_that_is_not_said() -> None:
    content = keyed("create s hash:ip,port\nadd s 10.0.0.1,tcp:80\nadd s 10.0.0.1,tcp:443\nadd s 10.0.0.2,udp:53\n")
    unsaid = meeting(packet("10.0.0.1", "11.0.0.1", "tcp"))
    assert list(content.candidates(unsaid, (True, True))) == [(PLAIN, ("the flow names no source port",))]
    assert list(content.candidates(meeting(packet("10.0.0.1", "11.0.0.1", "udp")), (True, True))) == []
    assert list(content.candidates(meeting(packet("10.0.0.3", "11.0.0.1")), (True, True))) == []
