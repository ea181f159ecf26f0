"""What is done to build a lab, as data. Namespaces, devices and texts have been checked by the plan."""

from collections.abc import Iterable
from enum import StrEnum

from msgspec import Struct

from backend.lab.plan import arguments
from backend.model.address import Address, Family
from backend.model.interface import InterfaceAddress
from backend.model.policy import PolicyRule
from backend.model.route import Route


class MakeNamespace(Struct, frozen=True):
    namespace: str

    @property
    def text(self) -> str:
        return f"netns add {self.namespace}"


class End(Struct, frozen=True):
    """One end of a cable."""

    namespace: str
    dev: str
    mac: str | None = None
    mtu: int = 1500
    index: int = 0
    """As the router's own facts count; 0: whichever is free."""

    @property
    def text(self) -> str:
        words = ["name", self.dev, "netns", self.namespace, "mtu", str(self.mtu)]
        words += ["address", self.mac] if self.mac else []
        return " ".join(words + (["index", str(self.index)] if self.index else []))


class MakeLink(Struct, frozen=True):
    """A cable."""

    one: End
    other: End

    @property
    def namespace(self) -> str:
        return self.one.namespace

    @property
    def text(self) -> str:
        return f"link add {self.one.text} type veth peer {self.other.text}"


class MakeBridge(Struct, frozen=True):
    """A switch for a segment with more than two ends."""

    namespace: str
    dev: str

    @property
    def text(self) -> str:
        return f"link add name {self.dev} netns {self.namespace} type bridge mcast_snooping 0"


class SetSysctl(Struct, frozen=True):
    namespace: str
    key: str
    """In path form, below /proc/sys."""
    value: str

    @property
    def text(self) -> str:
        return f"{self.key} = {self.value}"


class SetLink(Struct, frozen=True):
    """What is None stays as it is."""

    namespace: str
    dev: str
    is_up: bool | None = None
    has_arp: bool | None = None
    master: str | None = None
    group: str | None = None
    has_generated_addresses: bool | None = None
    """Whether the kernel makes a link-local address by itself."""

    @property
    def text(self) -> str:
        words = ["link set dev", self.dev]
        words += ["addrgenmode none"] if self.has_generated_addresses is False else []
        words += [f"group {self.group}"] if self.group is not None else []
        words += [f"master {self.master}"] if self.master is not None else []
        words += ["arp on" if self.has_arp else "arp off"] if self.has_arp is not None else []
        words += ["up" if self.is_up else "down"] if self.is_up is not None else []
        return " ".join(words)


class AddAddress(Struct, frozen=True):
    namespace: str
    dev: str
    entry: InterfaceAddress
    has_route: bool = True
    """Whether the kernel adds the connected route."""
    line: int = 0
    """Of the facts, where the interface is."""

    @property
    def text(self) -> str:
        return arguments.address(self.entry, self.dev, self.has_route)


class AddNeighbor(Struct, frozen=True):
    """Who has an address on a link, so that nobody asks for it."""

    namespace: str
    dev: str
    address: Address
    mac: str

    @property
    def text(self) -> str:
        return f"neigh add {self.address} lladdr {self.mac} dev {self.dev} nud permanent"


class AddRoute(Struct, frozen=True):
    namespace: str
    route: Route

    @property
    def text(self) -> str:
        return arguments.route(self.route)


class AddRule(Struct, frozen=True):
    namespace: str
    rule: PolicyRule

    @property
    def text(self) -> str:
        return arguments.policy_rule(self.rule)


class DeleteRule(Struct, frozen=True):
    namespace: str
    rule: PolicyRule

    @property
    def text(self) -> str:
        return arguments.policy_rule(self.rule, "delete")


class SetLine(Struct, frozen=True):
    """A line of the input of `ipset restore`."""

    text: str
    name: str
    """Of the set."""
    line: int = 0
    """Of the facts."""
    flaw: str = ""
    """Why it cannot be said to the tool."""
    is_create: bool = False


class LoadSets(Struct, frozen=True):
    """All sets before all entries, since a set may be an entry of another."""

    namespace: str
    lines: tuple[SetLine, ...]
    router: str = ""
    section: str = "ipset_save"

    @property
    def text(self) -> str:
        """Input of `ipset restore`."""
        return joined(self.lines)


class RuleLine(Struct, frozen=True):
    """A line of the input of `iptables-restore`; only that of a rule has a chain."""

    text: str
    table: str = ""
    chain: str = ""
    number: int = 0
    """Of the rule in its chain, as the facts count; 0: a rule of the lab's own; below: one that matches when the rule
    of that number may."""
    line: int = 0
    """Of the facts."""
    flaw: str = ""
    """Why it cannot be said to the tool."""


class LoadRules(Struct, frozen=True):
    namespace: str
    family: Family
    lines: tuple[RuleLine, ...]
    router: str = ""

    @property
    def text(self) -> str:
        """Input of `iptables-restore` or `ip6tables-restore`."""
        return joined(self.lines)

    @property
    def section(self) -> str:
        return "iptables_save" if self.family == 4 else "ip6tables_save"


def joined(lines: Iterable[SetLine | RuleLine]) -> str:
    """Those that can be said."""
    return "".join(f"{each.text}\n" for each in lines if not each.flaw)


Configure = SetLink | AddAddress | AddNeighbor | AddRoute | AddRule | DeleteRule
"""What is set in one namespace by netlink."""
Operation = MakeNamespace | MakeLink | MakeBridge | SetSysctl | Configure | LoadSets | LoadRules


class Omission(Struct, frozen=True):
    """What of the network the lab does not have, and why."""

    router: str
    text: str
    reason: str


class Carrier(Struct, frozen=True):
    """A device that has to have its carrier before the lab is ready: a packet sent earlier is lost."""

    namespace: str
    dev: str


class Backend(StrEnum):
    """The two kinds of iptables. A lab has rules of one kind only, since packets would pass both."""

    LEGACY = "legacy"
    NFT = "nft"


class Device(Struct, frozen=True):
    """An end of a cable, beside the other one: what is sent out of that one arrives here."""

    end: End
    other: End


class Plan(Struct, frozen=True):
    namespaces: dict[str, str]
    """Router or host → its namespace."""
    operations: tuple[Operation, ...] = ()
    """In the order in which they are done."""
    carriers: tuple[Carrier, ...] = ()
    omissions: tuple[Omission, ...] = ()
    internet: str | None = None
    """The namespace that stands for the internet: it has the addresses of the gateways' unknown next hops."""
    backends: tuple[Backend, ...] = tuple(Backend)
    """What may load the rules; the first that works does."""

    def devices(self) -> dict[str, dict[str, Device]]:
        """Namespace → name → the device; switches' are in theirs. All have an index, a router's those of its facts."""
        found: dict[str, dict[str, Device]] = {}
        for each in self.operations:
            if isinstance(each, MakeLink):
                for end, other in ((each.one, each.other), (each.other, each.one)):
                    found.setdefault(end.namespace, {})[end.dev] = Device(end, other)
        return found
