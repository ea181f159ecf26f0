from collections.abc import Iterator
from contextlib import ExitStack
from ipaddress import ip_address

import pytest

from backend.lab.probe.listen import Listeners
from backend.lab.probe.loop import Loop
from backend.lab.probe.senders import MOST, PROTOCOLS, Asked
from backend.lab.probe.traceroute import Hop, tracing
from backend.model.address import Address
from backend.model.flow import Service
from tests.lab.probe.way import BLACKHOLE, LEFT, NOBODY, PROHIBITED, R1, R2, RIGHT, built

pytestmark = [pytest.mark.root, pytest.mark.serial]
EXCEEDED = {4: "time to live exceeded", 6: "hop limit exceeded"}
END = {"icmp": "reply", "udp": "port unreachable", "tcp": "refused"}


@pytest.fixture(scope="module")
def machines() -> Iterator[dict[str, int]]:
    with built() as descriptors:
        yield descriptors


def trace(machines: dict[str, int], asked: Asked) -> tuple[Hop, ...]:
    loop = Loop()
    try:
        return loop.finish(tracing(loop, asked))
    finally:
        assert loop.is_idle
        loop.close()


def said(hops: tuple[Hop, ...]) -> list[tuple[int, set[tuple[str, Address | None] | None]]]:
    """Of each hop, what its answers say and who sent them."""
    return [(hop.ttl, {(each.text, each.sender) if each else None for each in hop.answers}) for hop in hops]


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize("family", [4, 6])
def test_every_hop_up_to_the_destination_answers(machines: dict[str, int], family: int, protocol: str) -> None:
    hops = trace(machines, Asked(machines["a"], LEFT[family], RIGHT[family], protocol, count=2))
    assert said(hops) == [
        (1, {(EXCEEDED[family], R1[family])}),
        (2, {(EXCEEDED[family], R2[family])}),
        (3, {(END[protocol], RIGHT[family])}),
    ]
    assert [len(hop.answers) for hop in hops] == [2, 2, 2]
    assert [[each.is_end for each in hop.answers if each] for hop in hops] == [[False] * 2, [False] * 2, [True] * 2]
    assert all(each is not None and each.rtt_ms > 0 for hop in hops for each in hop.answers)


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize("family", [4, 6])
def test_it_ends_at_who_refuses_the_packet(machines: dict[str, int], family: int, protocol: str) -> None:
    hops = trace(machines, Asked(machines["a"], LEFT[family], PROHIBITED[family], protocol))
    assert said(hops) == [
        (1, {(EXCEEDED[family], R1[family])}),
        (2, {("administratively prohibited", R2[family])}),
    ]
    assert len(hops[1].answers) == 1, "it is not asked again"


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize("family", [4, 6])
def test_silence_behind_the_last_that_answers_is_left_out(machines: dict[str, int], family: int, protocol: str) -> None:
    hops = trace(machines, Asked(machines["a"], LEFT[family], BLACKHOLE[family], protocol, count=1, most=6))
    assert 1 <= len(hops) < MOST
    assert said(hops)[0] == (1, {(EXCEEDED[family], R1[family])})
    assert all(each is not None for each in hops[-1].answers)
    assert not any(each and each.is_end for hop in hops for each in hop.answers)


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_neighbour_that_nobody_is_ends_it_at_once(machines: dict[str, int], protocol: str) -> None:
    hops = trace(machines, Asked(machines["b"], RIGHT[4], NOBODY[4], protocol))
    assert said(hops) == [(1, {("host unreachable", RIGHT[4])})]


@pytest.mark.parametrize("protocol", ["udp", "tcp"])
def test_a_service_at_the_port_answers_in_its_own_words(machines: dict[str, int], protocol: str) -> None:
    loop = Loop()
    listeners = Listeners(loop)
    with ExitStack() as stack:
        stack.callback(loop.close)
        stack.callback(listeners.close)
        assert listeners.start(machines["b"], RIGHT[4], [Service(protocol, 7000)]) == []
        hops = loop.finish(tracing(loop, Asked(machines["a"], LEFT[4], RIGHT[4], protocol, 7000)))
    text = {"udp": "answered", "tcp": "connected"}[protocol]
    assert said(hops)[2:] == [(3, {(text, RIGHT[4])})]


def test_what_the_machine_does_not_send_is_told(machines: dict[str, int]) -> None:
    for protocol in PROTOCOLS:
        hops = trace(machines, Asked(machines["r2"], R2[4], BLACKHOLE[4], protocol))
        assert said(hops) == [(1, {("not sent: Invalid argument (a blackhole route)", None)})]


def test_an_address_that_the_machine_does_not_have_is_an_error(machines: dict[str, int]) -> None:
    with pytest.raises(OSError, match="Cannot assign"):
        trace(machines, Asked(machines["a"], ip_address("192.0.2.1"), RIGHT[4]))
