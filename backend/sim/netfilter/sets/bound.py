"""Networks with interfaces: `hash:net,iface`.

net/netfilter/ipset/ip_set_hash_netiface.c. A network may be there with several interfaces; the first of them that is
that of the packet counts. Where a network is there and none of its interfaces is that of the packet, the kernel looks
for no shorter prefix: `multi` in mtype_test_cidrs() of ip_set_hash_gen.h.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct

from backend.model.address import Family
from backend.sim.netfilter.meeting import Meeting
from backend.sim.netfilter.sets.element import ADDRESS_WIDTH, prefix_mask, reader, shown
from backend.sim.netfilter.sets.keyed import Change
from backend.sim.netfilter.sets.member import PLAIN, Candidate, Member

PHYSICAL = "physdev:"


class Bound(Struct, frozen=True):
    member: Member
    name: str
    is_wildcard: bool = False

    def is_of(self, name: str) -> bool:
        return name.startswith(self.name) if self.is_wildcard else name == self.name


Nets = dict[int, tuple[Bound, ...]]


class Interfaces:
    def __init__(self, family: Family, levels: Mapping[int, Nets], physical: Sequence[int] = ()) -> None:
        """`physical`: prefix lengths of what is said of ports of bridges, which no rule of iptables asks for."""
        self.family = family
        bits = ADDRESS_WIDTH[family]
        self.nets = {length: nets for length, nets in levels.items() if nets}
        self.levels = [(prefix_mask(length, bits), self.nets[length]) for length in sorted(self.nets, reverse=True)]
        self.physical = tuple(physical)
        self.longest = max((*self.nets, *physical), default=bits)
        self.has_ending = any(
            each.member.ends_s for nets in self.nets.values() for group in nets.values() for each in group
        )
        self._network = reader("net", family)

    def __len__(self) -> int:
        return sum(len(group) for nets in self.nets.values() for group in nets.values()) + len(self.physical)

    def candidates(self, meeting: Meeting, directions: Sequence[bool]) -> Iterator[Candidate]:
        name = meeting.iif if directions[1] else meeting.oif
        if not name:
            return
        address = meeting.packet.source if directions[0] else meeting.packet.destination
        for mask, nets in self.levels:
            group = nets.get(address & mask)
            if group:
                yield from _met(group, name)

    def changed(self, changes: Iterable[Change]) -> "Interfaces":
        levels = dict(self.nets)
        for (network, name), is_added in changes:
            address, length = self._network(network)[0]
            nets = levels.get(length, {})
            group = nets.get(address, ())
            group = _added(group, Bound(PLAIN, name)) if is_added else _without(group, name)
            levels[length] = {**nets, address: group}
            if not group:
                del levels[length][address]
        return Interfaces(self.family, levels, self.physical)

    def written(self, meeting: Meeting, directions: Sequence[bool]) -> tuple[str, ...] | None:
        """The element that target SET makes of a packet."""
        name = meeting.iif if directions[1] else meeting.oif
        if not name:
            return None
        address = meeting.packet.source if directions[0] else meeting.packet.destination
        bits = ADDRESS_WIDTH[self.family]
        return shown("net", self.family, address & prefix_mask(self.longest, bits), self.longest), name

    def member(self, elements: Sequence[str]) -> Member | None:
        address, length = self._network(elements[0])[0]
        group = self.nets.get(length, {}).get(address, ())
        return next((each.member for each in group if each.is_of(elements[1])), None)


def interfaces(family: Family, entries: Iterable[tuple[Sequence[str], Member, bool]]) -> Interfaces:
    """Of elements, their members, and whether the name is but the begin of one."""
    levels: dict[int, Nets] = {}
    physical = []
    network = reader("net", family)
    for (net, name), member, is_wildcard in entries:
        for address, length in network(net):
            if name.startswith(PHYSICAL):
                physical.append(length)
                continue
            nets = levels.setdefault(length, {})
            nets[address] = _added(nets.get(address, ()), Bound(member, name, is_wildcard))
    return Interfaces(family, levels, physical)


def _met(group: Sequence[Bound], name: str) -> Iterator[Candidate]:
    others = []
    for each in group:
        if each.is_of(name):
            yield each.member, ()
        else:
            others.append(each.member)
    if others:
        # While they are there, no shorter prefix is looked for.
        lasts = not all(each.ends_s for each in others)
        yield None, () if lasts else tuple(each.ending for each in others)


def _added(group: tuple[Bound, ...], new: Bound) -> tuple[Bound, ...]:
    """Whoever is there for that interface is there anew, wildcard or not: mtype_data_equal() in mtype_add()."""
    for at, each in enumerate(group):
        if each.is_of(new.name):
            return (*group[:at], Bound(new.member, each.name, each.is_wildcard), *group[at + 1 :])
    return (*group, new)


def _without(group: tuple[Bound, ...], name: str) -> tuple[Bound, ...]:
    first = next((each for each in group if each.is_of(name)), None)
    return tuple(each for each in group if each is not first)
