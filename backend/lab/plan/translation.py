"""To which addresses the rules of a router may translate a packet's source or destination. Pure.

Only -s, -d, -i and -o of a rule are looked at, so that nothing that may happen is left out. What REDIRECT and TPROXY
do ends in the router itself.
"""

from collections.abc import Collection, Iterator
from ipaddress import ip_address, ip_network

from msgspec import Struct, field

from backend.lab.plan.ways import Span, meet, span_of
from backend.model.address import Family
from backend.model.firewall import Option, Rule
from backend.model.network import Router

TO_DESTINATION = {"DNAT": "--to-destination", "TEE": "--gateway", "DNPT": "--dst-pfx", "NETMAP": "--to"}
TO_SOURCE = {"SNAT": "--to-source", "SAME": "--to", "SNPT": "--dst-pfx", "NETMAP": "--to"}
SELF = frozenset(("REDIRECT", "TPROXY"))


class Passage(Struct):
    """By which interfaces of a router packets may come and go."""

    incoming: set[str] = field(default_factory=set)
    outgoing: dict[str, tuple[int, ...]] = field(default_factory=dict)
    """With the addresses of each."""


class Device(Struct, frozen=True):
    """-i or -o: a name, or what names begin with and `+`; and whether it is any other."""

    name: str
    is_negated: bool = False

    def fits(self, name: str) -> bool:
        is_named = name.startswith(self.name[:-1]) if self.name.endswith("+") else name == self.name
        return is_named != self.is_negated


class Translation(Struct, frozen=True):
    is_of_source: bool
    to: tuple[Span, ...] | None
    """None: the address of the interface by which the packet leaves."""
    has_host_part: bool = False
    """The last bits of the address stay."""
    source: Span | None = None
    destination: Span | None = None
    into: Device | None = None
    out: Device | None = None

    def results(self, known: Collection[Span], passage: Passage) -> Iterator[Span]:
        """What may come of a packet whose source and destination are among the known addresses."""
        if not (_met(self.source, known) and _met(self.destination, known)):
            return
        if self.into is not None and not any(map(self.into.fits, passage.incoming)):
            return
        leaving = [dev for dev in passage.outgoing if self.out is None or self.out.fits(dev)]
        if self.to is None:
            yield from ((address, address) for dev in leaving for address in passage.outgoing[dev])
        elif leaving or self.out is None:
            side = self.source if self.is_of_source else self.destination
            for to in self.to:
                yield from _mapped(to, [each for each in known if _met(side, [each])]) if self.has_host_part else [to]


def _met(side: Span | None, known: Collection[Span]) -> bool:
    return side is None or any(meet(side, each) for each in known)


def _mapped(to: Span, those: Collection[Span]) -> Iterator[Span]:
    first, last = to
    for one, other in those:
        yield (first + one % (last - first + 1),) * 2 if one == other else to


def translations(router: Router, family: Family) -> list[Translation]:
    return [each for rule in _rules(router, family) for each in _of_rule(rule, family)]


def answers_for_others(router: Router, family: Family) -> bool:
    """Whether a rule may hand packets for anybody to the router's own programs."""
    return any(rule.target is not None and rule.target.name in SELF for rule in _rules(router, family))


def _rules(router: Router, family: Family) -> Iterator[Rule]:
    ruleset = router.firewall.ipv4 if family == 4 else router.firewall.ipv6
    for table in ruleset.tables if ruleset is not None else ():
        for chain in table.chains:
            yield from chain.rules


def _of_rule(rule: Rule, family: Family) -> Iterator[Translation]:
    if rule.target is None:
        return
    name = rule.target.name
    said = _conditions(rule)
    for is_of_source, options in ((False, TO_DESTINATION), (True, TO_SOURCE)):
        is_masquerade = is_of_source and name == "MASQUERADE"
        if name in options or is_masquerade:
            yield Translation(
                is_of_source=is_of_source,
                to=None if is_masquerade else tuple(_targets(rule.target.options, options[name], family)),
                has_host_part=name == "NETMAP",
                source=_side(said.get("-s")),
                destination=_side(said.get("-d")),
                into=_device(said.get("-i")),
                out=_device(said.get("-o")),
            )


def _conditions(rule: Rule) -> dict[str, Option]:
    return {each.name: each for match in rule.matches if not match.module for each in match.options if each.values}


def _side(option: Option | None) -> Span | None:
    """None: any address."""
    if option is None or option.negated:
        return None
    try:
        return span_of(ip_network(option.values[0], strict=False))
    except ValueError:  # a mask with holes
        return None


def _device(option: Option | None) -> Device | None:
    return None if option is None else Device(option.values[0], option.negated)


def _targets(options: tuple[Option, ...], name: str, family: Family) -> Iterator[Span]:
    for option in options:
        for value in option.values if option.name == name else ():
            found = _target(value, family)
            if found is not None:
                yield found


def _target(text: str, family: Family) -> Span | None:
    """`10.0.0.1-10.0.0.5:8000-8010`, `[2001:db8::1]:8080`, a prefix; None where only ports are named."""
    bare = text.partition(":")[0] if family == 4 else text.removeprefix("[").partition("]")[0]
    try:
        if "/" in bare:
            return span_of(ip_network(bare, strict=False))
        first, _, last = bare.partition("-")
        return int(ip_address(first)), int(ip_address(last or first))
    except ValueError:
        return None
