"""Random firewalls of one router: all tables, chains of the user's own, up to hundreds of rules, sets."""

from collections.abc import Iterator, Sequence

from backend.model.address import Family
from tests.oracle.equipment import Equipment
from tests.oracle.grounds import Ground
from tests.oracle.ipsets import Sets
from tests.oracle.rulematches import Matches, Place
from tests.oracle.ruletargets import Targets

CHAINS = {
    "raw": ("PREROUTING", "OUTPUT"),
    "mangle": ("PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING"),
    "nat": ("PREROUTING", "INPUT", "OUTPUT", "POSTROUTING"),
    "filter": ("INPUT", "FORWARD", "OUTPUT"),
    "security": ("INPUT", "FORWARD", "OUTPUT"),
}
LIKELY = {"raw": 0.35, "mangle": 0.6, "nat": 0.6, "filter": 0.92, "security": 0.3}
MOST = {"raw": 3, "mangle": 5, "nat": 4, "filter": 12, "security": 3}
MANY = 0.04
"""How likely a chain is a long one."""
PROTOCOLS: dict[Family, tuple[str, ...]] = {
    4: ("tcp", "tcp", "tcp", "udp", "udp", "icmp", "sctp", "gre", "esp", "ah", "dccp", "all", "253"),
    6: ("tcp", "tcp", "tcp", "udp", "udp", "ipv6-icmp", "ipv6-icmp", "sctp", "gre", "dccp", "all", "253"),
}


class Firewall:
    """Of a router, in both families."""

    def __init__(self, ground: Ground, equipment: Equipment) -> None:
        self.sets = Sets(ground, equipment.set_types)
        self._texts = {
            4: "".join(_Tables(ground, self.sets, equipment, 4).text()),
            6: "".join(_Tables(ground, self.sets, equipment, 6).text()),
        }

    @property
    def text(self) -> str:
        """Lines of a router's description."""
        said = {"iptables": self._texts[4], "ip6tables": self._texts[6], "ipset": self.sets.text}
        return "\n".join(f"{name} = '''\n{text}'''" for name, text in said.items())


class _Tables:
    def __init__(self, ground: Ground, sets: Sets, equipment: Equipment, family: Family) -> None:
        self._chance = ground.chance
        self._family = family
        self._matches = Matches(ground, sets, equipment.matches[family])
        self._targets = Targets(ground, sets, equipment.targets[family])

    def text(self) -> Iterator[str]:
        has_nat = False
        for table, chains in CHAINS.items():
            # With legacy security stands before nat in INPUT, with nft behind it: the facts do not say which it is.
            if self._chance.random() < LIKELY[table] and not (table == "security" and has_nat):
                has_nat |= table == "nat"
                yield from self._table(table, chains)

    def _table(self, table: str, chains: Sequence[str]) -> Iterator[str]:
        yield f"*{table}\n"
        for chain in chains:
            is_strict = table not in ("nat", "raw") and self._chance.random() < (0.35 if table == "filter" else 0.05)
            yield f":{chain} {'DROP' if is_strict else 'ACCEPT'} [0:0]\n"
        users = self._users(table, chains)
        yield from (f":{name} - [0:0]\n" for name in users)
        names = list(users)
        for chain in chains:
            callable_here = [name for name, called_from in users.items() if called_from in (chain, "")]
            yield from self._rules(Place(self._family, table, chain), chain, callable_here)
        for at, name in enumerate(names):
            further = [other for other in names[at + 1 :] if users[other] in (users[name], "")]
            yield from self._rules(Place(self._family, table, users[name]), name, further)
        yield "COMMIT\n"

    def _users(self, table: str, chains: Sequence[str]) -> dict[str, str]:
        """Each with the chain that it, or who calls it, is called from; empty: any of them."""
        count = self._chance.choice((0, 1, 2, 4)) if table != "raw" else self._chance.choice((0, 0, 1))
        names = [f"{table[:3]}-{at}" for at in range(count)]
        return {name: self._chance.choice(["", *chains] if table != "nat" else chains) for name in names}

    def _rules(self, place: Place, chain: str, chains: Sequence[str]) -> Iterator[str]:
        if place.table == "filter" and chain == place.chain and self._chance.random() < 0.4:
            module = self._chance.choice(["conntrack --ctstate", "state --state"])
            yield f"-A {chain} -m {module} RELATED,ESTABLISHED -j ACCEPT\n"
        many = self._chance.random() < MANY
        for _ in range(self._chance.randint(30, 300) if many else self._chance.randint(0, MOST[place.table])):
            yield self._rule(place, chain, chains)

    def _rule(self, place: Place, chain: str, chains: Sequence[str]) -> str:
        if place.table == "mangle" and self._chance.random() < 0.04:
            special = self._targets.tcpmss(place)
            if special:
                return f"-A {chain} {special}\n"
        protocol = self._chance.choice(("", "", *PROTOCOLS[self._family]))
        is_other = protocol not in ("", "all") and self._chance.random() < 0.06
        said = f"{'! ' if is_other else ''}-p {protocol}" if protocol else ""
        bound = "" if is_other else protocol
        words = [said, *self._matches.texts(place, bound), self._targets.text(place, bound, chains)]
        return " ".join(f"-A {chain} {' '.join(words)}".split()) + "\n"
