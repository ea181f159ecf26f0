"""A lab as it stands, for who sends in it, and what all that is found out begins with."""

from collections.abc import Callable, Mapping
from typing import Any

from msgspec import Struct

from backend.lab.hand.machines import Machines, Pair
from backend.lab.hand.services import Services
from backend.lab.probe.icmp import chosen_source
from backend.lab.probe.loop import Loop
from backend.model.address import Address

Document = dict[str, Any]


class Standing(Struct, frozen=True, eq=False):
    loop: Loop
    descriptors: Mapping[str, int]
    machines: Machines
    services: Services
    next_number: Callable[[], int]
    network: str

    def document(self, pair: Pair, source: Address | None) -> Document:
        return {
            "success": True,
            "network": self.network,
            "source": str(source or pair.source or ""),
            "source_name": pair.sender.name,
            "destination": str(pair.destination),
            "destination_name": pair.receiver.name if pair.receiver is not None else "",
        }

    def named(self, address: Address | None) -> Document:
        if address is None:
            return {"name": "", "ip": ""}
        return {"name": self.machines.names(address) or str(address), "ip": str(address)}

    def source(self, pair: Pair) -> Address:
        """OSError is the machine's own refusal, which is an answer as any other."""
        return pair.source or chosen_source(self.descriptors[pair.sender.namespace], pair.destination)
