"""Who is in a lab, and which machine a person means. Pure."""

from collections.abc import Iterable, Iterator

from msgspec import Struct

from backend.lab.error import LabError
from backend.lab.plan.internet import INTERNET
from backend.lab.plan.operation import AddAddress, Operation, Plan, SetLink
from backend.lab.plan.place import check_address
from backend.model.address import Address, Family, parse_address
from backend.model.network import Network

OUTSIDE = "internet"
SHOWN = 60


class UsageError(LabError):
    """What a person asked for cannot be meant; the text names the value."""


class Machine(Struct, frozen=True):
    name: str
    namespace: str
    kind: str
    """`router`, `host`, `internet`, or `by hand`: a host that was added."""
    addresses: dict[Address, str] = {}
    """Those by which others know it, with the device that has each."""


class Pair(Struct, frozen=True):
    """Who sends, and to which address."""

    sender: Machine
    source: Address | None
    """None: the one that the machine itself chooses."""
    destination: Address
    receiver: Machine | None = None
    """None: nobody in the lab has the address."""


class Machines:
    def __init__(self, machines: Iterable[Machine]) -> None:
        self._by_name = {machine.name: machine for machine in machines}

    def __iter__(self) -> Iterator[Machine]:
        return iter(self._by_name.values())

    def __contains__(self, name: str) -> bool:
        return name in self._by_name

    def add(self, machine: Machine) -> None:
        self._by_name[machine.name] = machine

    def remove(self, name: str) -> Machine:
        return self._by_name.pop(name)

    def with_address(self, address: Address) -> list[Machine]:
        return [machine for machine in self if address in machine.addresses]

    def names(self, address: Address) -> str:
        """Of those that have the address, as far as they are known."""
        return " or ".join(machine.name for machine in self.with_address(address))

    def meant(self, text: str, field: str = "machine") -> Machine:
        """By its name or by one of its addresses."""
        return self._sender(text.strip(), field)[0]

    def pair(self, source: str, destination: str, family: Family | None = None) -> Pair:
        sender, own = self._sender(source.strip(), "source")
        receiver, addresses = self._receiver(destination.strip(), "destination")
        families = {own.version} if own is not None else {each.version for each in sender.addresses}
        families &= {4, 6} if family is None else {family}
        for address in addresses:
            if address.version in families:
                return Pair(sender, own, address, receiver)
        kind = f"an IPv{family} address" if family is not None else "addresses of one family"
        raise UsageError(f"source {shown(source)} and destination {shown(destination)} do not both have {kind}")

    def _sender(self, text: str, field: str) -> tuple[Machine, Address | None]:
        if text in self._by_name:
            return self._by_name[text], None
        address = self._address(text, field)
        found = self.with_address(address)
        if not found:
            raise UsageError(f"{field}: no machine of this lab has the address {address}; `host add` makes one")
        if len(found) > 1:
            raise UsageError(f"{field}: {address} is an address of {self.names(address)}: name the machine")
        return found[0], address

    def _receiver(self, text: str, field: str) -> tuple[Machine | None, list[Address]]:
        if text in self._by_name:
            machine = self._by_name[text]
            return machine, list(machine.addresses)
        address = self._address(text, field)
        try:
            check_address(address, "that one machine has")
        except LabError as error:
            raise UsageError(f"{field}: {error}") from None
        return next(iter(self.with_address(address)), None), [address]

    def _address(self, text: str, field: str) -> Address:
        try:
            return parse_address(text)
        except ValueError:
            raise UsageError(
                f"{field}: {shown(text)} is neither a machine of this lab nor an address; `network status` lists all"
            ) from None


def machines_of(network: Network, plan: Plan) -> Machines:
    routers = {router.name for router in network.routers}
    addresses = addresses_of(plan.operations)
    found = []
    for name, namespace in plan.namespaces.items():
        kind = "router" if name in routers else "host"
        if namespace == INTERNET:
            kind, name = "internet", OUTSIDE if OUTSIDE not in plan.namespaces else INTERNET
        found.append(Machine(name, namespace, kind, addresses.get(namespace, {})))
    return Machines(found)


def addresses_of(operations: Iterable[Operation]) -> dict[str, dict[Address, str]]:
    """Namespace → its addresses, those of devices that are up first: what is down cannot be reached by them."""
    up = {(each.namespace, each.dev) for each in operations if isinstance(each, SetLink) and each.is_up}
    added = [each for each in operations if isinstance(each, AddAddress)]
    found: dict[str, dict[Address, str]] = {}
    for each in sorted(added, key=lambda each: (each.namespace, each.dev) not in up):
        address = each.entry.address
        if not address.is_loopback and not address.is_link_local:
            found.setdefault(each.namespace, {}).setdefault(address, each.dev)
    return found


def shown(value: object) -> str:
    text = str(value)
    return repr(text if len(text) <= SHOWN else f"{text[:SHOWN]}…")
