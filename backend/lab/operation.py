"""What is done to build a lab, as data. Namespaces, devices and texts have been checked by the plan."""

from msgspec import Struct


class MakeNamespace(Struct, frozen=True, tag=True):
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


class MakeLink(Struct, frozen=True, tag=True):
    """A cable."""

    one: End
    other: End

    @property
    def namespace(self) -> str:
        return self.one.namespace

    @property
    def text(self) -> str:
        return f"link add {self.one.text} type veth peer {self.other.text}"


class MakeBridge(Struct, frozen=True, tag=True):
    """A switch for a segment with more than two ends."""

    namespace: str
    dev: str

    @property
    def text(self) -> str:
        return f"link add name {self.dev} netns {self.namespace} type bridge mcast_snooping 0"


class SetSysctl(Struct, frozen=True, tag=True):
    namespace: str
    key: str
    """In path form, below /proc/sys."""
    value: str

    @property
    def text(self) -> str:
        return f"{self.key} = {self.value}"


class Configure(Struct, frozen=True, tag=True):
    """Arguments of `ip` that set something in one namespace: addresses, links, routes, policy rules."""

    namespace: str
    text: str
    family: int = 0
    """4 or 6 where the arguments alone do not say it, as with `route add default dev tun0`."""


class LoadSets(Struct, frozen=True, tag=True):
    """Input of `ipset restore`."""

    namespace: str
    text: str


class LoadRules(Struct, frozen=True, tag=True):
    """Input of `iptables-restore` or `ip6tables-restore`."""

    namespace: str
    family: int
    text: str


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


class Plan(Struct, frozen=True):
    namespaces: dict[str, str]
    """Router or host → its namespace."""
    operations: tuple[Operation, ...] = ()
    """In the order in which they are done."""
    carriers: tuple[Carrier, ...] = ()
    omissions: tuple[Omission, ...] = ()
    internet: str | None = None
    """The namespace that stands for the internet: it has the addresses of the gateways' unknown next hops."""
