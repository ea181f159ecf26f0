"""A question as a person or program writes it, read into a flow."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from msgspec import Struct

from backend.model.address import Address, parse_address
from backend.model.flow import PORT_PROTOCOLS, PROTOCOLS, Flow
from backend.model.network import Network

FIELDS = (
    "source", "destination", "protocol", "source_port", "destination_port", "mark", "tos", "ttl", "gateway",
)  # fmt: skip
ENDS = ("source", "destination")
PORTS = ("source_port", "destination_port")
LARGEST = {"source_port": 65535, "destination_port": 65535, "mark": 0xFFFFFFFF, "tos": 255, "ttl": 255}
SHOWN = 80


class Spot(Struct, frozen=True):
    """Where in the value of a field; what is None does not say it."""

    piece: str | None = None
    """Of services."""
    start: int | None = None
    """Of the piece, in characters; `end` is behind it."""
    end: int | None = None
    line: int | None = None
    """Of JSON; both count from 1."""
    column: int | None = None
    hop: int | None = None
    """Of a trace; the first one is 1."""


class QuestionError(ValueError):
    """`field` of the question is wrong; `detail` says how, with the value."""

    def __init__(self, field: str, detail: str, spot: Spot | None = None) -> None:
        super().__init__(f"{field}: {detail}")
        self.field = field
        self.detail = detail
        self.spot = spot


class Faults(list[QuestionError]):
    """All that is wrong, one after the other."""

    @contextmanager
    def noted(self, spot: Spot | None = None) -> Iterator[None]:
        try:
            yield
        except QuestionError as error:
            self.append(error if spot is None else QuestionError(error.field, error.detail, spot))


def read_question(network: Network, question: Mapping[str, Any]) -> tuple[Flow, str | None]:
    """The flow asked for, and the router that the source is to use first, when it is named."""
    for name in question:
        if name not in FIELDS:
            raise QuestionError(_shown(name), f"is no field of a trace; they are {', '.join(FIELDS)}")
    source, destination = read_ends(network, question)
    protocol = _protocol(question)
    ports = {name: _port(question, name, protocol) for name in PORTS}
    ttl = _number(question, "ttl")
    flow = Flow(
        source=source,
        destination=destination,
        protocol=protocol,
        mark=_number(question, "mark") or 0,
        tos=_number(question, "tos") or 0,
        ttl=64 if ttl is None else ttl,
        **ports,
    )
    return flow, _gateway(network, question)


def read_ends(network: Network, question: Mapping[str, Any]) -> tuple[Address, Address]:
    sources, destinations = (_addresses(network, question, field) for field in ENDS)
    return _same_family(sources, destinations, question)


def faults_of(network: Network, question: Mapping[str, Any]) -> Faults:
    """All for which `read_question` would refuse it; that names the first one."""
    faults = Faults()
    for field in ENDS:
        with faults.noted():
            _addresses(network, question, field)
    if not faults:
        with faults.noted():
            read_ends(network, question)
    protocol = None
    with faults.noted():
        protocol = _protocol(question)
    for field in LARGEST:
        with faults.noted():
            _port(question, field, protocol) if field in PORTS else _number(question, field)
    with faults.noted():
        _gateway(network, question)
    return faults


def _shown(value: object) -> str:
    text = str(value)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"


def _addresses(network: Network, question: Mapping[str, Any], field: str) -> list[Address]:
    """One address, or all that a host's or router's name stands for."""
    value = question.get(field)
    if value is None or value == "":
        raise QuestionError(field, "is missing: an address, or the name of a host or router")
    if not isinstance(value, str):
        raise QuestionError(field, f"{_shown(value)!r} is no text: an address, or the name of a host or router")
    text = value.strip()
    named = _named(network, text)
    if named:
        return named
    try:
        return [parse_address(text)]
    except ValueError:
        raise QuestionError(
            field, f"{_shown(value)!r} is neither an IPv4 or IPv6 address nor the name of a host or router"
        ) from None


def _named(network: Network, name: str) -> list[Address]:
    for host in network.hosts:
        if host.name == name:
            return [a.address for a in host.addresses]
    for router in network.routers:
        if router.name == name:
            addresses = [a.address for interface in router.interfaces if interface.is_up for a in interface.addresses]
            return [a for a in addresses if not a.is_loopback and not a.is_link_local]
    return []


def name_of(network: Network, address: Address) -> str:
    """Of the host or router that has it; empty: the facts know of nobody."""
    hosts = (host.name for host in network.hosts for each in host.addresses if each.address == address)
    routers = (
        router.name
        for router in network.routers
        for interface in router.interfaces
        for each in interface.addresses
        if each.address == address
    )
    return next(hosts, None) or next(routers, "")


def _same_family(
    sources: list[Address], destinations: list[Address], question: Mapping[str, Any]
) -> tuple[Address, Address]:
    """The first pair of one family: what a host with both would use may be said by naming an address instead."""
    for destination in destinations:
        for source in sources:
            if source.version == destination.version:
                return source, destination
    raise QuestionError(
        "destination",
        f"{_shown(question['destination'])!r} has no address of the family of {_shown(question['source'])!r}",
    )


def _protocol(question: Mapping[str, Any]) -> int | None:
    value = question.get("protocol")
    if value is None or value == "":
        return None
    name = str(value).strip().lower()
    name = "ipv6-icmp" if name == "icmpv6" else name
    if name in PROTOCOLS:
        return PROTOCOLS[name]
    if len(name) <= 3 and name.isascii() and name.isdigit() and int(name) <= 255:
        return int(name)
    raise QuestionError("protocol", f"{_shown(value)!r} is no protocol: a name such as tcp, udp, icmp, or 0 to 255")


def _port(question: Mapping[str, Any], field: str, protocol: int | None) -> int | None:
    port = _number(question, field)
    if port is not None and protocol is not None and protocol not in PORT_PROTOCOLS:
        raise QuestionError(field, f"{port} makes no sense: {question['protocol']} has no ports")
    return port


def _number(question: Mapping[str, Any], field: str) -> int | None:
    """A whole number; marks and the like may be written in hexadecimal."""
    value = question.get(field)
    if value is None or value == "":
        return None
    largest = LARGEST[field]
    number = value if type(value) is int else _integer(value) if isinstance(value, str) else None
    if number is None or not 0 <= number <= largest:
        raise QuestionError(field, f"{_shown(value)!r} is not a number from 0 to {largest}")
    if field == "ttl" and number == 0:
        raise QuestionError("ttl", "0 is not sent by anybody; it must be from 1 to 255")
    return number


def _integer(text: str) -> int | None:
    try:
        return int(text.strip(), 0) if text.strip().isascii() else None
    except ValueError:
        return None


def _gateway(network: Network, question: Mapping[str, Any]) -> str | None:
    value = question.get("gateway")
    if value is None or value == "":
        return None
    if not any(router.name == value for router in network.routers):
        raise QuestionError("gateway", f"{_shown(value)!r} is no router of this network")
    return str(value)
