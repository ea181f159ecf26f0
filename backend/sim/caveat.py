"""What a firewall may do to a packet before it is routed, which a trace of routing alone does not evaluate.

Marks that policy rules ask for, and translated destinations. A rule that cannot match the packet by its addresses,
interface or protocol is no caveat; whatever else the rule asks for is taken as possible.
"""

from collections.abc import Iterator
from ipaddress import ip_network

from msgspec import Struct

from backend.model.address import Family
from backend.model.firewall import Option, Rule, Ruleset
from backend.model.flow import PROTOCOLS
from backend.model.network import Router
from backend.sim.packet import Packet

MARKING = frozenset(("MARK", "CONNMARK"))
TRANSLATING = frozenset(("DNAT", "REDIRECT", "NETMAP"))
BEFORE_ROUTING = {"PREROUTING": False, "OUTPUT": True}
"""Built-in chain → whether it is for what the router sends itself; user chains may be called from either."""
AFTER_ROUTING = frozenset(("INPUT", "FORWARD", "POSTROUTING"))


class Caveat(Struct, frozen=True):
    text: str
    family: Family
    is_sent: bool | None
    options: tuple[Option, ...]
    """Those of the match without a module: -s, -d, -i, -p."""


def caveats(router: Router) -> tuple[Caveat, ...]:
    if router.kind != "linux":
        return ()
    asks_for_mark = {rule.family for rule in router.policy_rules if rule.fwmark is not None}
    firewall = router.firewall
    found: list[Caveat] = []
    families: tuple[tuple[Family, Ruleset | None, str | None], ...] = (
        (4, firewall.ipv4, firewall.ipv4_missing),
        (6, firewall.ipv6, firewall.ipv6_missing),
    )
    for family, ruleset, missing in families:
        if ruleset is not None:
            found += _of_rules(router.name, family, ruleset, family in asks_for_mark)
        elif family in asks_for_mark:
            text = f"{router.name} routes by mark, and its firewall is not known: {missing}"
            found.append(Caveat(text, family, None, ()))
    return tuple(found)


def _of_rules(router: str, family: Family, ruleset: Ruleset, asks_for_mark: bool) -> Iterator[Caveat]:
    for table in ruleset.tables:
        for chain in table.chains:
            if chain.name in AFTER_ROUTING:
                continue
            for rule in chain.rules:
                deed = _deed(rule, asks_for_mark)
                if deed:
                    options = tuple(o for match in rule.matches if not match.module for o in match.options)
                    text = f"{router} may {deed} before it routes: {table.name} {rule.text}"
                    yield Caveat(text, family, BEFORE_ROUTING.get(chain.name), options)


def _deed(rule: Rule, asks_for_mark: bool) -> str:
    target = rule.target.name if rule.target is not None else ""
    if rule.table == "nat" and target in TRANSLATING:
        return "translate the destination"
    return "mark the packet" if asks_for_mark and rule.table == "mangle" and target in MARKING else ""


def applying(found: tuple[Caveat, ...], packet: Packet, iif: str | None) -> tuple[str, ...]:
    return tuple(each.text for each in found if _may_match(each, packet, iif))


def _may_match(caveat: Caveat, packet: Packet, iif: str | None) -> bool:
    if caveat.family != packet.family or (caveat.is_sent is not None and caveat.is_sent is not (iif is None)):
        return False
    return all(
        _fits(option, packet, iif) is not option.negated for option in caveat.options if _is_said(option, packet)
    )


def _is_said(option: Option, packet: Packet) -> bool:
    """Whether the option can be decided: a protocol only where the flow names one."""
    if option.name == "-p":
        return packet.protocol is not None and option.values[0] in PROTOCOLS
    return option.name in ("-s", "-d", "-i")


def _fits(option: Option, packet: Packet, iif: str | None) -> bool:
    value = option.values[0]
    if option.name == "-p":
        return PROTOCOLS[value] == packet.protocol
    if option.name == "-i":
        return iif is not None and (iif.startswith(value[:-1]) if value.endswith("+") else iif == value)
    prefix = ip_network(value)
    address = packet.source if option.name == "-s" else packet.destination
    open_bits = prefix.max_prefixlen - prefix.prefixlen
    return address >> open_bits == int(prefix.network_address) >> open_bits
