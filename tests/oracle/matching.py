"""What the kernel told of packets in a router, beside what the simulator says of the same packets."""

from collections.abc import Collection, Iterable, Sequence

from msgspec import Struct, structs

from backend.model.network import Network
from backend.model.verdict import Verdict
from backend.sim.netfilter.connection import Connection
from tests.oracle.fates import DOUBTFUL, Course, Fate, Left, Met, differences
from tests.oracle.simulated_fates import Connections, Outcome, Simulator


class Difference(Struct, frozen=True):
    exchange: int
    step: int
    met: Met
    simulated: Fate
    texts: tuple[str, ...]


class Comparison(Struct):
    packets: int = 0
    doubtful: int = 0
    """Packets of which the simulator says that their fate depends on something else."""
    untold: int = 0
    """Packets of which the kernel does not tell enough."""
    differences: list[Difference] = []

    def add(self, other: "Comparison") -> None:
        self.packets += other.packets
        self.doubtful += other.doubtful
        self.untold += other.untold
        self.differences += other.differences


def compare(network: Network, courses: Sequence[Course]) -> Comparison:
    simulator = Simulator(network)
    found = Comparison(differences=[])
    for number, course in enumerate(courses):
        _follow(simulator, number, course, found)
    return found


def _follow(simulator: Simulator, number: int, course: Course, found: Comparison) -> None:
    """Behind a difference, what follows would differ too."""
    known: Connections = ()
    for step, met in enumerate(course):
        found.packets += 1
        if met.fate.verdict is Verdict.UNKNOWN:
            found.untold += 1
            return
        family = met.sent.data[0] >> 4
        outcomes = list(simulator.outcomes(met.sent, known))
        told = without(met.fate, simulator.indifferent[family])
        agreeing = next((each for each in outcomes if _agrees(each, told, simulator.indifferent[family])), None)
        if agreeing is None:
            fate = without(outcomes[0].fate, simulator.indifferent[family])
            texts = tuple(differences(told, fate))
            found.differences.append(Difference(number, step, met, fate, texts))
            return
        found.doubtful += not agreeing.is_sure or agreeing.fate.verdict in DOUBTFUL
        if agreeing.fate.verdict in DOUBTFUL:
            return
        known = tuple(_settled(each, met.fate.left) for each in agreeing.known)


def _agrees(outcome: Outcome, told: Fate, indifferent: Collection[str]) -> bool:
    return not any(differences(told, without(outcome.fate, indifferent)))


def without(fate: Fate, indifferent: Collection[str]) -> Fate:
    if not indifferent:
        return fate
    return structs.replace(fate, matched=tuple(_others(fate.matched, indifferent)))


def _others(names: Iterable[str], indifferent: Collection[str]) -> Iterable[str]:
    return (name for name in names if name not in indifferent)


def _settled(connection: Connection, left: Left | None) -> Connection:
    """With the port that the kernel has chosen where nobody could say which."""
    if left is None or connection.reply.destination_port is not None:
        return connection
    return structs.replace(connection, reply=structs.replace(connection.reply, destination_port=left.source_port))
