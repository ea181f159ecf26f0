"""Many services between many machines: ports that nothing in the network tells apart are asked once.

The answer for one of them is that for all.
"""

from collections.abc import Iterator, Sequence

from msgspec import Struct

from backend.model.address import Address
from backend.model.answer import Decision
from backend.model.flow import Service
from backend.model.verdict import Verdict
from backend.sim.network import CompiledNetwork
from backend.sim.probe import FIRST_PORT
from backend.sim.reach import Question, outcome


class Outcome(Struct, frozen=True):
    verdict: Verdict
    is_return: bool = False
    """The verdict is that of the way back."""
    decided_by: Decision | None = None


class Row(Struct, frozen=True):
    source: Address
    destination: Address
    outcomes: tuple[Outcome, ...]
    """In the order of the services."""


def matrix(
    network: CompiledNetwork,
    pairs: Sequence[tuple[Address, Address]],
    services: Sequence[Service],
    source_port: int = FIRST_PORT,
) -> Iterator[Row]:
    asked = [network.ports.of(service) for service in services]
    different = tuple(dict.fromkeys(asked))
    for source, destination in pairs:
        question = Question(source, destination, different, source_port)
        found = {}
        for service in different:
            verdict, is_return, decision = outcome(network, question, service, source_port)
            found[service] = Outcome(verdict, is_return, decision)
        yield Row(source, destination, tuple(found[service] for service in asked))
