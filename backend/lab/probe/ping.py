"""Pings: echo requests of one machine, and what came back for each."""

import time

from msgspec import Struct

from backend.lab.probe.icmp import Ear, Heard, answered, echo_body, new_number, not_sent, words
from backend.lab.probe.loop import Loop, Steps
from backend.model.address import Address

WAIT_S = 1.0
"""For the last answers. A lab is never that slow: what has not come by then does not come."""
PACE_S = 0.01
REPLY, SILENCE = "reply", "no answer"


class Asked(Struct, frozen=True):
    namespace: int
    """An open descriptor."""
    source: Address
    destination: Address
    count: int = 3
    interval_s: float | None = None
    """None: the next one is sent when the one before was answered, or a moment later."""


class Echo(Struct, frozen=True):
    """What came of one request."""

    seq: int
    text: str
    """`reply`, what an ICMP error says, `no answer`, or why it could not be sent."""
    sender: Address | None = None
    """Of what came back."""
    ttl: int | None = None
    rtt_ms: float | None = None

    @property
    def is_reply(self) -> bool:
        return self.text == REPLY


def pinging(loop: Loop, asked: Asked) -> Steps[tuple[Echo, ...]]:
    ping = _Ping(loop, asked)
    try:
        for seq in range(1, asked.count + 1):
            ping.send(seq)
            until = time.monotonic() + (PACE_S if asked.interval_s is None else asked.interval_s)
            while seq < asked.count and time.monotonic() < until and ping.is_waiting_for(seq):
                yield until
        deadline = time.monotonic() + WAIT_S
        while ping.unanswered and time.monotonic() < deadline:
            yield deadline
    finally:
        ping.close()
    return tuple(ping.echoes.values())


class _Ping:
    def __init__(self, loop: Loop, asked: Asked) -> None:
        self._asked = asked
        self._number = new_number()
        self._sent: dict[int, float] = {}
        self._ear = Ear(loop, asked.namespace, asked.source, self._hear)
        self.echoes: dict[int, Echo] = {}

    @property
    def unanswered(self) -> bool:
        return any(echo.text == SILENCE for echo in self.echoes.values())

    def is_waiting_for(self, seq: int) -> bool:
        """Whether the next one is not to be sent yet."""
        return self._asked.interval_s is not None or self.echoes[seq].text == SILENCE

    def close(self) -> None:
        self._ear.close()

    def send(self, seq: int) -> None:
        asked = self._asked
        body = echo_body(asked.source, asked.destination, self._number, seq)
        self.echoes[seq] = Echo(seq, SILENCE)
        self._sent[seq] = time.time()
        try:
            self._ear.send(body, asked.destination)
        except OSError as error:
            self.echoes[seq] = Echo(seq, not_sent(error))

    def _hear(self, heard: Heard) -> None:
        packet, about = heard.packet, answered(heard.packet)
        if about is None or about.echo_id != self._number:
            return
        seq = about.echo_seq
        if seq in self.echoes and self.echoes[seq].text == SILENCE:
            rtt_ms = (heard.time_s - self._sent[seq]) * 1000
            self.echoes[seq] = Echo(seq, words(packet), packet.source, packet.ttl, rtt_ms)
