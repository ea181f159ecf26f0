from pathlib import Path
from random import Random

import pytest

import backend.demo
from backend.facts import read_directory
from backend.lab.plan.operation import Backend
from tests.oracle.comparing import SERVICES
from tests.oracle.counters import Sent, counted

DEMO = Path(backend.demo.__file__).parent / "facts"
SEED, PACKETS = 7, 400


@pytest.mark.root
@pytest.mark.serial
@pytest.mark.parametrize("backend", Backend)
def test_every_packet_that_the_kernel_counts_is_told_of(backend: Backend) -> None:
    network, chance = read_directory(DEMO).network, Random(SEED)
    services = [each for each in SERVICES if each.port]
    packets = []
    for _ in range(PACKETS):
        sender, receiver = chance.sample(network.hosts, 2)
        packets.append(Sent(sender.name, chance.choice(receiver.addresses).address, chance.choice(services)))
    found = counted(network, backend, packets)
    assert found.differences == ()
    assert found.told > PACKETS
