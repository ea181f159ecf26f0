"""Random matches of rules, in the words of iptables-extensions(8)."""

from collections.abc import Callable, Iterator

from msgspec import Struct

from backend.model.address import Family
from tests.oracle.grounds import PORTS, TOSES, Ground
from tests.oracle.ipsets import MAC, Sets
from tests.oracle.rulewords import (
    CHAINS,
    FLAGS,
    ICMP,
    ICMP6,
    INWARD,
    PLAIN,
    PORTED,
    RARE,
    STATES,
    STATUSES,
    TABLES,
    TYPES,
)


class Place(Struct, frozen=True):
    """Where a rule stands; the chain is a built-in one, or empty for a user chain that any may call."""

    family: Family
    table: str
    chain: str


class Matches:
    """`modules`: those that the kernel has, for a family."""

    def __init__(self, ground: Ground, sets: Sets, modules: frozenset[str]) -> None:
        self._ground = ground
        self._chance = ground.chance
        self._sets = sets
        self._modules = modules
        special: dict[str, Callable[[Place], str]] = {
            "iprange": self._iprange, "addrtype": self._addrtype, "conntrack": self._conntrack, "state": self._state,
            "mark": self._mark, "connmark": self._mark, "tos": self._tos, "rpfilter": self._rpfilter,
            "set": self._set, "policy": self._policy, "mac": lambda _: f"? --mac-source {MAC}",
            "devgroup": lambda _: "? --src-group 0x0",
        }  # fmt: skip
        plain = {name: lambda _, texts=texts: self._chance.choice(texts) for name, texts in PLAIN.items()}
        self._made = {name: each for name, each in (plain | special).items() if name in modules}

    def texts(self, place: Place, protocol: str) -> Iterator[str]:
        """Of one rule, whose protocol is said already where it is not empty."""
        for option, likely in (("-s", 0.2), ("-d", 0.25)):
            if self._chance.random() < likely:
                yield self._address(place.family, option)
        if self._chance.random() < 0.25:
            yield self._device(place.chain)
        if protocol and self._chance.random() < 0.75:
            yield self._of_protocol(protocol)
        for name in self._chance.sample(sorted(self._made), min(self._chance.choice((0, 0, 1, 1, 2)), len(self._made))):
            yield self.text(place, name)

    def text(self, place: Place, name: str) -> str:
        """Empty where the kernel does not have it, or not here."""
        is_here = place.chain in CHAINS.get(name, (place.chain,)) and place.table in TABLES.get(name, (place.table,))
        is_here = is_here and (name != "set" or bool(self._sets.find(place.family)))
        if name not in self._made or not is_here or (name in RARE and self._chance.random() < 0.8):
            return ""
        return self._said(name, self._made[name](place))

    def _said(self, module: str, text: str) -> str:
        return " ".join(f"-m {module} {text.replace('?', self._not())}".split())

    def _not(self) -> str:
        return "!" if self._chance.random() < 0.15 else ""

    def _address(self, family: Family, option: str) -> str:
        values = [*self._ground.prefixes(family), *self._ground.own(family)]
        values.append(self._ground.neighbour(family, self._chance.randrange(len(self._ground.devices))))
        values.append("0.0.0.0/1" if family == 4 else "2001:db8::/33")
        value = self._chance.choice(values)
        return f"{option} ! {value}" if self._chance.random() < 0.03 else f"{self._not()} {option} {value}"

    def _device(self, chain: str) -> str:
        letters = {"PREROUTING": "i", "INPUT": "i", "OUTPUT": "o", "POSTROUTING": "o"}.get(chain, "io")
        name = self._chance.choice([*self._ground.names, "eth+", "none0"])
        return f"{self._not()} -{self._chance.choice(letters)} {name}"

    def _port(self) -> str:
        one, other = sorted(self._chance.sample(PORTS, 2))
        return self._chance.choice([str(one), str(one), str(other), f"{one}:{other}", f":{one}", f"{other}:"])

    def _of_protocol(self, protocol: str) -> str:
        if protocol in PORTED and "multiport" in self._modules and self._chance.random() < 0.2:
            return self._said("multiport", self._multiport())
        if protocol == "tcp" and "tcpmss" in self._modules and self._chance.random() < 0.05:
            return self._said("tcpmss", self._chance.choice(("? --mss 1460", "? --mss 500:1400", "? --mss 1:65535")))
        match protocol:
            case "tcp":
                return self._said("tcp", self._tcp())
            case "udp" | "sctp" | "dccp" if protocol in self._modules:
                return self._said(protocol, f"? --{self._chance.choice(['sport', 'dport', 'dport'])} {self._port()}")
            case "icmp":
                return self._said("icmp", f"? --icmp-type {self._chance.choice(ICMP)}")
            case "ipv6-icmp":
                return self._said("icmp6", f"? --icmpv6-type {self._chance.choice(ICMP6)}")
            case "esp" | "ah" if protocol in self._modules:
                return self._said(protocol, f"? --{protocol}spi 256:{self._chance.choice([256, 1000])}")
        return ""

    def _tcp(self) -> str:
        mask = self._chance.sample(FLAGS, self._chance.randint(1, 6))
        wanted = ",".join(self._chance.sample(mask, self._chance.randint(0, len(mask)))) or "NONE"
        return self._chance.choice([
            f"? --dport {self._port()}", f"? --dport {self._port()}", f"? --sport {self._port()}", "? --syn",
            f"? --tcp-flags {','.join(mask)} {wanted}", "? --tcp-option 2", f"--sport 1024: ? --dport {self._port()}",
        ])  # fmt: skip

    def _multiport(self) -> str:
        chosen = self._chance.sample(PORTS, self._chance.randint(1, 7))
        words = [str(port) for port in chosen] + (["2000:3000"] if self._chance.random() < 0.3 else [])
        return f"? {self._chance.choice(['--dports', '--sports', '--ports'])} {','.join(words)}"

    def _iprange(self, place: Place) -> str:
        low, high = ("10.0.0.3", "10.0.1.77") if place.family == 4 else ("2001:db8::3", "2001:db8:1::4d")
        return f"? --{self._chance.choice(['src', 'dst'])}-range {low}-{high}"

    def _addrtype(self, place: Place) -> str:
        types = ",".join(self._chance.sample(TYPES[place.family], self._chance.choice((1, 1, 2))))
        ways = {"PREROUTING": ["in"], "INPUT": ["in"], "FORWARD": ["in", "out"]}.get(place.chain, ["out"])
        tail = f" --limit-iface-{self._chance.choice(ways)}" if self._chance.random() < 0.2 else ""
        return f"? --{self._chance.choice(['src', 'dst'])}-type {types}{tail}"

    def _conntrack(self, place: Place) -> str:
        chance = self._chance
        end = chance.choice(("origsrc", "origdst", "replsrc", "repldst"))
        states = ",".join(chance.sample([*STATES, "DNAT", "SNAT"], chance.choice((1, 1, 2, 3))))
        prefix = chance.choice([*self._ground.prefixes(place.family), *self._ground.own(place.family)])
        return chance.choice([
            *[f"? --ctstate {states}"] * 4, f"--ctdir {chance.choice(['ORIGINAL', 'REPLY'])}",
            f"? --ctstatus {','.join(chance.sample(STATUSES, 2))}", f"? --ct{end} {prefix}",
            f"? --ct{end}port {self._port().strip(':')}", f"? --ctproto {chance.choice(['tcp', '17'])}",
        ])  # fmt: skip

    def _state(self, _: Place) -> str:
        return f"? --state {','.join(self._chance.sample(STATES, self._chance.choice((1, 2, 3))))}"

    def _mark(self, _: Place) -> str:
        mark = self._chance.choice(self._ground.marks)
        said = self._chance.choice([f"{mark:#x}", f"{mark:#x}/{mark:#x}", f"{mark & 0xF:#x}/0xf", "0x0"])
        return f"? --mark {said}"

    def _tos(self, _: Place) -> str:
        tos = self._chance.choice(TOSES)
        return f"? --tos {self._chance.choice([f'{tos:#x}/0xff', f'{tos:#x}/0x3f', '0x10', '0x10/0x18'])}"

    def _rpfilter(self, _: Place) -> str:
        options = ("--loose", "--validmark", "--accept-local", "--invert")
        return " ".join(self._chance.sample(options, self._chance.randint(0, 2)))

    def _set(self, place: Place) -> str:
        found = self._sets.find(place.family)
        chosen = self._chance.choice(found)
        flags = ",".join(self._chance.choice(["src", "dst"]) for _ in range(chosen.dimensions))
        return f"? --match-set {chosen.name} {flags}{self._chance.choice(['', '', '', '', ' --return-nomatch'])}"

    def _policy(self, place: Place) -> str:
        way = "in" if place.chain in INWARD else "out"
        return f"--dir {way} --pol {self._chance.choice(['none', 'none', 'ipsec'])}"
