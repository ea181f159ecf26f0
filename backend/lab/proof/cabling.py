"""Which device hangs on which cable or switch, and what is at its other end. Pure."""

from collections.abc import Iterable

from msgspec import Struct

from backend.lab.plan.operation import End, MakeLink, Operation
from backend.lab.plan.wiring import SWITCHES


class Cabling(Struct, frozen=True):
    links: dict[tuple[str, str], str]
    """Namespace and device → a name for what it hangs on."""
    others: dict[tuple[str, str], End]
    """Namespace and device → the other end of its cable."""

    def link(self, namespace: str, device: str) -> str | None:
        return self.links.get((namespace, device))


def cabling(operations: Iterable[Operation]) -> Cabling:
    links: dict[tuple[str, str], str] = {}
    others: dict[tuple[str, str], End] = {}
    for each in operations:
        if isinstance(each, MakeLink):
            one, other = (each.one.namespace, each.one.dev), (each.other.namespace, each.other.dev)
            others[one], others[other] = each.other, each.one
            is_plugged = each.other.namespace == SWITCHES
            links[one] = links[other] = each.other.dev.partition(".")[0] if is_plugged else f"{one[0]}/{one[1]}"
    return Cabling(links, others)
