"""Carries a plan out, in the process that calls, which has namespaces of its own already."""

import os
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import groupby
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from backend.lab.build import encode
from backend.lab.build.encode import EncodeError
from backend.lab.build.load import Load, load
from backend.lab.build.loaded import Loaded
from backend.lab.build.settings import Settings
from backend.lab.build.space import Refusal, Space, Spaces
from backend.lab.kernel import rtnetlink
from backend.lab.kernel.namespace import inside
from backend.lab.kernel.netlink import Message
from backend.lab.plan.operation import (
    AddAddress,
    AddRoute,
    AddRule,
    Carrier,
    Configure,
    MakeBridge,
    MakeLink,
    MakeNamespace,
    Operation,
    Plan,
    SetLink,
    SetSysctl,
)

CARRIER_S = 5.0
RETRY_MS = 100
"""Neighbours of a lab answer at once or never."""
FAMILIES = (rtnetlink.INET, rtnetlink.INET6)
TENTATIVE = 0x40
"""IFA_F_TENTATIVE of include/uapi/linux/if_addr.h."""


class Built(Struct, frozen=True):
    """A lab as it stands."""

    descriptors: dict[str, int]
    """Namespace → its open file in this process."""
    indexes: dict[str, dict[str, int]]
    """Namespace → its devices by name."""
    refusals: list[Refusal]
    loaded: Loaded

    def close(self) -> None:
        """The namespaces have no other name than their descriptors, and are gone with them."""
        for descriptor in self.descriptors.values():
            os.close(descriptor)


def apply(plan: Plan, standing: Mapping[str, int] | None = None) -> Built:
    """All of it that can be had; what is refused is told.

    What depends on something that was refused may be refused too. `standing` are descriptors of namespaces that are
    there already, to which something is added.
    """
    # The new ones first: what holds in them before anything is set is asked of the first.
    spaces = Space.make(each.namespace for each in plan.operations if isinstance(each, MakeNamespace))
    spaces |= {name: Space.of(descriptor) for name, descriptor in (standing or {}).items()}
    descriptors = {name: space.descriptor for name, space in spaces.items()}
    settings = Settings(plan.operations, spaces)
    refusals: list[Refusal] = []
    with ThreadPoolExecutor(1) as aside:
        # Sets and rules name devices and addresses, but need none.
        rules = [each for each in plan.operations if isinstance(each, Load)]
        loading = aside.submit(load, rules, spaces, plan.backends)
        for stage, group in groupby((each for each in plan.operations if not isinstance(each, Load)), key=_stage):
            refusals += _do(stage, list(group), spaces, settings, plan.carriers)
        loaded, refused = loading.result()
    for space in spaces.values():
        space.channel.close()
    indexes = {name: space.indexes for name, space in spaces.items()}
    routers = {namespace: name for name, namespace in plan.namespaces.items()}
    told = [replace(each, router=each.router or routers.get(each.namespace, "")) for each in refusals + refused]
    return Built(descriptors, indexes, told, loaded)


def _stage(operation: Operation) -> str:
    match operation:
        case MakeNamespace():
            return "namespaces"
        case MakeLink() | MakeBridge():
            return "links"
        case SetSysctl():
            return "settings"
        case _:
            return "configure"


def _do(
    stage: str, operations: Sequence[Operation], spaces: Spaces, settings: Settings, carriers: Sequence[Carrier]
) -> Iterable[Refusal]:
    match stage:
        case "links":
            return _link(operations, spaces)
        case "settings":
            return settings.set(operations)
        case "configure":
            return _bring_up(operations, spaces, carriers)
        case _:
            return ()


def _link(operations: Sequence[Operation], spaces: Spaces) -> list[Refusal]:
    refusals = []
    descriptors = {name: space.descriptor for name, space in spaces.items()}
    for namespace, mine in _by_namespace(operations).items():
        cables = [each for each in mine if isinstance(each, MakeLink | MakeBridge)]
        refused = spaces[namespace].channel.send([encode.cable(each, descriptors) for each in cables])
        refusals += [Refusal(namespace, cables[at].text, reason) for at, reason in refused]
    for space in spaces.values():
        links = map(rtnetlink.read_link, space.channel.ask(rtnetlink.list_links()))
        space.indexes = {link.dev: link.index for link in links}
        patient = [each for name, each in space.indexes.items() if name != "lo"]
        space.channel.send([rtnetlink.set_patience(each, family, RETRY_MS) for each in patient for family in FAMILIES])
    return refusals


def _bring_up(operations: Sequence[Operation], spaces: Spaces, carriers: Sequence[Carrier]) -> Iterator[Refusal]:
    """Devices, then addresses, then routes: an IPv6 address may not be used, nor be named by a route as its src, while
    it is tentative, as it is without carrier, and until a worker of the kernel, which may have other work to do, has
    found that it need not look for duplicates (addrconf_dad_work in net/ipv6/addrconf.c)."""
    devices = [each for each in operations if isinstance(each, SetLink)]
    addresses = [each for each in operations if isinstance(each, AddAddress)]
    rest = [each for each in operations if not isinstance(each, SetLink | AddAddress)]
    waiting = {each.namespace for each in addresses if each.entry.address.version == 6}
    yield from _configure(devices, spaces)
    yield from _wait_for_carriers(carriers, spaces)
    yield from _configure(addresses, spaces)
    _wait_for_addresses(waiting, spaces, carriers)
    yield from _configure(rest, spaces)


def _wait_for_addresses(namespaces: Iterable[str], spaces: Spaces, carriers: Sequence[Carrier]) -> None:
    deadline = time.monotonic() + CARRIER_S
    for namespace in namespaces:
        devs = {each.dev for each in carriers if each.namespace == namespace}
        with inside(spaces[namespace].descriptor):
            while devs & _tentative() and time.monotonic() < deadline:
                time.sleep(0.0005)


def _tentative() -> set[str]:
    """Devices with such an address: of its line the fifth word are flags (if6_seq_show in net/ipv6/addrconf.c)."""
    lines = map(str.split, Path("/proc/thread-self/net/if_inet6").read_text().splitlines())
    return {words[5] for words in lines if int(words[4], 16) & TENTATIVE}


def _configure(operations: Sequence[Operation], spaces: Spaces) -> Iterator[Refusal]:
    for namespace, mine in _by_namespace(operations).items():
        space = spaces[namespace]
        told: list[tuple[Operation, Message]] = []
        for operation in mine:
            assert isinstance(operation, Configure)
            try:
                told += [(operation, message) for message in encode.messages(operation, space.indexes)]
            except EncodeError as error:
                yield _refusal(operation, str(error))
        for at, reason in space.channel.send([message for _, message in told]):
            yield _refusal(told[at][0], reason)


def _refusal(operation: Operation, reason: str) -> Refusal:
    section, line = _origin(operation)
    return Refusal(operation.namespace, operation.text, reason, section=section, line=line)


def _origin(operation: Operation) -> tuple[str, int]:
    """Section and line of the facts."""
    match operation:
        case AddRoute(_, route):
            return route.section, route.line
        case AddRule(_, rule):
            return rule.section, rule.line
        case AddAddress():
            return "interfaces", operation.line
        case _:
            return "", 0


def _by_namespace(operations: Sequence[Operation]) -> dict[str, list[Operation]]:
    found: dict[str, list[Operation]] = {}
    for operation in operations:
        found.setdefault(operation.namespace, []).append(operation)
    return found


def _wait_for_carriers(carriers: Sequence[Carrier], spaces: Spaces) -> Iterator[Refusal]:
    """A packet that is sent before the link is up is lost, and its ARP is not sent again for a second."""
    waiting: dict[str, set[str]] = {}
    for each in carriers:
        waiting.setdefault(each.namespace, set()).add(each.dev)
    deadline = time.monotonic() + CARRIER_S
    while waiting and time.monotonic() < deadline:
        waiting = {name: left for name, devs in waiting.items() if (left := devs - _ready(spaces[name]))}
        if waiting:
            time.sleep(0.0005)
    for namespace, devs in waiting.items():
        yield Refusal(namespace, f"link set dev {' '.join(sorted(devs))} up", "no carrier")


def _ready(space: Space) -> set[str]:
    links = map(rtnetlink.read_link, space.channel.ask(rtnetlink.list_links()))
    return {link.dev for link in links if link.is_ready}
