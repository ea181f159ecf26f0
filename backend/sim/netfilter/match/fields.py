"""What a rule asks of the fields that every packet has, as ranges, for an index; and what is left to ask.

Field by field it is exactly what the options say, for a packet that names its protocol and, if that has some, ports.
"""

from collections.abc import Callable, Iterable
from typing import Any

from msgspec import Struct

from backend.model.address import Family
from backend.model.firewall import Match, Option, Rule
from backend.model.flow import PORT_PROTOCOLS
from backend.sim.netfilter.connection import State
from backend.sim.netfilter.match.checks import only
from backend.sim.netfilter.match.conntrack import OF_STATE, TRANSLATED, state_bits
from backend.sim.netfilter.match.ranges import Ranges, common, inverted, merged
from backend.sim.netfilter.values import PORT, networks, port_ranges, protocol, span, width

PROTOCOLS = 255
STATES = int(State.INVALID | State.ESTABLISHED | State.RELATED | State.NEW | State.UNTRACKED)
SOURCE_PORTS = frozenset(("--sport", "--source-port", "--sports", "--source-ports"))
DESTINATION_PORTS = frozenset(("--dport", "--destination-port", "--dports", "--destination-ports"))
PORTED = frozenset(((number, number),) for number in PORT_PROTOCOLS)
OF_PORTS = frozenset(
    ("tcp", "udp", "udplite", "sctp", "dccp", "multiport", *(str(number) for number in PORT_PROTOCOLS))
)
SILENT = OF_PORTS | {"", "comment", "conntrack", "state"}
"""Matches that say nothing without an option of those that are kept."""


class Device(Struct, frozen=True):
    """`eth0`, `ppp+`, or all others."""

    name: str
    is_negated: bool

    def fits(self, name: str) -> bool:
        if self.name.endswith("+"):
            return name.startswith(self.name[:-1]) is not self.is_negated
        return (name == self.name) is not self.is_negated


class Fields(Struct, frozen=True):
    """None where any value will do."""

    sources: Ranges | None = None
    destinations: Ranges | None = None
    protocols: Ranges | None = None
    source_ports: Ranges | None = None
    destination_ports: Ranges | None = None
    incoming: Device | None = None
    outgoing: Device | None = None
    states: int | None = None
    """Bits of State; never SNAT and DNAT, which are no states of a packet."""
    rest: tuple[Match, ...] = ()
    """Matches with the options that are not in the fields."""


def fields(rule: Rule, family: Family) -> Fields:
    found: dict[str, Any] = {}
    rest = []
    has_ports = _has_ports(rule)
    for match in rule.matches:
        left = tuple(option for option in match.options if not _takes(found, match, option, family, has_ports))
        if left or match.module not in SILENT:
            rest.append(match if len(left) == len(match.options) else Match(match.module, left))
    return Fields(**found, rest=tuple(rest))


def _has_ports(rule: Rule) -> bool:
    """Whether every packet that it fits has ports."""
    for match in rule.matches:
        for option in match.options if not match.module else ():
            if option.name == "-p" and not option.negated and len(option.values) == 1:
                return _numbers(_protocols, option, PROTOCOLS) in PORTED
    return False


def _takes(found: dict[str, Any], match: Match, option: Option, family: Family, has_ports: bool) -> bool:
    """Whether the option is in the fields now."""
    name, module = option.name, match.module
    if module == "":
        return _takes_base(found, option, family)
    if module == "comment":
        return True
    if has_ports and module in OF_PORTS:
        if name in SOURCE_PORTS:
            return _narrow(found, "source_ports", _numbers(port_ranges, option, PORT))
        if name in DESTINATION_PORTS:
            return _narrow(found, "destination_ports", _numbers(port_ranges, option, PORT))
    # Beside other options a packet without connection is judged by its state alone: that is left to the match.
    if module in ("conntrack", "state") and name in OF_STATE and len(match.options) == 1:
        return _takes_state(found, option)
    return False


def _takes_base(found: dict[str, Any], option: Option, family: Family) -> bool:
    name, full = option.name, (1 << width(family)) - 1
    if name == "-s":
        return _narrow(found, "sources", _numbers(lambda text: _spans(text, family), option, full))
    if name == "-d":
        return _narrow(found, "destinations", _numbers(lambda text: _spans(text, family), option, full))
    if name == "-p":
        return _narrow(found, "protocols", _numbers(_protocols, option, PROTOCOLS))
    if name in ("-i", "-o") and len(option.values) == 1:
        found["incoming" if name == "-i" else "outgoing"] = Device(option.values[0], option.negated)
        return True
    return False


def _spans(text: str, family: Family) -> Iterable[tuple[int, int]]:
    for value in networks(text, family):
        found = span(value, family)
        if found is None:
            raise ValueError("the addresses are no neighbours")
        yield found


def _protocols(text: str) -> Iterable[tuple[int, int]]:
    number = protocol(text)
    return [(number, number) if number else (0, PROTOCOLS)]


def _numbers(read: Callable[[str], Iterable[tuple[int, int]]], option: Option, highest: int) -> Ranges | None:
    """None where it cannot be said in ranges."""
    try:
        ranges = merged(read(only(option)))
    except ValueError:
        return None
    return inverted(ranges, highest) if option.negated else ranges


def _narrow(found: dict[str, Any], field: str, ranges: Ranges | None) -> bool:
    if ranges is None:
        return False
    found[field] = common(found.get(field), ranges)
    return True


def _takes_state(found: dict[str, Any], option: Option) -> bool:
    try:
        bits = state_bits(only(option))
    except ValueError:
        return False
    if bits & TRANSLATED:
        return False
    found["states"] = found.get("states", STATES) & (STATES & ~bits if option.negated else bits)
    return True
