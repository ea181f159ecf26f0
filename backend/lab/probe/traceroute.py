"""The way of packets hop by hop: probes that live for one router more each time, and who said that they died there."""

import time

from msgspec import Struct

from backend.lab.kernel.namespace import inside
from backend.lab.probe.icmp import Ear, Heard, answered, is_time_exceeded, not_sent, words
from backend.lab.probe.loop import Loop, Steps
from backend.lab.probe.senders import SENDERS, Asked, Key
from backend.lab.watch.packet import ICMP, ICMPV6, Packet
from backend.model.address import Address

PACE_S = 0.005
"""A hop that has not answered by then is not waited for before the next one is asked."""
WAIT_S = 1.0
SETTLED_S = 0.2
"""When the end has answered, what was sent before and is not answered is not on its way any more."""


class Answer(Struct, frozen=True):
    """What came of one probe."""

    text: str
    sender: Address | None
    rtt_ms: float
    is_end: bool
    """No probe goes further than this one."""


class Hop(Struct, frozen=True):
    ttl: int
    answers: tuple[Answer | None, ...]
    """None: silence."""


def tracing(loop: Loop, asked: Asked) -> Steps[tuple[Hop, ...]]:
    """The hops up to the one that ends it, or the last one of which anything was heard."""
    walk = _Walk(loop, asked)
    try:
        for ttl in range(1, asked.most + 1):
            for count in (1, asked.count - 1):
                walk.send(ttl, count)
                until = time.monotonic() + PACE_S
                while walk.is_waiting_for(ttl) and time.monotonic() < until:
                    yield until
                if walk.is_stopped:
                    break
            if walk.end is not None:
                break
        sent = time.monotonic()
        while walk.is_waiting() and time.monotonic() < (until := sent + (WAIT_S if walk.end is None else SETTLED_S)):
            yield until
    finally:
        walk.close()
    return walk.hops()


class _Walk:
    def __init__(self, loop: Loop, asked: Asked) -> None:
        self._asked = asked
        self._ear = Ear(loop, asked.namespace, asked.source, self._hear)
        self._sender = SENDERS[asked.protocol](loop, asked, self._ear, self._end)
        self._sent: dict[Key, float] = {}
        self._keys: dict[int, list[Key | None]] = {}
        """By hop; None: could not be sent."""
        self._answers: dict[Key, Answer] = {}
        self._failures: dict[int, Answer] = {}
        self.end: int | None = None
        """The first hop that ended it."""

    def close(self) -> None:
        self._ear.close()
        self._sender.close()

    @property
    def is_stopped(self) -> bool:
        """Somebody else than the destination ended it. Who has no route for a packet says so five times, and then once
        a second (ip_error in net/ipv4/route.c): who asks no more than needed can soon ask again."""
        return any(each.is_end and each.sender != self._asked.destination for each in self._answers.values())

    def send(self, ttl: int, count: int) -> None:
        keys = self._keys.setdefault(ttl, [])
        for _ in range(count):
            number = (ttl - 1) * self._asked.count + len(keys)
            now = time.time()
            try:
                with inside(self._asked.namespace):
                    key = self._sender.send(number, ttl)
            except OSError as error:
                keys.append(None)
                self._failures[ttl] = Answer(not_sent(error), None, 0.0, True)
                self.end = self.end or ttl
                return
            keys.append(key)
            self._sent[key] = now

    def is_waiting_for(self, ttl: int) -> bool:
        return any(key is not None and key not in self._answers for key in self._keys[ttl])

    def is_waiting(self) -> bool:
        return any(self.is_waiting_for(ttl) for ttl in self._keys if self.end is None or ttl <= self.end)

    def hops(self) -> tuple[Hop, ...]:
        found = []
        for ttl, keys in self._keys.items():
            failure = self._failures.get(ttl)
            answers = tuple(failure if key is None else self._answers.get(key) for key in keys)
            found.append(Hop(ttl, answers))
        last = max((hop.ttl for hop in found if any(hop.answers)), default=0)
        return tuple(found[: last if self.end is None else self.end])

    def _hear(self, heard: Heard) -> None:
        about = answered(heard.packet)
        if about is not None:
            is_end = not is_time_exceeded(heard.packet)
            self._settle(_key(about), words(heard.packet), heard.packet.source, heard.time_s, is_end)

    def _end(self, key: Key, text: str) -> None:
        """The destination has answered in the words of the protocol itself."""
        self._settle(key, text, self._asked.destination, time.time(), True)

    def _settle(self, key: Key, text: str, sender: Address, time_s: float, is_end: bool) -> None:
        if key not in self._sent or key in self._answers:
            return
        self._answers[key] = Answer(text, sender, (time_s - self._sent[key]) * 1000, is_end)
        if is_end:
            ttl = next(each for each, keys in self._keys.items() if key in keys)
            self.end = ttl if self.end is None else min(ttl, self.end)


def _key(about: Packet) -> Key:
    if about.protocol in (ICMP, ICMPV6):
        return about.protocol, about.echo_id, about.echo_seq
    return about.protocol, about.source_port, 0
