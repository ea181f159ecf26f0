"""What stands behind an option, as numbers: ports, marks, addresses, protocols.

A ValueError says that a word is not understood; the host's name of a rule, for one, is nothing that facts resolve.
"""

import re
from collections.abc import Iterable
from functools import lru_cache

from backend.model.address import Family, parse_address
from backend.model.services import PORTS
from backend.sim.netfilter.protocols import PROTOCOLS

Range = tuple[int, int]
"""Both ends belong to it."""
Masked = tuple[int, int]
"""A value, no bit of it outside its mask, and the mask."""
PLAIN4 = re.compile(r"(?:(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])(?:\.(?!$)|$)){4}")
"""Read here, since thousands of rules have such addresses and ip_address takes ten times as long."""
WORD = 0xFFFFFFFF
PORT = 0xFFFF


def number(text: str) -> int:
    """As strtoul() with base 0 reads it."""
    if text[:2] in ("0x", "0X"):
        return int(text, 16)
    return int(text, 8) if text[:1] == "0" and len(text) > 1 else int(text)


def number_range(text: str, highest: int = WORD, between: str = ":") -> Range:
    """`5`, `5:9`, `5:` or `:9`."""
    first, is_range, last = text.partition(between)
    if not is_range:
        return number(text), number(text)
    return (number(first) if first else 0), (number(last) if last else highest)


def port(text: str) -> int:
    if text[:1].isdigit():
        return number(text)
    if text not in PORTS:
        raise ValueError(f"no port of the name {text}")
    return PORTS[text]


def port_range(text: str) -> Range:
    first, is_range, last = text.partition(":")
    if not is_range:
        return port(text), port(text)
    return (port(first) if first else 0), (port(last) if last else PORT)


def port_ranges(text: str) -> tuple[Range, ...]:
    """`80,443,8000:8010`"""
    return tuple(port_range(word) for word in text.split(","))


def masked(text: str, full: int = WORD) -> Masked:
    """A mark or the like, `0x1/0xff`; without a mask every bit counts. The value is as it stands: a bit outside the
    mask makes it one that nothing equals, as in the kernel."""
    value, has_mask, mask = text.partition("/")
    return number(value), number(mask) if has_mask else full


@lru_cache(maxsize=65536)
def protocol(text: str) -> int:
    """0 is any."""
    if text[:1].isdigit():
        return number(text)
    if text.lower() not in PROTOCOLS:
        raise ValueError(f"no protocol of the name {text}")
    return PROTOCOLS[text.lower()]


def width(family: Family) -> int:
    return 32 if family == 4 else 128


@lru_cache(maxsize=65536)
def address(text: str, family: Family) -> int:
    if family == 4 and PLAIN4.fullmatch(text):
        first, second, third, fourth = text.split(".")
        return int(first) << 24 | int(second) << 16 | int(third) << 8 | int(fourth)
    found = parse_address(text)
    if found.version != family:
        raise ValueError(f"{text} is not of IPv{family}")
    return int(found)


@lru_cache(maxsize=65536)
def network(text: str, family: Family) -> Masked:
    """`10.0.0.0/8`, `10.0.0.1`, `10.0.0.1/255.0.0.255`"""
    base, _, mask = text.partition("/")
    if mask in ("0", "0.0.0.0", "::"):
        return 0, 0  # whatever stands before it, as in `any/0` (xtables_ipparse_any in libxtables)
    bits = width(family)
    full = (1 << bits) - 1
    wanted = full
    if mask:
        wanted = full & ~(full >> int(mask)) if mask.isdecimal() else address(mask, family)
    return address(base, family) & wanted, wanted


def networks(text: str, family: Family) -> tuple[Masked, ...]:
    return tuple(network(word, family) for word in text.split(","))


def span(value: Masked, family: Family) -> Range | None:
    """The addresses under a mask, if they are neighbours."""
    base, mask = value
    open_bits = ((1 << width(family)) - 1) & ~mask
    return None if open_bits & (open_bits + 1) else (base, base | open_bits)


def chosen(word: str, names: Iterable[str]) -> str:
    """The first name that begins so: iptables compares only as much as is written, in any case (strncasecmp)."""
    for name in names:
        if name.lower().startswith(word.lower()):
            return name
    raise ValueError(f"no such word: {word}")
