"""`hosts.toml` beside the facts: machines that are no routers."""

import tomllib
from typing import Any

from backend.facts.error import LineError
from backend.facts.notes import Notes
from backend.facts.words import address, number
from backend.model.interface import InterfaceAddress
from backend.model.network import Host

FILE = "hosts.toml"


def read_hosts(text: str, notes: Notes) -> tuple[Host, ...]:
    try:
        said = tomllib.loads(text.replace("\r\n", "\n"))
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        notes.add(None, None, "", f"expected TOML: {error}")
        return ()
    entries = said.get("host", [])
    found: dict[str, Host] = {}
    for at, entry in enumerate(entries if isinstance(entries, list) else [entries], 1):
        try:
            host = _parse_host(entry)
            if host.name in found:
                raise LineError(f"expected each host once; there are two of {host.name!r}")
            found[host.name] = host
        except LineError as error:
            notes.add("host", None, str(entry), f"host {at}: {error}")
    return tuple(found.values())


def _parse_host(entry: Any) -> Host:
    if not isinstance(entry, dict) or not isinstance(entry.get("name"), str) or not entry["name"]:
        raise LineError("expected a name")
    addresses = tuple(parse_address(text) for text in _texts(entry, "addresses"))
    if not addresses:
        raise LineError("expected at least one address")
    gateways = tuple(address(text, None, "a gateway's address") for text in _texts(entry, "gateways"))
    return Host(entry["name"], addresses, gateways)


def parse_address(text: str) -> InterfaceAddress:
    """An address alone says nothing about its subnet."""
    own, slash, length = text.partition("/")
    value = address(own, None, "an address such as 10.1.1.50/24")
    prefix_length = number(length, "a prefix length") if slash else value.max_prefixlen
    if prefix_length > value.max_prefixlen:
        raise LineError(f"expected a prefix length up to {value.max_prefixlen}, not {length}")
    return InterfaceAddress(value, prefix_length)


def _texts(entry: dict[str, Any], key: str) -> list[str]:
    values = entry.get(key, [])
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise LineError(f"expected {key} to be a list of texts")
    return values
