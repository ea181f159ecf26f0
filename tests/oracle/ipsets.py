"""Random sets of addresses and ports for the rules of a router."""

from random import Random

from msgspec import Struct

from backend.model.address import Family
from tests.oracle.grounds import PORTS, Ground

PROTOCOLS = ("tcp", "udp")
MAC = "02:00:00:00:00:01"


class Kind(Struct, frozen=True):
    type: str
    options: tuple[str, ...]
    elements: str
    """A letter for each: a(ddress), n(etwork), r(ange), p(ort), P(rotocol and port), i(nterface), m(ac), k (mark)."""


KINDS = (
    Kind("bitmap:ip", ("range 10.0.0.0/16",), "b"),
    Kind("bitmap:ip", ("range 10.0.0.0/16 netmask 26",), "b"),
    Kind("bitmap:ip,mac", ("range 10.0.0.0/16",), "bm"),
    Kind("bitmap:port", ("range 0-65535",), "p"),
    Kind("hash:ip", ("", "netmask 24", "timeout 3600", "comment"), "r"),
    Kind("hash:ip,mark", ("", "markmask 0xff"), "ak"),
    Kind("hash:ip,mac", ("",), "am"),
    Kind("hash:mac", ("",), "m"),
    Kind("hash:ip,port", ("", "counters"), "aP"),
    Kind("hash:ip,port,ip", ("",), "aPa"),
    Kind("hash:ip,port,net", ("",), "aPn"),
    Kind("hash:net", ("", "counters", "skbinfo"), "n"),
    Kind("hash:net,net", ("",), "nn"),
    Kind("hash:net,port", ("",), "nP"),
    Kind("hash:net,port,net", ("",), "nPn"),
    Kind("hash:net,iface", ("",), "ni"),
)
OF_ADDRESSES = frozenset("anrb")


class Made(Struct, frozen=True):
    name: str
    dimensions: int
    family: Family | None
    """None for ports and macs."""
    is_scratch: bool = False
    """Rules may change it, and so none looks at it."""


class Sets:
    """`types`: those that the kernel has."""

    def __init__(self, ground: Ground, types: frozenset[str]) -> None:
        self._ground = ground
        self._chance: Random = ground.chance
        kinds = [kind for kind in KINDS if kind.type in types]
        self.made: list[Made] = []
        self._lines: list[str] = []
        for number in range(self._chance.randint(0, 6) if kinds else 0):
            self._make(f"s{number}", self._chance.choice(kinds))
        self._make_lists("list:set" in types)
        if "hash:ip" in types:
            for family, name in ((4, "seen4"), (6, "seen6")):
                self._lines.append(f"create {name} hash:ip family {'inet6' if family == 6 else 'inet'} timeout 600")
                self.made.append(Made(name, 1, 6 if family == 6 else 4, is_scratch=True))

    @property
    def text(self) -> str:
        created = [line for line in self._lines if line.startswith("create")]
        return "\n".join([*created, *(line for line in self._lines if line.startswith("add"))]) + "\n"

    def find(self, family: Family, is_scratch: bool = False) -> list[Made]:
        return [each for each in self.made if each.family in (family, None) and each.is_scratch == is_scratch]

    def _make(self, name: str, kind: Kind) -> None:
        family: Family | None = None
        options = self._chance.choice(kind.options)
        if set(kind.elements) & OF_ADDRESSES:
            family = 4 if "b" in kind.elements else self._chance.choice((4, 4, 6))
        if family is not None and "b" not in kind.elements:
            options = (
                f"family inet{'6' if family == 6 else ''} {options.replace('24', '64') if family == 6 else options}"
            )
        self._lines.append(f"create {name} {kind.type} {options}".strip())
        entries = dict.fromkeys(self._entry(kind, family or 4) for _ in range(self._chance.choice((0, 1, 3, 8, 20))))
        for entry in entries:
            can_exclude = "n" in kind.elements and self._chance.random() < 0.2
            self._lines.append(f"add {name} {entry}{' nomatch' if can_exclude else ''}")
        self.made.append(Made(name, len(kind.elements), family))

    def _entry(self, kind: Kind, family: Family) -> str:
        return ",".join(self._element(letter, family) for letter in kind.elements)

    def _element(self, letter: str, family: Family) -> str:
        chance, ground = self._chance, self._ground
        address = ground.neighbour(family, chance.randrange(len(ground.devices)))
        far = chance.choice(ground.prefixes(family)).partition("/")[0]
        match letter:
            case "n":
                return chance.choice([*ground.prefixes(family), address])
            case "r":
                return chance.choice(
                    [address, far, f"10.0.0.4-10.0.0.{chance.randint(5, 200)}" if family == 4 else far]
                )
            case "p":
                return chance.choice([str(chance.choice(PORTS)), "1000-2000"])
            case "P":
                word = chance.choice([*(f"{name}:" for name in PROTOCOLS), ""])
                return word + str(chance.choice(PORTS)) if chance.random() < 0.9 else self._icmp(family)
            case "i":
                return chance.choice(ground.names)
            case "m":
                return MAC
            case "k":
                return hex(chance.choice(ground.marks))
        return address if letter == "b" else chance.choice([address, far])

    def _icmp(self, family: Family) -> str:
        return "icmpv6:echo-request" if family == 6 else "icmp:echo-request"

    def _make_lists(self, is_possible: bool) -> None:
        members = [each for each in self.made if each.dimensions == 1]
        if is_possible and members and self._chance.random() < 0.5:
            self._lines.append("create l0 list:set size 8")
            for each in self._chance.sample(members, min(len(members), 3)):
                self._lines.append(f"add l0 {each.name}")
            families = {each.family for each in members}
            self.made.append(Made("l0", 1, families.pop() if len(families) == 1 else None))
