"""What the kernel says of packets in a router is the same with both kinds of iptables, and is what it counted."""

import pytest

from backend.lab.plan.operation import Backend
from backend.model.verdict import Verdict
from tests.oracle.cases import random_case, steady
from tests.oracle.equipment import equipment
from tests.oracle.fates import differences, with_ports_open
from tests.oracle.kernel_fates import from_kernel

pytestmark = [pytest.mark.root, pytest.mark.serial]
EXCHANGES = 150


@pytest.mark.parametrize("seed", range(6))
def test_legacy_and_nft_give_packets_the_same_fates(seed: int) -> None:
    case = random_case(seed, EXCHANGES, steady(equipment(tuple(Backend))))
    legacy, nft = (from_kernel(case.network, case.exchanges, backend, is_counted=True) for backend in Backend)
    assert (legacy.refusals, legacy.miscounted) == ((), ())
    assert (nft.refusals, nft.miscounted) == ((), ())
    pairs = [pair for both in zip(legacy.courses, nft.courses, strict=True) for pair in zip(*both, strict=True)]
    found = [(one.sent, text) for one, other in pairs for text in differences(with_ports_open(one), other.fate)]
    assert found == []
    assert sum(one.fate.verdict is Verdict.UNKNOWN for one, _ in pairs) < len(pairs) / 50
