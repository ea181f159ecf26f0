import os
import threading
from collections.abc import Iterator
from ipaddress import IPv4Address
from pathlib import Path

import pytest

from backend.lab.build.handles import read_handles
from backend.lab.kernel.namespace import inside
from backend.lab.plan.operation import Backend
from backend.lab.watch import craft
from backend.lab.watch.craft import Header
from backend.lab.watch.inject import Injector, inject, pinned
from backend.lab.watch.packet import parse
from backend.lab.watch.watch import Lost, Matched, Passed, Seen, Sighting, Watch
from backend.model.address import Family
from tests.lab.watch.wires import HEADERS, Wires, run, wires

pytestmark = [pytest.mark.root, pytest.mark.serial]
RULES = "*filter\n-A FORWARD -p udp -m udp --dport 9 -j DROP\n-A FORWARD -p tcp -j ACCEPT\nCOMMIT\n"
COUNTERS = """
cat /proc/net/snmp /proc/sys/net/netfilter/nf_conntrack_count
for save in iptables-legacy-save iptables-nft-save; do $save -c | grep -v '^#' || true; done
"""
FOUR = HEADERS[4]


@pytest.fixture(params=list(Backend), scope="module")
def net(request: pytest.FixtureRequest) -> Iterator[tuple[Wires, Backend]]:
    with wires() as built:
        for family in (4, 6):
            built.load(request.param, RULES, family)
        yield built, request.param


@pytest.fixture
def watch(net: tuple[Wires, Backend]) -> Iterator[Watch]:
    router = net[0].router.descriptor
    with Watch({"r1": router}, net[1], read_handles("r1", router)) as made:
        yield made


@pytest.fixture
def left(net: tuple[Wires, Backend]) -> Iterator[Injector]:
    made = Injector(net[0].left.descriptor, "e", net[0].router.descriptor, "eth0")
    yield made
    made.close()


@pytest.fixture
def right(net: tuple[Wires, Backend]) -> Iterator[Injector]:
    made = Injector(net[0].right.descriptor, "e", net[0].router.descriptor, "eth1")
    yield made
    made.close()


def seen(sightings: list[Sighting], port: int) -> list[tuple[str, bool]]:
    """Of packets to this port."""
    found = []
    for each in sightings:
        packet = parse(each.packet) if isinstance(each, Seen) else None
        if isinstance(each, Seen) and packet is not None and packet.destination_port == port:
            found.append((each.device, each.is_incoming))
    return found


def events(sightings: list[Sighting], port: int) -> list[tuple[str, int]]:
    found = []
    for each in sightings:
        packet = parse(each.event.packet) if isinstance(each, Matched) else None
        if isinstance(each, Matched) and packet is not None and packet.destination_port == port:
            found.append((each.event.chain, each.event.position))
    return [(chain, position) for chain, position in found if chain == "FORWARD"]


@pytest.mark.parametrize("family", [4, 6])
def test_all_that_came_of_a_packet(watch: Watch, left: Injector, family: Family) -> None:
    dropped, accepted = craft.udp(HEADERS[family], 40000, 9), craft.syn(HEADERS[family], 40000, 443, 1)
    done = inject(watch, [(left, dropped), (left, accepted)])
    assert done.is_complete
    assert seen(done.sightings, 9) == [("eth0", True)]
    assert events(done.sightings, 9) == [("FORWARD", 1)]
    assert seen(done.sightings, 443) == [("eth0", True), ("eth1", False)]
    assert events(done.sightings, 443) == [("FORWARD", 2)]


def test_packets_on_several_devices(watch: Watch, left: Injector, right: Injector) -> None:
    back = Header(FOUR.destination, FOUR.source)
    done = inject(watch, [(left, craft.syn(FOUR, 1, 5001, 1)), (right, craft.syn(back, 1, 5002, 1))])
    assert seen(done.sightings, 5001) == [("eth0", True), ("eth1", False)]
    assert seen(done.sightings, 5002) == [("eth1", True), ("eth0", False)]


@pytest.mark.parametrize("room", [1 << 18, 1 << 21])
def test_as_many_as_one_likes(net: tuple[Wires, Backend], left: Injector, room: int) -> None:
    packets = [(left, craft.syn(FOUR, number, 443, 1)) for number in range(5000)]
    router = net[0].router.descriptor
    with Watch({"r1": router}, net[1], read_handles("r1", router), room) as watch:
        done = inject(watch, packets, deadline_s=60)
    assert done.is_complete
    assert not [each for each in done.sightings if isinstance(each, Lost)]
    assert (len(seen(done.sightings, 443)), len(events(done.sightings, 443))) == (10000, 5000)


def test_when_a_barrier_comes_in_all_before_it_has_been_told(
    net: tuple[Wires, Backend], watch: Watch, left: Injector, right: Injector
) -> None:
    """Without waiting for quiet, and while others send through the same router."""
    is_over = threading.Event()

    def disturb() -> None:
        while not is_over.wait(0.0002):
            right.send(craft.udp(Header(FOUR.destination, FOUR.source), 1, 9))

    thread = threading.Thread(target=disturb)
    thread.start()
    try:
        with pinned():
            for number in range(1, 1001):
                left.send(craft.syn(FOUR, 40000, 443, number))
                left.send_barrier(number)
                found: list[Sighting] = []
                while Passed("r1", number) not in found:
                    found += watch.read()
                    assert not [each for each in found if isinstance(each, Lost)]
                assert seen(found, 443) == [("eth0", True), ("eth1", False)]
                assert events(found, 443) == [("FORWARD", 2)]
    finally:
        is_over.set()
        thread.join()


def test_what_the_router_sends_to_itself_is_waited_for(
    net: tuple[Wires, Backend], watch: Watch, left: Injector
) -> None:
    """An ICMP error to an address of its own goes over lo, behind the first barrier."""
    with inside(net[0].router.descriptor):
        for device in ("all", "eth0"):
            Path(f"/proc/sys/net/ipv4/conf/{device}/accept_local").write_text("1")
    header = Header(IPv4Address("10.2.0.1"), FOUR.destination, ttl=1)
    done = inject(watch, [(left, craft.syn(header, 40000, 443, 1))])
    errors = [
        (each.device, each.is_incoming) for each in done.sightings if isinstance(each, Seen) if each.packet[9] == 1
    ]
    assert errors == [("lo", False), ("lo", True)]
    assert (
        "INPUT" in {each.event.chain for each in done.sightings if isinstance(each, Matched)} or net[1] is Backend.NFT
    )


def test_a_barrier_leaves_nothing_behind(net: tuple[Wires, Backend], watch: Watch, left: Injector) -> None:
    watch.read()
    before = run(net[0].router, ["sh", "-c", COUNTERS])
    for number in range(10):
        left.send_barrier(number)
    assert [each for each in watch.read() if not _is_its_own(each)] == [Passed("r1", number) for number in range(10)]
    assert run(net[0].router, ["sh", "-c", COUNTERS]) == before


def _is_its_own(each: Sighting) -> bool:
    """What IPv6 tells of groups that a router has joined."""
    data = each.packet if isinstance(each, Seen) else each.event.packet if isinstance(each, Matched) else b""
    packet = parse(data)
    return packet is not None and packet.destination.is_multicast


def test_who_does_not_answer_is_given_up(net: tuple[Wires, Backend], watch: Watch, left: Injector) -> None:
    run(net[0].router, ["ip", "link", "set", "eth0", "down"])
    try:
        done = inject(watch, [(left, craft.syn(FOUR, 1, 443, 1))] * 200, deadline_s=0.05)
    finally:
        run(net[0].router, ["ip", "link", "set", "eth0", "up"])
    assert not done.is_complete
    assert done.error
    assert seen(done.sightings, 443) == []


def test_nothing_to_send(watch: Watch) -> None:
    assert inject(watch, []).is_complete


def test_a_thread_is_pinned_only_while_it_sends(watch: Watch) -> None:
    os.sched_setaffinity(0, range(os.cpu_count() or 1))
    every = os.sched_getaffinity(0)
    with pinned():
        assert len(os.sched_getaffinity(0)) == 1
    assert os.sched_getaffinity(0) == every


def test_injectors_are_closed(net: tuple[Wires, Backend]) -> None:
    before = os.listdir("/proc/self/fd")
    injector = Injector(net[0].left.descriptor, "e", net[0].router.descriptor, "eth0")
    injector.close()
    assert os.listdir("/proc/self/fd") == before
    with pytest.raises(OSError, match="No such device"):
        Injector(net[0].left.descriptor, "e", net[0].router.descriptor, "eth7")
    with pytest.raises(OSError, match="No such device"):
        Injector(net[0].left.descriptor, "eth7", net[0].router.descriptor, "eth0")
    assert os.listdir("/proc/self/fd") == before
