"""Ports that nothing in a network tells apart: what is so for one of them is so for all."""

import re
from bisect import bisect_right
from collections.abc import Iterator

from msgspec import Struct

from backend.model.firewall import Firewall, IpSet, Rule
from backend.model.flow import Service
from backend.model.network import Network
from backend.model.services import PORTS

WHOLE = frozenset(("u32", "bpf", "string"))
"""Matches that may look at ports without naming one."""
PORT = re.compile(r"[a-z][\w-]*|\d+", re.I)
HIGHEST = 65535


class PortClasses(Struct, frozen=True):
    starts: tuple[int, ...]
    """The first port of each class; none: each port is a class of its own."""

    def of(self, service: Service) -> Service:
        """The one of its class that is asked."""
        return Service(service.protocol, self.first(service.port)) if service.port else service

    def first(self, port: int) -> int:
        return self.starts[bisect_right(self.starts, port) - 1] if self.starts else port


def port_classes(network: Network) -> PortClasses:
    """Of all ports that rules, sets and policy rules name."""
    found = {1, HIGHEST}
    for router in network.routers:
        for rule in router.policy_rules:
            found.update(each for between in (rule.source_ports, rule.destination_ports) for each in between or ())
        if any(match.module in WHOLE for rule in _rules(router.firewall) for match in rule.matches):
            return PortClasses(())
        found.update(number for text in _texts(router.firewall) for number in _numbers(text))
    starts = {start for number in found for start in (number, number + 1) if 1 <= start <= HIGHEST}
    return PortClasses(tuple(sorted(starts)))


def _rules(firewall: Firewall) -> Iterator[Rule]:
    for ruleset in (firewall.ipv4, firewall.ipv6):
        for table in ruleset.tables if ruleset is not None else ():
            for chain in table.chains:
                yield from chain.rules


def _texts(firewall: Firewall) -> Iterator[str]:
    """Where ports stand."""
    for rule in _rules(firewall):
        options = [option for match in rule.matches for option in match.options]
        options += rule.target.options if rule.target is not None else ()
        for option in options:
            if "port" in option.name:
                yield from option.values
            elif option.name in ("--to-destination", "--to-source"):
                yield from (value.rpartition(":")[2] for value in option.values if _has_port(value))
    for each in firewall.sets or ():
        yield from _elements(each)


def _has_port(value: str) -> bool:
    return "]:" in value or value.count(":") == 1


def _elements(each: IpSet) -> Iterator[str]:
    parts = each.type.partition(":")[2].split(",")
    for at in (number for number, part in enumerate(parts) if part == "port"):
        for entry in each.entries:
            if at < len(entry.elements):
                yield entry.elements[at].rpartition(":")[2]


def _numbers(text: str) -> Iterator[int]:
    """Names of services too; a name that nobody knows is in no rule that could match."""
    for word in PORT.findall(text):
        if word.isdigit():
            yield int(word)
        elif word in PORTS:
            yield PORTS[word]
