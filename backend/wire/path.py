"""A trace that a person has: the routers that a packet is said to pass, in their order.

Its keys are those that `tsimsh trace -j` prints; older files have others for some of them. Keys that nobody knows are
kept, and what is missing and had to be found otherwise is said.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct

from backend.model.address import Address, parse_address
from backend.model.answer import Stop
from backend.model.network import Network, Router
from backend.wire.given import read_json, shown
from backend.wire.question import Faults, QuestionError, Spot

FIELD = "trace"
NOT_KNOWN = ("???", "*")
"""Names of hops that did not answer."""
MOST = 255
MOST_FAULTS = 20
SOURCES = ("source", "src", "source_ip")
DESTINATIONS = ("destination", "dst", "dest_ip", "destination_ip")
IS_ROUTER = ("is_router", "is_router_owned")
INCOMING = ("incoming", "interface")
Hop = Mapping[str, Any]


class GivenPath(Struct, frozen=True):
    stops: tuple[Stop, ...]
    """The routers to be tested."""
    notes: tuple[str, ...]
    """What of the trace cannot be tested, and what was missing."""
    text: str
    """All of it as JSON on one line."""


def read_path(
    network: Network, given: object, ends: tuple[Address, Address] | None = None
) -> tuple[tuple[Stop, ...], tuple[str, ...]]:
    """The routers to be tested, and the notes."""
    path = read_trace(network, given, ends)
    return path.stops, path.notes


def read_trace(network: Network, given: object, ends: tuple[Address, Address] | None = None) -> GivenPath:
    """`given`: JSON as text, or a value that was read already; `ends`: what is asked for."""
    path, faults = readable_trace(network, given, ends)
    if path is None or faults:
        raise faults[0]
    return path


def readable_trace(
    network: Network, given: object, ends: tuple[Address, Address] | None = None
) -> tuple[GivenPath | None, Faults]:
    """What can be read of it, and what is wrong with the other hops, up to some."""
    path, faults = None, Faults()
    with faults.noted():
        document, text = read_json(FIELD, given)
        reader, hops = _Reader(network), []
        for number, hop in enumerate(_hops(document), 1):
            if len(faults) < MOST_FAULTS:
                with faults.noted(Spot(hop=number)):
                    reader.read(number, hop)
                    hops.append(hop)
        if not reader.stops and not faults:
            raise QuestionError(FIELD, "names no router of this network")
        said = _ends(document, *ends) if ends is not None else ()
        notes = (*said, *_whole(document, hops), *reader.notes, *_unsaid(reader.stops))
        path = GivenPath(tuple(reader.stops), notes, text)
    return path, faults


def _hops(document: object) -> list[Any]:
    if not isinstance(document, dict):
        raise QuestionError(FIELD, f"is {shown(document)}, not an object with a `path`")
    hops = document.get("path")
    if not isinstance(hops, list) or not hops:
        raise QuestionError(FIELD, "has no list `path` of hops")
    if len(hops) > MOST:
        raise QuestionError(FIELD, f"has {len(hops)} hops, more than {MOST}")
    return hops


class _Reader:
    """Hop by hop."""

    def __init__(self, network: Network) -> None:
        self._routers = {router.name: router for router in network.routers}
        self.stops: list[Stop] = []
        self.notes: list[str] = []

    def read(self, number: int, hop: Hop) -> None:
        if not isinstance(hop, dict):
            raise QuestionError(FIELD, f"hop {number} is {shown(hop)}, not an object")
        name = hop.get("name")
        is_router = _is_router(number, hop)
        if isinstance(name, str) and name.strip() in NOT_KNOWN:
            self.notes.append(f"hop {number} of the trace did not answer, so nobody knows which router it is")
        elif is_router is False:
            if isinstance(name, str) and name in self._routers:
                self.notes.append(f"hop {number} of the trace: it says that {name} is no router, so it is not tested")
        elif (router := self._router(number, hop, is_router)) is not None:
            self.stops.append(_stop(number, hop, router))

    def _router(self, number: int, hop: Hop, is_router: bool | None) -> Router | None:
        """By its name, or else by its address; what is said to be a router has to be one."""
        name = hop.get("name")
        if isinstance(name, str) and name in self._routers:
            return self._routers[name]
        owner = self._owner(hop.get("ip"))
        is_named = name is not None and name != ""
        if owner is not None:
            missing = f"{shown(name)} is no router of this network" if is_named else "it has no name"
            self.notes.append(f"hop {number} of the trace: {missing}, but {owner} has its address {hop['ip']}")
            return self._routers[owner]
        if is_router:
            raise QuestionError(FIELD, f"hop {number}: {shown(name)} is no router of this network")
        if not is_named:
            why = "it has neither a name nor the address of a router"
            self.notes.append(f"hop {number} of the trace is left out: {why}")
        return None

    def _owner(self, ip: object) -> str | None:
        if not isinstance(ip, str):
            return None
        try:
            address = parse_address(ip)
        except ValueError:
            return None
        found = [name for name, router in self._routers.items() if _has(router, address)]
        return found[0] if len(found) == 1 else None


def _has(router: Router, address: Address) -> bool:
    return any(entry.address == address for interface in router.interfaces for entry in interface.addresses)


def _said(document: Mapping[str, Any], names: Sequence[str]) -> Any:
    """Under the first of these names that is there and not empty."""
    return next((document[name] for name in names if document.get(name) not in (None, "")), None)


def _is_router(number: int, hop: Hop) -> bool | None:
    said = _said(hop, IS_ROUTER)
    if said is not None and said not in (True, False):
        raise QuestionError(FIELD, f"hop {number}: is_router is {shown(said)}, not true or false")
    return None if said is None else bool(said)


def _stop(number: int, hop: Hop, router: Router) -> Stop:
    known = {interface.name for interface in router.interfaces}
    said = _said(hop, INCOMING), _said(hop, ("outgoing",))
    incoming, outgoing = (_device(number, router.name, each, known) for each in said)
    return Stop(router.name, incoming, outgoing)


def _device(number: int, router: str, said: object, known: set[str]) -> str | None:
    if said is None:
        return None
    if not isinstance(said, str) or said not in known:
        raise QuestionError(FIELD, f"hop {number}: {router} has no interface {shown(said)}")
    return said


def _ends(document: Mapping[str, Any], source: Address, destination: Address) -> Iterator[str]:
    for word, names, asked in (("from", SOURCES, source), ("to", DESTINATIONS, destination)):
        said = _said(document, names)
        if said is None:
            yield f"the trace does not say that it goes {word} {asked}"
        elif said != str(asked) and not _is_same(said, asked):
            yield f"the trace goes {word} {shown(said)}; what is asked for goes {word} {asked}"


def _is_same(said: object, asked: Address) -> bool:
    try:
        return isinstance(said, str) and parse_address(said.strip()) == asked
    except ValueError:
        return False


def _whole(document: Mapping[str, Any], hops: Sequence[Hop]) -> Iterator[str]:
    if document.get("success") is False:
        yield "the trace says of itself that it did not arrive"
    others = document.get("alternatives")
    if isinstance(others, list) and others:
        ways = "another way" if len(others) == 1 else f"{len(others)} other ways"
        yield f"the trace has {ways}: only the one of its `path` is tested"
    numbers = [hop["hop"] for hop in hops if type(hop.get("hop")) is int]
    if numbers != sorted(numbers):
        yield "the hops of the trace are tested as they stand there, which is not the order of their numbers"


def _unsaid(stops: Sequence[Stop]) -> Iterator[str]:
    entering = [stop.router for stop in stops if stop.incoming is None]
    leaving = [stop.router for stop in stops if stop.outgoing is None]
    if entering:
        yield (
            f"the trace does not say on which interface the packet comes to {', '.join(entering)}: "
            "the one that faces the router before is taken"
        )
    if leaving:
        yield f"the trace does not say where the packet leaves {', '.join(leaving)}, so that is not compared"
