"""The kernel tells the fates of many packets in one router: they are put on its cables, alone in a lab.

Connections are forgotten between groups of packets, and those of one group cannot meet.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import count
from pathlib import Path

from msgspec import Struct, structs

from backend.lab.build.apply import Built, apply
from backend.lab.error import LabError
from backend.lab.kernel.namespace import inside
from backend.lab.plan.flow import plan_alone
from backend.lab.plan.operation import Backend, Plan
from backend.lab.plan.survey import Survey
from backend.lab.plan.tracing import Tracing
from backend.lab.process import Pipe, working
from backend.lab.proof.rulebook import Rulebook
from backend.lab.proof.why import Why, why
from backend.lab.watch.inject import AT_ONCE, Injector, inject
from backend.lab.watch.packet import Packet
from backend.lab.watch.watch import Matched, Sighting, Watch
from backend.model.network import Network
from tests.oracle import checkpoints
from tests.oracle.connections import Connections
from tests.oracle.counters import Rule, compared, counters
from tests.oracle.exchanges import Exchange, following, groups
from tests.oracle.fates import Course, Met, Sent
from tests.oracle.stamp import MOST, stamped
from tests.oracle.trails import Trail, Trails

PATIENCE_S = 600.0
REDIRECT = 5
FOR_ALL = b"\xff" * 6


class Task(Struct, frozen=True):
    network: Network
    exchanges: tuple[Exchange, ...]
    backend: Backend
    is_counted: bool


class Told(Struct, frozen=True):
    courses: tuple[Course, ...] = ()
    """Of each exchange."""
    refusals: tuple[str, ...] = ()
    """What of the router is not in the lab."""
    miscounted: tuple[str, ...] = ()
    """Rules that the kernel counted otherwise than it told of."""


def from_kernel(network: Network, exchanges: Sequence[Exchange], backend: Backend, is_counted: bool = False) -> Told:
    """Of a network with one router, which is built once; `is_counted`: the counters of rules are compared."""
    devices = {each.name for router in network.routers for each in router.interfaces}
    if not network.routers or not {each.first.iif for each in exchanges} <= devices:
        raise LabError("no device to put the packets on")
    with working(_work, Task(network, tuple(exchanges), backend, is_counted)) as process:
        found = process.receive(PATIENCE_S)
    assert isinstance(found, Told)
    return found


def _work(pipe: Pipe, task: Task) -> None:
    plan = plan_alone(Survey(task.network), [task.network.routers[0].name], Tracing())
    plan = structs.replace(plan, backends=(task.backend,))
    bench = _Bench(task, plan, apply(plan))
    courses = bench.courses()
    refusals = tuple(map(str, (*bench.built.refusals, *plan.omissions)))
    pipe.send(Told(courses, refusals, bench.miscounted()))


class _Cable(Injector):
    """As hosts on its link send: what is for all of them in a frame for all."""

    def __init__(self, end: int, end_device: str, router: int, device: str, broadcasts: frozenset[bytes]) -> None:
        super().__init__(end, end_device, router, device)
        self._broadcasts = broadcasts

    def send(self, packet: bytes) -> None:
        if packet[0] >> 4 == 4 and packet[16:20] in self._broadcasts:
            self._socket.send(FOR_ALL + self._heads[4][6:] + packet)
        else:
            super().send(packet)


class _Bench:
    def __init__(self, task: Task, plan: Plan, built: Built) -> None:
        self._exchanges = task.exchanges
        self._network = task.network
        self.built = built
        (self._namespace,) = plan.namespaces.values()
        self._descriptor = built.descriptors[self._namespace]
        book = Rulebook(task.network, plan.namespaces, built.loaded.numbers, built.loaded.markers)
        checkpoints.set_up(self._descriptor, task.backend)
        _send_no_redirects(self._descriptor)
        self._trails = Trails(self._namespace, book)
        self._watch = Watch({self._namespace: self._descriptor}, task.backend, built.loaded.handles, is_everything=True)
        self._injectors = dict(self._injecting(plan))
        self._connections = Connections(self._descriptor)
        self._stamps = count(1)
        self._told: Counter[Rule] = Counter()
        self._backend = task.backend
        self._before = self._counters() if task.is_counted else None
        self._told.clear()

    def _injecting(self, plan: Plan) -> Iterator[tuple[str, Injector]]:
        devices = plan.devices()[self._namespace]
        for name, each in devices.items():
            end = self.built.descriptors[each.other.namespace], each.other.dev
            yield name, _Cable(*end, self._descriptor, name, self._broadcasts(name))

    def _broadcasts(self, device: str) -> frozenset[bytes]:
        (router,) = self._network.routers
        entries = (entry for each in router.interfaces if each.name == device for entry in each.addresses)
        return frozenset(entry.broadcast.packed for entry in entries if entry.broadcast is not None)

    def courses(self) -> tuple[Course, ...]:
        found: dict[int, Course] = {}
        for group in groups(self._exchanges, AT_ONCE):
            found |= self._group(group)
            self._connections.forget()
        return tuple(found[at] for at in range(len(self._exchanges)))

    def _group(self, group: Sequence[int]) -> dict[int, Course]:
        """The first packets of all, then what follows them, then what follows that."""
        met: dict[int, list[Met]] = {at: [] for at in group}
        left: dict[int, list[bytes]] = {at: [] for at in group}
        sending = {at: self._exchanges[at].first for at in group}
        while sending:
            for at, (trail, one) in self._sent(sending).items():
                met[at].append(one)
                left[at].append(trail.left if one.fate.oif else b"")
            next_ones = {at: following(self._exchanges[at], met[at], left[at]) for at in sending}
            sending = {at: each for at, each in next_ones.items() if each is not None}
        return {at: tuple(each) for at, each in met.items()}

    def _sent(self, packets: Mapping[int, Sent]) -> dict[int, tuple[Trail, Met]]:
        trails: dict[int, tuple[Sent, Trail]] = {}
        for at, each in packets.items():
            number = next(self._stamps) % MOST + 1
            data = stamped(each.data, number)
            trails[at] = Sent(each.iif, data), self._trails.begin(number, data)
        injected = inject(self._watch, [(self._injectors[sent.iif], sent.data) for sent, _ in trails.values()])
        assert injected.is_complete, injected.error
        if self._before is not None:
            self._told.update(_matched(injected.sightings))
        self._trails.add(injected.sightings)
        return {at: (trail, self._met(sent, trail)) for at, (sent, trail) in trails.items()}

    def _met(self, sent: Sent, trail: Trail) -> Met:
        def ask(packet: Packet, mark: int) -> Why:
            return why(self._descriptor, self.built.indexes[self._namespace], packet, sent.iif, mark)

        return Met(sent, self._trails.fate(trail, ask))

    def miscounted(self) -> tuple[str, ...]:
        if self._before is None:
            return ()
        counted = self._counters()
        return compared(self.built.loaded, counted - self._before, self._told).differences

    def _counters(self) -> Counter[Rule]:
        """Of all that was told by then: the router may have something to say of itself meanwhile."""
        found = None
        while found != (again := counters({self._namespace: self._descriptor}, self._backend)):
            found = again
            self._told.update(_matched(self._watch.read()))
        return found


def _send_no_redirects(descriptor: int) -> None:
    """A redirect belongs to the connection of the packet that goes on behind it, and rules of OUTPUT may mark that. It
    is the only ICMP error that is limited here, to none; send_redirects would change the reverse-path check too."""
    with inside(descriptor):
        for name, value in (("icmp_ratemask", 1 << REDIRECT), ("icmp_msgs_burst", 0), ("icmp_msgs_per_sec", 0)):
            Path("/proc/sys/net/ipv4", name).write_text(str(value))


def _matched(sightings: Iterable[Sighting]) -> Iterator[Rule]:
    for each in sightings:
        if isinstance(each, Matched) and each.event.position:
            event = each.event
            yield each.namespace, event.family, event.table, event.chain, event.position
