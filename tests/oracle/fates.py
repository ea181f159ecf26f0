"""What becomes of packets in one router, told by the kernel and by the simulator in the same words."""

from collections.abc import Iterator

from msgspec import Struct, structs

from backend.lab.watch.craft import source_port
from backend.lab.watch.packet import parse
from backend.model.address import Address
from backend.model.verdict import Verdict

DOUBTFUL = (Verdict.CONDITIONAL, Verdict.UNKNOWN)


class Sent(Struct, frozen=True):
    """A packet that is put on the cable of a device, from its network header on."""

    iif: str
    data: bytes


class Left(Struct, frozen=True):
    """A packet as it left: its ports are 0 where it has none, and an echo has its identifier as source port."""

    source: Address
    source_port: int | None
    destination: Address
    destination_port: int | None
    tos: int
    ttl: int
    mark: int
    mss: int = 0
    """Of a TCP packet that opens a connection; 0: it says none."""


class Fate(Struct, frozen=True):
    verdict: Verdict
    decided: str = ""
    """`filter FORWARD 3`, `filter FORWARD policy`: what stopped the packet, or what of table filter let it through."""
    matched: tuple[str, ...] = ()
    """Rules that matched and policies that were asked, in order."""
    oif: str = ""
    """Empty for what is for the router itself."""
    left: Left | None = None


class Met(Struct, frozen=True):
    sent: Sent
    fate: Fate


Course = tuple[Met, ...]
"""What one sequence of packets met, each packet after the one before it."""


def differences(one: Fate, other: Fate) -> Iterator[str]:
    """What is doubtful to one of them may be anything. A port that is None may be any but the one it came with."""
    if one.verdict in DOUBTFUL or other.verdict in DOUBTFUL:
        return
    for name in ("verdict", "decided", "oif", "matched"):
        if getattr(one, name) != getattr(other, name):
            yield f"{name} {_told(getattr(one, name))}, but {_told(getattr(other, name))}"
    if one.left is None or other.left is None:
        if one.left is not other.left:
            yield f"left {one.left}, but {other.left}"
        return
    for name in Left.__struct_fields__:
        first, second = getattr(one.left, name), getattr(other.left, name)
        if first != second and None not in (first, second):
            yield f"left with {name} {first}, but {second}"


def with_ports_open(met: Met) -> Fate:
    """The fate, whichever source port the kernel has chosen where it had the choice."""
    fate, known = met.fate, parse(met.sent.data)
    if fate.left is None or known is None or fate.left.source_port == source_port(known):
        return fate
    return structs.replace(fate, left=structs.replace(fate.left, source_port=None))


def _told(value: object) -> str:
    return ", ".join(value) if isinstance(value, tuple) else str(value)
