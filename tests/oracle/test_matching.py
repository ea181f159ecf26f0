"""Ten thousand packets in random routers with random firewalls: the simulator tells each one's fate as the kernel does.

`python -m tests.fuzz.netfilter` tries more, and makes the smallest case of a difference.
"""

import pytest

from backend.lab.plan.operation import Backend
from tests.oracle.casefiles import told
from tests.oracle.cases import random_case
from tests.oracle.equipment import equipment
from tests.oracle.kernel_fates import from_kernel
from tests.oracle.matching import compare

EXCHANGES = 700


@pytest.mark.root
@pytest.mark.serial
@pytest.mark.parametrize("seed", range(10))
def test_the_simulator_tells_the_fate_of_packets_as_the_kernel_does(seed: int) -> None:
    backend = tuple(Backend)[seed % 2]
    case = random_case(seed, EXCHANGES, equipment(tuple(Backend)))
    network = case.network
    said = from_kernel(network, case.exchanges, backend)
    assert said.refusals == ()
    found = compare(network, said.courses)
    assert [line for each in found.differences for line in told(each)] == []
    assert found.packets > EXCHANGES
    assert found.untold < found.packets / 100
