"""What a watch tells of, one kind of value for each."""

from msgspec import Struct

from backend.lab.watch.event import Event
from backend.model.address import Address


class Seen(Struct, frozen=True, gc=False):
    """A packet that came in or went out of a device, from its network header on, as far as it was copied."""

    namespace: str
    device: str
    is_incoming: bool
    packet: bytes


class Matched(Struct, frozen=True, gc=False):
    """Netfilter had to do with a packet; the names of the event's devices, empty where there is none."""

    namespace: str
    event: Event
    iif: str = ""
    oif: str = ""


class Asked(Struct, frozen=True, gc=False):
    """A machine asks a link who has this address. If nobody does, what it wanted to send never leaves."""

    namespace: str
    device: str
    address: Address


class Passed(Struct, frozen=True, gc=False):
    """A barrier came in, so what was sent before it through the same queue has been dealt with."""

    namespace: str
    number: int


class Lost(Struct, frozen=True, gc=False):
    """Something happened that could not be handed over, since it was not read in time."""

    namespace: str
    what: str
    """`packets` or `events`."""
    count: int | None = None
    """None where the kernel does not say how much."""


Sighting = Seen | Matched | Asked | Passed | Lost
