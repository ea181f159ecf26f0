"""A network described by hand, in TOML, as if the collector had visited its routers.

The same words as the tools themselves: routes are arguments of `ip route add`, policy rules of `ip rule add`, the
firewall is input of iptables-restore and ipset restore. What the kernel fills in by itself is filled in here too.
"""

import re
import tomllib
from hashlib import sha256
from typing import Any, NoReturn

import msgspec
from msgspec import Struct

from backend.facts.error import FactsError, LineError
from backend.facts.hosts import parse_address as parse_host_address
from backend.facts.machine import InterfaceEntry, RouterEntry, build_router
from backend.facts.notes import Notes
from backend.facts.segments import infer_segments
from backend.facts.words import address
from backend.model.network import Host, Network

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,62}")
INTERFACE_NAME = re.compile(r"[^\s/:]{1,15}")
PLACE = re.compile(r" - at `\$(.*)`$")


class DescriptionError(FactsError):
    """A description says what cannot be; the text names file, place and value."""


class _NetworkEntry(Struct, frozen=True, forbid_unknown_fields=True):
    name: str


class _HostEntry(Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    addresses: tuple[str, ...]
    segment: str | None = None
    gateways: tuple[str, ...] = ()


class _Description(Struct, frozen=True, forbid_unknown_fields=True):
    network: _NetworkEntry
    router: tuple[RouterEntry, ...] = ()
    host: tuple[_HostEntry, ...] = ()
    flow: tuple[dict[str, Any], ...] = ()
    proof: tuple[dict[str, Any], ...] = ()
    """What is expected of the network, as flow is; only tests read it."""


def read_description(text: str, name: str) -> Network:
    """`name` is that of the file, for messages."""
    described = _shape(text, name)
    try:
        _check_names(described)
        routers = tuple(build_router(entry) for entry in described.router)
        hosts = tuple(_host(entry, described.router) for entry in described.host)
    except LineError as error:
        raise DescriptionError(f"{name}: {error}") from None
    notes = Notes(name)
    segments = infer_segments(routers, notes)
    for found in notes.diagnostics:
        raise DescriptionError(str(found))
    return Network(described.network.name, routers, segments, hosts, sha256(text.encode()).hexdigest())


def _shape(text: str, name: str) -> _Description:
    try:
        said = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise DescriptionError(f"{name}: {error}") from None
    try:
        return msgspec.convert(said, _Description)
    except msgspec.ValidationError as error:
        _raise_with_place(said, name, str(error))


def _raise_with_place(said: dict[str, Any], name: str, message: str) -> NoReturn:
    """msgspec counts (`$.router[3].interface[1].mtu`); people think in names."""
    found = PLACE.search(message)
    steps = re.findall(r"\w+|\[(?:\d+|\.\.\.)\]", found[1]) if found else []
    value: Any = said
    words: list[str] = []
    for step in steps:
        if not step.startswith("["):
            value = value.get(step) if isinstance(value, dict) else None
            words.append(step)
            continue
        at = step[1:-1]
        value = value[int(at)] if at.isdecimal() and isinstance(value, list) else None
        label = value.get("name") if isinstance(value, dict) else None
        words[-1] += f" {label}" if label else f" {int(at) + 1 if at.isdecimal() else '?'}"
    where = ", ".join(words) or "top level"
    shown = "" if isinstance(value, dict | list) or value is None else f" {value!r}"
    raise DescriptionError(f"{name}: {where}: {PLACE.sub('', message)}{shown}")


def _check_names(described: _Description) -> None:
    seen: set[str] = set()
    for name in [*(router.name for router in described.router), *(host.name for host in described.host)]:
        if not NAME.fullmatch(name):
            raise LineError(f"expected a name of letters, digits, - _ and ., not {name!r}")
        if name in seen:
            raise LineError(f"expected each name once; there are two of {name!r}")
        seen.add(name)
    for router in described.router:
        _check_interfaces(router.name, router.interface)


def _check_interfaces(router: str, interfaces: tuple[InterfaceEntry, ...]) -> None:
    seen = {"lo"}
    for entry in interfaces:
        if not INTERFACE_NAME.fullmatch(entry.name) or entry.name in (".", ".."):
            raise LineError(f"router {router}: expected the name of an interface, not {entry.name!r}")
        if entry.name in seen:
            raise LineError(f"router {router}: expected each interface once; there are two of {entry.name!r}")
        seen.add(entry.name)


def _host(entry: _HostEntry, routers: tuple[RouterEntry, ...]) -> Host:
    place = f"host {entry.name}"
    if not entry.addresses:
        raise LineError(f"{place}: expected at least one address")
    known = {interface.segment for router in routers for interface in router.interface}
    if entry.segment is not None and entry.segment not in known:
        raise LineError(f"{place}: expected a segment that a router is on, not {entry.segment!r}")
    try:
        addresses = tuple(parse_host_address(text) for text in entry.addresses)
        gateways = tuple(address(text, None, "a gateway's address") for text in entry.gateways)
    except LineError as error:
        raise LineError(f"{place}: {error}") from None
    return Host(entry.name, addresses, gateways)
