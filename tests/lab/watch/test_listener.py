import os
from collections.abc import Iterator

import pytest

from backend.lab.build.handles import read_handles
from backend.lab.error import LabError
from backend.lab.kernel.namespace import inside
from backend.lab.plan.operation import Backend
from backend.lab.watch import craft
from backend.lab.watch.event import Event, Kind
from backend.lab.watch.inject import Injector
from backend.lab.watch.listener import Listener
from backend.model.address import Family
from tests.lab.watch.wires import HEADERS, Wires, wires

pytestmark = [pytest.mark.root, pytest.mark.serial]
RULES = """*mangle
-A FORWARD -j MARK --set-xmark 0x7/0xffffffff
COMMIT
*filter
:USER - [0:0]
-A FORWARD -p udp -m udp --dport 9 -j DROP
-A FORWARD -m mark --mark 0x7 -j USER
-A FORWARD -p tcp -m tcp --dport 22 -j NFLOG --nflog-prefix "TRACE: filter:FORWARD:rule:9 "
-A FORWARD -p tcp -m tcp --dport 22 -j LOG --log-prefix "TRACE: filter:FORWARD:rule:8 "
-A USER -p tcp -m tcp --dport 80 -j RETURN
-A USER -p udp -j ACCEPT
COMMIT
"""
BOTH = pytest.mark.parametrize("family", [4, 6])
Told = tuple[str, str, Kind, int]


@pytest.fixture(params=list(Backend), scope="module")
def net(request: pytest.FixtureRequest) -> Iterator[tuple[Wires, Backend]]:
    with wires() as built:
        for family in (4, 6):
            built.load(request.param, RULES, family)
        yield built, request.param


def listening(net: Wires, backend: Backend, buffer: int = 1 << 24) -> Listener:
    handles = read_handles("r1", net.router.descriptor)
    positions = {(key[1], key[2], key[3], key[4]): position for key, position in handles.items()}
    with inside(net.router.descriptor):
        return Listener(backend, positions, buffer)


@pytest.fixture
def listener(net: tuple[Wires, Backend]) -> Iterator[Listener]:
    made = listening(*net)
    yield made
    made.close()


@pytest.fixture
def sender(net: tuple[Wires, Backend]) -> Iterator[Injector]:
    made = Injector(net[0].left.descriptor, "e", net[0].router.descriptor, "eth0")
    yield made
    made.close()


def heard(listener: Listener, family: Family) -> list[Event]:
    """Of packets from the machine on the left, behind our own rules."""
    events, is_lost = listener.read()
    assert not is_lost
    source = HEADERS[family].source.packed
    return [each for each in events if each.table != "raw" and source in each.packet[8:24] and each.family == family]


def told(events: list[Event]) -> list[Told]:
    """Policies have a position with legacy only."""
    return [(e.table, e.chain, e.kind, e.position if e.kind is Kind.RULE else 0) for e in events]


@BOTH
def test_which_rule_drops_a_packet(listener: Listener, sender: Injector, family: Family) -> None:
    packet = craft.udp(HEADERS[family], 40000, 9, b"token")
    sender.send(packet)
    mark, *rest = [each for each in heard(listener, family) if each.hook == 2 and each.kind is Kind.RULE]
    assert (mark.table, mark.chain, mark.position) == ("mangle", "FORWARD", 1)
    (drop,) = rest
    assert (drop.table, drop.chain, drop.position) == ("filter", "FORWARD", 1)
    assert (drop.mark, drop.iif, drop.oif) == (7, 10, 11)
    at = 8 if family == 4 else 7
    assert drop.packet == packet[:at] + bytes([63]) + packet[at + 1 :] or family == 4
    assert drop.packet[-5:] == b"token"
    assert drop.packet[at] == 63


@BOTH
def test_the_way_through_a_chain_of_its_own(listener: Listener, sender: Injector, family: Family) -> None:
    sender.send(craft.udp(HEADERS[family], 40000, 10))
    sender.send(craft.syn(HEADERS[family], 40000, 80, 1))
    sender.send(craft.syn(HEADERS[family], 40000, 443, 1))
    found = [each for each in heard(listener, family) if each.table == "filter"]
    jump, policy = ("filter", "FORWARD", Kind.RULE, 2), ("filter", "FORWARD", Kind.POLICY, 0)
    accept, leave = (("filter", "USER", Kind.RULE, number) for number in (2, 1))
    assert told(found) == [jump, accept, jump, leave, policy, jump, ("filter", "USER", Kind.RETURN, 0), policy]
    assert {each.hook for each in found} == {2}


@BOTH
def test_a_log_rule_that_imitates_an_event_is_not_believed(
    listener: Listener, sender: Injector, family: Family
) -> None:
    sender.send(craft.syn(HEADERS[family], 40000, 22, 1))
    found = told([each for each in heard(listener, family) if each.chain == "FORWARD" and each.table == "filter"])
    assert [position for *_, kind, position in found if kind is Kind.RULE] == [2, 3, 4]
    assert found[-1] == ("filter", "FORWARD", Kind.POLICY, 0)


def test_too_many_events_are_told_as_a_loss_and_the_next_ones_are_read(
    net: tuple[Wires, Backend], sender: Injector
) -> None:
    listener = listening(*net, 1 << 15)
    for _ in range(50):
        sender.send(craft.udp(HEADERS[4], 40000, 9))
    assert listener.read()[1]
    sender.send(craft.udp(HEADERS[4], 40000, 9))
    assert heard(listener, 4)
    listener.close()


def test_who_else_listens_is_told(net: tuple[Wires, Backend], listener: Listener) -> None:
    """Of the log there is one listener only; trace events of nf_tables go to all."""
    if net[1] is Backend.NFT:
        other = listening(*net)
        other.close()
        return
    before = os.listdir("/proc/self/fd")
    with pytest.raises(LabError, match="trace events of iptables-legacy need nfnetlink_log: "):
        listening(*net)
    assert os.listdir("/proc/self/fd") == before


def test_there_is_room_for_events(net: tuple[Wires, Backend], listener: Listener) -> None:
    small = listening(net[0], Backend.NFT, 1 << 12)
    assert small.room < listener.room
    small.close()
