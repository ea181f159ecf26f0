"""What the kernel told of packets in a router, beside what the simulator says of the same packets."""

from collections.abc import Iterator, Sequence
from itertools import chain

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
        outcomes = simulator.outcomes(met.sent, known, met.fate.matched)
        likeliest = next(outcomes)
        agreeing = next((each for each in chain((likeliest,), outcomes) if not any(_differing(met, each))), None)
        if agreeing is None:
            texts = tuple(_differing(met, likeliest))
            found.differences.append(Difference(number, step, met, likeliest.fate, texts))
            return
        found.doubtful += not agreeing.is_sure or agreeing.fate.verdict in DOUBTFUL
        if agreeing.fate.verdict in DOUBTFUL:
            return
        known = tuple(_settled(each, met.fate.left) for each in agreeing.known)


def _differing(met: Met, outcome: Outcome) -> Iterator[str]:
    if not outcome.indifferent:
        return differences(met.fate, outcome.fate)
    matched = tuple(name for name in met.fate.matched if name not in outcome.indifferent)
    return differences(structs.replace(met.fate, matched=matched), outcome.fate)


def _settled(connection: Connection, left: Left | None) -> Connection:
    """With the port that the kernel has chosen where nobody could say which."""
    if left is None or connection.reply.destination_port is not None:
        return connection
    return structs.replace(connection, reply=structs.replace(connection.reply, destination_port=left.source_port))
