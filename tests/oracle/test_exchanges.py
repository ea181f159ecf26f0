"""What follows the first packet of an exchange, and which exchanges may be tried together."""

from ipaddress import ip_address

import pytest

from backend.lab.plan.operation import Backend
from backend.lab.watch import craft
from backend.lab.watch.craft import Header
from backend.lab.watch.packet import ACK, SYN, Packet, parse
from backend.model.verdict import Verdict
from tests.oracle.casefiles import case_text, read_case
from tests.oracle.cases import Case
from tests.oracle.exchanges import Exchange, Step, following, groups
from tests.oracle.fates import Fate, Met, Sent
from tests.oracle.stamp import kind_of, number_of, stamped

ENDS = {
    4: Header(ip_address("10.0.0.5"), ip_address("10.0.1.5")),
    6: Header(ip_address("fd00::5"), ip_address("fd01::5")),
}
THROUGH = Fate(Verdict.ACCEPTED, oif="up")


def next_of(first: bytes, *steps: Step, fate: Fate = THROUGH) -> Packet | None:
    """The last of the steps, where each packet leaves as it came."""
    exchange = Exchange(Sent("lan", first), steps)
    met = [Met(exchange.first, fate)]
    for _ in steps[1:]:
        sent = following(exchange, met, [each.sent.data for each in met])
        assert sent is not None
        met.append(Met(sent, fate))
    found = following(exchange, met, [each.sent.data for each in met])
    return parse(found.data) if found is not None else None


@pytest.mark.parametrize("family", [4, 6])
def test_a_connection_is_answered_and_goes_on(family: int) -> None:
    opening = craft.syn(ENDS[family], 1000, 80, 77)
    answer = next_of(opening, Step.REPLY)
    assert answer is not None
    assert (answer.source_port, answer.destination_port, answer.flags, answer.ack) == (80, 1000, SYN | ACK, 78)
    onward = next_of(opening, Step.REPLY, Step.AGAIN)
    assert onward is not None
    assert (onward.flags, onward.seq, onward.ack) == (ACK, 78, answer.seq + 1)


@pytest.mark.parametrize("family", [4, 6])
def test_an_error_quotes_the_packet(family: int) -> None:
    found = next_of(craft.udp(ENDS[family], 1000, 53, b"?"), Step.ERROR)
    assert found is not None
    assert found.quoted is not None
    assert (found.quoted.source_port, found.quoted.destination_port) == (1000, 53)
    assert (found.source, found.destination) == (ENDS[family].destination, ENDS[family].source)


def test_what_has_not_left_is_not_answered() -> None:
    first = craft.udp(ENDS[4], 1000, 53)
    assert next_of(first, Step.REPLY, fate=Fate(Verdict.ACCEPTED)) is None
    exchange = Exchange(Sent("lan", first), (Step.REPLY,))
    assert following(exchange, [Met(exchange.first, Fate(Verdict.DENIED_FORWARD))], [b""]) is None


def test_exchanges_whose_ports_meet_are_tried_apart() -> None:
    ports = [(1000, 53), (1001, 53), (1000, 80), (53, 99), (2000, 1000)]
    exchanges = [Exchange(Sent("lan", craft.udp(ENDS[4], *each))) for each in ports]
    assert list(groups(exchanges, 9)) == [[0, 1], [2, 3], [4]]
    assert list(groups(exchanges[:2], 1)) == [[0], [1]]


@pytest.mark.parametrize("family", [4, 6])
def test_a_stamp_changes_nothing_that_rules_look_at(family: int) -> None:
    data = craft.syn(ENDS[family], 1000, 80, 77)
    marked = stamped(data, 4711)
    assert (number_of(marked), kind_of(marked)) == (4711, kind_of(data))
    one, other = parse(data), parse(marked)
    assert one is not None
    assert other is not None
    assert (one.source, one.tos, one.ttl, one.seq) == (other.source, other.tos, other.ttl, other.seq)


def test_a_case_is_read_as_it_was_written() -> None:
    case = Case("[network]\n", (Exchange(Sent("lan", craft.udp(ENDS[4], 1, 2)), (Step.REPLY, Step.ERROR)),))
    assert read_case(case_text(case, 1, Backend.LEGACY, ())).exchanges == case.exchanges
