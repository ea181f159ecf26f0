"""Addresses and prefixes of both families."""

from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Literal

Address = IPv4Address | IPv6Address
Prefix = IPv4Network | IPv6Network
Family = Literal[4, 6]

ANY: dict[Family, Prefix] = {4: IPv4Network("0.0.0.0/0"), 6: IPv6Network("::/0")}


@lru_cache(maxsize=65536)
def parse_address(text: str) -> Address:
    """The address that `text` names; a zone such as `%eth0` is not part of an address. ValueError names the text."""
    return ip_address(text)


@lru_cache(maxsize=65536)
def parse_prefix(text: str, family: Family | None = None) -> Prefix:
    """The prefix that `text` names: `default`, `10.0.0.0/8`, or an address, which stands for itself alone."""
    if text in ("default", "all", "any"):
        return ANY[family or 4]
    return ip_network(text)


def family_of(value: Address | Prefix) -> Family:
    return 4 if value.version == 4 else 6
