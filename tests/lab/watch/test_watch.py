import os
import select
import struct
import threading
from collections import Counter
from collections.abc import Iterator

import pytest

from backend.lab.build.handles import read_handles
from backend.lab.plan.operation import Backend
from backend.lab.watch import craft
from backend.lab.watch.event import Kind
from backend.lab.watch.inject import Injector
from backend.lab.watch.packet import UDP, parse
from backend.lab.watch.place import Place, place
from backend.lab.watch.tap import ROOM
from backend.lab.watch.watch import Lost, Matched, Passed, Seen, Sighting, Watch
from tests.lab.watch.wires import HEADERS, Wires, run, wires

pytestmark = [pytest.mark.root, pytest.mark.serial]
RULES = "*filter\n-A FORWARD -p udp -m udp --dport 9 -j DROP\n-A FORWARD -p udp -j ACCEPT\nCOMMIT\n"
MANY = 3000
PATIENCE = 30
AHEAD = 30
"""Packets whose events fit into what an ordinary user's socket may buffer."""


@pytest.fixture(params=list(Backend), scope="module")
def net(request: pytest.FixtureRequest) -> Iterator[tuple[Wires, Backend]]:
    with wires(are_quiet=False) as built:
        for family in (4, 6):
            built.load(request.param, RULES, family)
        run(built.left, ["ping", "-c1", "-W5", "10.2.0.2"])
        run(built.left, ["ping", "-c1", "-W5", "2001:db8:2::2"])
        yield built, request.param


@pytest.fixture
def watch(net: tuple[Wires, Backend]) -> Iterator[Watch]:
    handles = read_handles("r1", net[0].router.descriptor)
    with Watch(net[0].descriptors, net[1], handles) as made:
        yield made


def about(sightings: list[Sighting], namespace: str) -> list[Sighting]:
    """Those of UDP packets from the machine on the left."""
    found: list[Sighting] = []
    for each in sightings:
        data = each.packet if isinstance(each, Seen) else each.event.packet if isinstance(each, Matched) else b""
        packet = parse(data)
        if packet is not None and packet.protocol == UDP and each.namespace == namespace:
            found.append(each)
    return found


@pytest.mark.parametrize("family", [4, 6])
def test_what_each_machine_did_with_a_packet(net: tuple[Wires, Backend], watch: Watch, family: int) -> None:
    sender = Injector(net[0].left.descriptor, "e", net[0].router.descriptor, "eth0")
    sender.send(craft.udp(HEADERS[4 if family == 4 else 6], 40000, 9))
    sender.send(craft.udp(HEADERS[4 if family == 4 else 6], 40000, 10))
    sender.close()
    found = watch.read()
    router = about(found, "r1")
    seen = [(each.device, each.is_incoming) for each in router if isinstance(each, Seen)]
    assert seen == [("eth0", True), ("eth0", True), ("eth1", False)]
    matched = [each for each in router if isinstance(each, Matched) and each.event.chain == "FORWARD"]
    assert [(each.event.kind, each.event.position) for each in matched] == [(Kind.RULE, 1), (Kind.RULE, 2)]
    assert [(each.iif, each.oif) for each in matched] == [("eth0", "eth1")] * 2
    assert [type(each) for each in about(found, "right")] == [Seen]
    assert [each.is_incoming for each in about(found, "left") if isinstance(each, Seen)] == [False, False]
    assert watch.read() == []


def test_a_watch_can_be_waited_for(net: tuple[Wires, Backend], watch: Watch) -> None:
    watch.read()
    run(net[0].left, ["ping", "-c1", "-W5", "10.2.0.2"])
    assert select.select([watch], [], [], 60)[0]
    assert watch.read()
    assert watch.room > 0


def test_nothing_is_left_open(net: tuple[Wires, Backend]) -> None:
    before = os.listdir("/proc/self/fd")
    watch = Watch(net[0].descriptors, net[1])
    assert len(os.listdir("/proc/self/fd")) > len(before)
    watch.close()
    watch.close()
    assert os.listdir("/proc/self/fd") == before
    with open("/dev/null") as nowhere, pytest.raises(OSError, match="setns"):
        Watch(net[0].descriptors | {"nowhere": nowhere.fileno()}, net[1])
    assert os.listdir("/proc/self/fd") == before


def test_a_barrier_passes_where_it_comes_in(net: tuple[Wires, Backend], watch: Watch) -> None:
    sender = Injector(net[0].left.descriptor, "e", net[0].router.descriptor, "eth0")
    sender.send_barrier(5)
    sender.close()
    assert [each for each in watch.read() if isinstance(each, Passed)] == [Passed("r1", 5)]


def test_nobody_to_watch() -> None:
    with Watch({}, Backend.LEGACY) as watch:
        assert watch.read() == []


class Stream:
    """Sends packets with numbers from a thread, while they are read; not many more than have been read."""

    def __init__(self, net: Wires) -> None:
        self._sender = Injector(net.left.descriptor, "e", net.router.descriptor, "eth0")
        self._thread = threading.Thread(target=self._send)
        self._ahead = threading.Semaphore(AHEAD)

    def __enter__(self) -> "Stream":
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._thread.join()
        self._sender.close()

    def go_on(self, count: int) -> None:
        if count:
            self._ahead.release(count)

    def wait(self, router: Place) -> None:
        assert select.select(router.ends(), [], [], PATIENCE)[0], "packets were lost, and nobody told"

    def _send(self) -> None:
        for number in range(MANY):
            assert self._ahead.acquire(timeout=PATIENCE)
            self._sender.send(craft.udp(HEADERS[4], 40000, 10, struct.pack(">I", number)))


def number(data: bytes) -> int | None:
    packet = parse(data)
    is_ours = packet is not None and packet.protocol == UDP and len(data) == 32
    return int.from_bytes(data[28:]) if is_ours else None


@pytest.fixture
def router(net: tuple[Wires, Backend]) -> Iterator[Place]:
    handles = read_handles("r1", net[0].router.descriptor)
    positions = {(key[1], key[2], key[3], key[4]): position for key, position in handles.items()}
    made = place("r1", net[0].router.descriptor, net[1], positions, (ROOM, False))
    yield made
    made.close()


def test_a_departure_is_never_read_before_the_events(net: tuple[Wires, Backend], router: Place) -> None:
    """Whatever happens while we read."""
    told: Counter[int | None] = Counter()
    left: set[int | None] = set()
    with Stream(net[0]) as stream:
        while len(left) < MANY:
            stream.wait(router)
            found = router.read()
            assert not [each for each in found if isinstance(each, Lost)]
            told.update(number(each.event.packet) for each in found if isinstance(each, Matched))
            gone = {number(each.packet) for each in found if isinstance(each, Seen) and not each.is_incoming} - {None}
            left |= gone
            stream.go_on(len(gone))
            events = {told[each] for each in left}
            assert len(events) <= 1, "each packet has the same number of events"
    assert events == {2 if net[1] is Backend.LEGACY else 3}


def test_an_event_is_never_told_before_the_arrival(net: tuple[Wires, Backend], router: Place) -> None:
    """The other way round: events are read first."""
    assert router.listener is not None
    told: set[int | None] = set()
    came: set[int | None] = set()
    with Stream(net[0]) as stream:
        while len(told) < MANY:
            stream.wait(router)
            events, is_lost = router.listener.read()
            sights, lost = router.tap.read()
            assert (is_lost, lost) == (False, 0)
            new = {number(each.packet) for each in events} - told - {None}
            told |= new
            stream.go_on(len(new))
            came |= {number(data) for _, is_incoming, _, data in sights if is_incoming}
            assert told <= came
