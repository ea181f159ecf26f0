"""Rules loaded into a namespace with either tool, and those that the kernel would not have."""

from backend.lab.build import legacy, nft
from backend.lab.build.restore import Restore
from backend.lab.build.slot import tables
from backend.lab.plan.operation import Backend
from tests.lab.saved import load_rules

SETTLE = {Backend.LEGACY: legacy.settle, Backend.NFT: nft.settle}


def refused(namespace: int, backend: Backend, text: str, runs: int = 100) -> list[str]:
    found = list(tables(load_rules("r1", text).lines))
    SETTLE[backend](Restore(namespace, backend, 4, runs), found)
    return [slot.wanted.text for table in found for slot in table.slots if slot.reason]
