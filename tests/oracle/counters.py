"""What the kernel counted at each rule, beside how often netfilter told that the rule matched."""

import os
import re
import select
import socket
import subprocess
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress

from msgspec import Struct, structs

from backend.lab.build.apply import apply
from backend.lab.build.loaded import Loaded
from backend.lab.kernel.namespace import inside
from backend.lab.plan import plan
from backend.lab.plan.operation import Backend
from backend.lab.plan.tracing import Tracing
from backend.lab.process import Pipe, working
from backend.lab.watch.watch import Lost, Matched, Watch
from backend.model.address import Address, Family
from backend.model.flow import Service
from backend.model.network import Network

LINE = re.compile(r"\[(\d+):\d+\] -A (\S+)")
QUIET_S = 1.5
"""Longer than a connection waits before it sends its first packet again, which is ended before."""
AT_ONCE = 20
FAMILIES: tuple[tuple[Family, str], ...] = ((4, "iptables"), (6, "ip6tables"))
Rule = tuple[str, Family, str, str, int]
"""Namespace, family, table, chain, position from 1."""


class Sent(Struct, frozen=True):
    host: str
    destination: Address
    service: Service


class Counted(Struct, frozen=True):
    told: int
    differences: tuple[str, ...]


def counted(network: Network, backend: Backend, packets: Sequence[Sent]) -> Counted:
    with working(_work, (network, backend, packets)) as process:
        found = process.receive(120)
    assert isinstance(found, Counted)
    return found


def _work(pipe: Pipe, asked: tuple[Network, Backend, Sequence[Sent]]) -> None:
    network, backend, packets = asked
    planned = structs.replace(plan(network, Tracing()), backends=(backend,))
    built = apply(planned)
    routers = [planned.namespaces[router.name] for router in network.routers]
    told: Counter[Rule] = Counter()
    watched = {name: built.descriptors[name] for name in routers}
    with Watch(watched, backend, built.loaded.handles) as watch:
        for _ in _quiet(watch):
            pass  # neighbours that look for each other after the start
        before = counters(watched, backend)
        for first in range(0, len(packets), AT_ONCE):
            for each in packets[first : first + AT_ONCE]:
                _send(built.descriptors[planned.namespaces[each.host]], each)
            told.update(_quiet(watch, 0.02))
        told.update(_quiet(watch))
        counts = counters(watched, backend) - before
    pipe.send(compared(built.loaded, counts, told))


def compared(loaded: Loaded, counts: Counter[Rule], told: Counter[Rule]) -> Counted:
    rules = {(*chain, at): number for chain, known in loaded.numbers.items() for at, number in enumerate(known, 1)}
    # Our own rules begin to tell, and are not told of by every kernel; behind the last rule stands the policy.
    wrong = sorted(rule for rule, number in rules.items() if number and counts[rule] != told[rule])
    differences = tuple(f"{rule}: {counts[rule]} counted, {told[rule]} told" for rule in wrong)
    return Counted(sum(told[rule] for rule in rules), differences)


def _quiet(watch: Watch, patience_s: float = QUIET_S) -> Iterator[Rule]:
    """What is told until nothing is for a while."""
    while select.select([watch], [], [], patience_s)[0]:
        for each in watch.read():
            assert not isinstance(each, Lost)
            if isinstance(each, Matched) and each.event.position:
                event = each.event
                yield each.namespace, event.family, event.table, event.chain, event.position


def _send(namespace: int, packet: Sent) -> None:
    """Nobody waits for an answer."""
    family = socket.AF_INET if packet.destination.version == 4 else socket.AF_INET6
    kind = socket.SOCK_STREAM if packet.service.protocol == "tcp" else socket.SOCK_DGRAM
    with inside(namespace), socket.socket(family, kind | socket.SOCK_NONBLOCK) as sender, suppress(OSError):
        sender.connect((str(packet.destination), packet.service.port))
        sender.send(b"?")


def counters(namespaces: Mapping[str, int], backend: Backend) -> Counter[Rule]:
    found: Counter[Rule] = Counter()
    for namespace, descriptor in namespaces.items():
        for family, name in FAMILIES:
            for table, chain, position, count in _rules(descriptor, f"{name}-{backend.value}-save"):
                found[namespace, family, table, chain, position] = count
    return found


def _rules(descriptor: int, tool: str) -> Iterator[tuple[str, str, int, int]]:
    command = ["nsenter", f"--net=/proc/{os.getpid()}/fd/{descriptor}", tool, "-c"]
    table, positions = "", Counter[str]()
    for line in subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines():
        found = LINE.match(line)
        if line.startswith("*"):
            table, positions = line[1:], Counter()
        elif found is not None:
            positions[found[2]] += 1
            yield table, found[2], positions[found[2]], int(found[1])
