"""Sets, and rules of iptables-legacy, that were loaded once, to be put into other namespaces without a tool.

In the kernel's form of a rule, chains are offsets and sets are numbers, which count from 0 in the order in which the
sets of a namespace were made (find_free_id in net/netfilter/ipset/ip_set_core.c).
"""

from collections.abc import Mapping, Sequence
from contextlib import closing
from hashlib import sha256
from threading import Lock

import msgspec
from msgspec import Struct

from backend.lab.build.refused import Outcome
from backend.lab.build.sets import SetsOutcome
from backend.lab.kernel import ipset
from backend.lab.kernel.channel import NETFILTER, Channel
from backend.lab.kernel.namespace import inside
from backend.lab.kernel.netlink import Message
from backend.lab.kernel.xtables import Table, read_table, table_socket, write_table
from backend.lab.plan.operation import RuleLine, SetLine
from backend.model.address import Family

LIMIT = 1 << 27
"""Bytes that are kept."""


class CompiledRules(Struct, frozen=True):
    family: Family
    outcome: Outcome
    tables: tuple[Table, ...]

    @property
    def size(self) -> int:
        return sum(len(table.entries) for table in self.tables)


class CompiledSets(Struct, frozen=True):
    outcome: SetsOutcome
    messages: tuple[Message, ...]

    @property
    def size(self) -> int:
        return sum(len(message.body) for message in self.messages)


Compiled = CompiledRules | CompiledSets


class Store:
    """What a process keeps for the labs that it builds; those not used for longest are forgotten."""

    def __init__(self, limit: int = LIMIT) -> None:
        self._limit = limit
        self._known: dict[bytes, Compiled] = {}
        self._fresh: set[bytes] = set()
        self._lock = Lock()

    def find(self, key: bytes) -> Compiled | None:
        with self._lock:
            found = self._known.pop(key, None)
            if found is not None:
                self._known[key] = found
            return found

    def families(self) -> set[Family]:
        """Those of which legacy has loaded rules here."""
        with self._lock:
            return {each.family for each in self._known.values() if isinstance(each, CompiledRules)}

    def add(self, compiled: Mapping[bytes, Compiled]) -> None:
        with self._lock:
            self._known |= compiled
            left = sum(each.size for each in self._known.values()) - self._limit
            for key in list(self._known):
                if left > 0:
                    left -= self._known.pop(key).size

    def keep(self, key: bytes, compiled: Compiled) -> None:
        self.add({key: compiled})
        self._fresh.add(key)

    def taken(self) -> dict[bytes, Compiled]:
        """What was not there before, to be told to who builds the next lab."""
        fresh, self._fresh = self._fresh, set()
        return {key: self._known[key] for key in fresh if key in self._known}


STORE = Store()
"""A process that is forked begins with what its parent has."""


def key_of(*said: Family | Sequence[RuleLine | SetLine] | Sequence[str]) -> bytes:
    """Of all that decides what is loaded."""
    return sha256(msgspec.msgpack.encode(said)).digest()


def compile_rules(descriptor: int, family: Family, outcome: Outcome) -> CompiledRules:
    """What was loaded in a namespace, as it stands there."""
    names = dict.fromkeys(line.table for line in outcome.lines)
    if not names:
        return CompiledRules(family, outcome, ())
    with inside(descriptor):
        channel = table_socket(family)
    with closing(channel):
        return CompiledRules(family, outcome, tuple(read_table(channel, name) for name in names))


def put_rules(descriptor: int, compiled: CompiledRules) -> None:
    if not compiled.tables:
        return
    with inside(descriptor):
        channel = table_socket(compiled.family)
    with closing(channel):
        for table in compiled.tables:
            write_table(channel, table)


def compile_sets(descriptor: int, outcome: SetsOutcome) -> CompiledSets:
    with inside(descriptor):
        channel = Channel(NETFILTER)
    with closing(channel):
        return CompiledSets(outcome, tuple(ipset.copies(channel.ask(ipset.list_sets()), outcome.names)))


def put_sets(descriptor: int, compiled: CompiledSets) -> None:
    with inside(descriptor):
        channel = Channel(NETFILTER)
    with closing(channel):
        for message in compiled.messages:  # each may be as large as a socket takes
            for _, reason in channel.send([message]):
                raise OSError(reason)
