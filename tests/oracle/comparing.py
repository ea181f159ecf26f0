"""Random proofs: each path beside the simulator's, each router end to end beside the same router alone."""

from collections.abc import Iterable, Iterator
from random import Random

from backend.lab.error import LabError
from backend.lab.proof.prove import Request
from backend.model.flow import Service
from backend.model.network import Network
from backend.sim import compile_network
from tests.oracle.agreement import path_differences, unexplained
from tests.oracle.flows import NOWHERE, random_pairs
from tests.oracle.predictions import prediction_differences
from tests.oracle.proofs import Prover

SERVICES = (
    Service("tcp", 22), Service("tcp", 80), Service("tcp", 443), Service("tcp", 8080), Service("udp", 53),
    Service("udp", 123), Service("udp", 33434), Service("icmp", 0),
)  # fmt: skip
AT_ONCE = 3
TURNED = 0.3


def random_requests(network: Network, chance: Random, count: int) -> Iterator[Request]:
    """Also of what routers send themselves."""
    for source, destination in random_pairs(network, chance, count):
        ends = (destination, source) if chance.random() < TURNED else (source, destination)
        yield Request(network, *ends, tuple(chance.sample(SERVICES, AT_ONCE)))


def differences(network: Network, requests: Iterable[Request], prover: Prover) -> Iterator[str]:
    compiled = compile_network(network)
    for request in requests:
        try:
            examined = prover.prove(request)
        except LabError as error:
            if NOWHERE not in str(error):
                yield f"{request.source} > {request.destination}: {error}"
            continue
        for text in examined.differences:
            yield f"{request.source} > {request.destination} {text}"
        yield from path_differences(compiled, request, examined.answer)
        yield from unexplained(request, examined.answer)
        yield from prediction_differences(compiled, request, examined.answer)
