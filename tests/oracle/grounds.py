"""Random routers without firewall, and what their rules and packets are likely to speak of."""

import json
from collections.abc import Iterator
from itertools import pairwise
from random import Random

from msgspec import Struct

from backend.model.address import Family

NAMES = ("lan", "up", "dmz", "eth0.10", "wg-site")
MARKS = (0x1, 0x2, 0x10, 0x1F, 0xFF00, 0x80000000)
PORTS = (1, 22, 53, 67, 80, 123, 443, 500, 1023, 1024, 3128, 5060, 8080, 32768, 65535)
TOSES = (0x00, 0x08, 0x10, 0x1C, 0x28, 0xB8, 0xE0)
FAR: dict[Family, tuple[str, ...]] = {
    4: ("172.16.0.0/16", "172.16.7.0/24", "172.16.7.128/25", "192.0.2.0/24", "198.51.100.64/26", "8.8.8.8/32"),
    6: ("2001:db8:f000::/36", "2001:db8:f001::/48", "2001:db8:f001:1::/64", "2001:db8:f002::53/128"),
}
KINDS = ("blackhole", "unreachable", "prohibit", "throw")


class Device(Struct, frozen=True):
    name: str
    addresses: tuple[str, ...]
    """With the length of their subnets."""


class Ground:
    """One router, drawn from chance when it is made."""

    def __init__(self, chance: Random) -> None:
        self.chance = chance
        names = chance.sample(NAMES, chance.randint(2, 4))
        self.devices = tuple(Device(name, tuple(self._addresses(at))) for at, name in enumerate(names))
        self.marks = chance.sample(MARKS, 3)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(device.name for device in self.devices)

    def _addresses(self, at: int) -> Iterator[str]:
        yield f"10.0.{at}.1/24"
        yield f"2001:db8:{at}::1/64"
        if self.chance.random() < 0.2:
            yield f"10.0.{at}.{self.chance.choice([9, 200])}/24"
        if self.chance.random() < 0.1:
            yield f"10.7.{at}.1/30"

    def prefixes(self, family: Family) -> list[str]:
        """Of subnets, and of what may be behind them."""
        return [*self.subnets(family), *FAR[family]]

    def subnets(self, family: Family) -> list[str]:
        many = range(len(self.devices))
        return [f"10.0.{at}.0/24" if family == 4 else f"2001:db8:{at}::/64" for at in many]

    def own(self, family: Family) -> list[str]:
        found = [each.partition("/")[0] for device in self.devices for each in device.addresses]
        return [each for each in found if (":" in each) == (family == 6)]

    def neighbour(self, family: Family, at: int) -> str:
        number = self.chance.choice((2, 3, 5, 77, 129, 254))
        return f"10.0.{at}.{number}" if family == 4 else f"2001:db8:{at}::{number:x}"

    def text(self, firewall: str) -> str:
        """The description of a network with this router; `firewall`: lines of its description."""
        lines = [
            '[network]\nname = "one"\n[[router]]\nname = "r"',
            "tables = { t100 = 100, t101 = 101 }",
            f"forwarding = {json.dumps(self.chance.random() < 0.97)}",
            f"routes = {json.dumps(_settable(list(self._routes())))}",
            f"rules = {json.dumps(list(self._rules()))}",
            f"sysctls = {{ {self._sysctls()} }}",
            firewall,
        ]
        for device in self.devices:
            lines.append(f'[[router.interface]]\nname = "{device.name}"\naddresses = {json.dumps(device.addresses)}')
        return "\n".join(lines) + "\n"

    def _routes(self) -> Iterator[str]:
        families: tuple[Family, ...] = (4, 6)
        for family in families:
            if self.chance.random() < 0.8:
                yield f"{'-6 ' if family == 6 else ''}default {self._hop(family)}"
            for prefix in FAR[family]:
                if self.chance.random() < 0.5:
                    yield self._route(prefix, family)
            for table in ("t100", "t101"):
                for prefix in self.chance.sample(["default", *self.prefixes(family)], 2):
                    found = self._route(prefix, family)
                    yield f"{'-6 ' if family == 6 and prefix == 'default' else ''}{found} table {table}"

    def _route(self, prefix: str, family: Family) -> str:
        if prefix != "default" and self.chance.random() < 0.15:
            return f"{self.chance.choice(KINDS)} {prefix}"
        tos = f" tos {self.chance.choice(['0x10', '0x08'])}" if family == 4 and self.chance.random() < 0.05 else ""
        return f"{prefix} {self._hop(family)}{tos}"

    def _hop(self, family: Family) -> str:
        at = self.chance.randrange(len(self.devices))
        device = self.devices[at].name
        return f"dev {device}" if self.chance.random() < 0.1 else f"via {self.neighbour(family, at)} dev {device}"

    def _rules(self) -> Iterator[str]:
        for at in range(self.chance.choice((0, 0, 1, 2, 4, 6))):
            is_ipv6 = self.chance.random() < 0.35
            table = self.chance.choice(["lookup t100"] * 5 + ["lookup t101"] * 3 + ["lookup main", "prohibit"])
            yield f"{'-6 ' if is_ipv6 else ''}{self._selector(6 if is_ipv6 else 4)} {table} priority {100 * at + 100}"

    def _selector(self, family: Family) -> str:
        mark = self.chance.choice(self.marks)
        prefix = self.chance.choice(self.prefixes(family))
        return self.chance.choice([
            f"fwmark {mark:#x}", f"fwmark {mark:#x}", f"fwmark {mark:#x}/{mark | 0xF:#x}", f"from {prefix}",
            f"to {prefix}", f"iif {self.chance.choice(self.names)}", f"fwmark {mark:#x} iif {self.names[0]}",
            f"tos {self.chance.choice(['0x10', '0x08'])}", "ipproto udp dport 53", "ipproto tcp sport 1000-2000",
            f"not fwmark {mark:#x}/{mark:#x}",
        ])  # fmt: skip

    def _sysctls(self) -> str:
        said: dict[str, str] = {}
        chance = self.chance
        if chance.random() < 0.2:
            said["net/ipv4/conf/all/rp_filter"] = chance.choice("12")
        for name in self.names:
            if chance.random() < 0.3:
                said[f"net/ipv4/conf/{name}/rp_filter"] = chance.choice("0122")
            if chance.random() < 0.2:
                said[f"net/ipv4/conf/{name}/src_valid_mark"] = "1"
            if chance.random() < 0.1:
                said[f"net/ipv4/conf/{name}/accept_local"] = "1"
            if chance.random() < 0.05:
                said[f"net/ipv4/conf/{name}/forwarding"] = "0"
        return ", ".join(f'"{key}" = "{value}"' for key, value in said.items())


def _settable(routes: list[str]) -> list[str]:
    """Only one route for each prefix, table and tos: the kernel refuses the second."""
    found: dict[tuple[str, ...], str] = {}
    for route in routes:
        words = route.removeprefix("-6 ").split()
        prefix = words[1] if words[0] in KINDS else words[0]
        value = dict(pairwise(words))
        key = route.startswith("-6"), prefix, value.get("table", ""), value.get("tos", "")
        found.setdefault(tuple(map(str, key)), route)
    return list(found.values())
