"""Pings, traces and tests of services as documents: who said what, by name."""

from collections.abc import Callable, Mapping
from itertools import pairwise
from time import monotonic
from typing import Any

from msgspec import Struct

from backend.lab.hand.machines import Machines, Pair
from backend.lab.hand.protocol import Mtr, Ping, TryServices
from backend.lab.hand.services import Services
from backend.lab.probe import ping, traceroute
from backend.lab.probe.ask import FIRST_PORT, Ask, Asker, Outcome, Result
from backend.lab.probe.icmp import Ear, Heard, answered, chosen_source, words
from backend.lab.probe.loop import Loop, Steps
from backend.lab.watch.packet import ICMP, ICMPV6, TCP, UDP
from backend.model.address import Address
from backend.model.flow import Service
from backend.wire.services import spoken

Document = dict[str, Any]
WAIT_S = 1.0
PORTS = 20000
NUMBERS = 1 << 19
NOBODY = "???"
ENDED = frozenset((Outcome.ANSWERED, Outcome.REFUSED, Outcome.FAILED))


class Bench(Struct, frozen=True, eq=False):
    """What probes need of a lab."""

    loop: Loop
    descriptors: Mapping[str, int]
    machines: Machines
    services: Services
    next_number: Callable[[], int]
    network: str

    def document(self, pair: Pair, source: Address | None) -> Document:
        return {
            "success": True,
            "network": self.network,
            "source": str(source or pair.source or ""),
            "source_name": pair.sender.name,
            "destination": str(pair.destination),
            "destination_name": pair.receiver.name if pair.receiver is not None else "",
        }

    def named(self, address: Address | None) -> Document:
        if address is None:
            return {"name": "", "ip": ""}
        return {"name": self.machines.names(address) or str(address), "ip": str(address)}

    def source(self, pair: Pair) -> Address:
        """OSError is the machine's own refusal, which is an answer as any other."""
        return pair.source or chosen_source(self.descriptors[pair.sender.namespace], pair.destination)


def pinged(bench: Bench, asked: Ping) -> Steps[Document]:
    pair = bench.machines.pair(asked.source, asked.destination, asked.family)
    try:
        source = bench.source(pair)
    except OSError as error:
        return bench.document(pair, None) | _statistics(()) | {"failure": _not_sent(error), "echoes": []}
    wanted = ping.Asked(
        bench.descriptors[pair.sender.namespace], source, pair.destination, asked.count, asked.interval_s
    )
    echoes = yield from ping.pinging(bench.loop, wanted)
    lines = [
        {"seq": each.seq, "text": each.text, **bench.named(each.sender), "ttl": each.ttl, "rtt": _rounded(each.rtt_ms)}
        for each in echoes
    ]
    return bench.document(pair, source) | _statistics(echoes) | {"failure": "", "echoes": lines}


def _statistics(echoes: tuple[ping.Echo, ...]) -> Document:
    times = [each.rtt_ms for each in echoes if each.is_reply and each.rtt_ms is not None]
    return {
        "sent": len(echoes),
        "received": len(times),
        "loss": 1 - len(times) / len(echoes) if echoes else 1.0,
        "rtt_min": _rounded(min(times, default=None)),
        "rtt_avg": _rounded(sum(times) / len(times) if times else None),
        "rtt_max": _rounded(max(times, default=None)),
    }


def traced(bench: Bench, asked: Mtr) -> Steps[Document]:
    """In the form of a trace, so that it can be used wherever one can be given."""
    pair = bench.machines.pair(asked.source, asked.destination, asked.family)
    head = {"protocol": asked.protocol, "port": asked.port, "asked": traceroute.MOST}
    try:
        source = bench.source(pair)
    except OSError as error:
        return bench.document(pair, None) | head | {"reached": False, "failure": _not_sent(error), "path": []}
    wanted = traceroute.Asked(
        bench.descriptors[pair.sender.namespace], source, pair.destination, asked.protocol, asked.port, asked.count
    )
    hops = yield from traceroute.tracing(bench.loop, wanted)
    own = pair.receiver.addresses if pair.receiver is not None else {}
    ends = [each for hop in hops[-1:] for each in hop.answers if each is not None and each.is_end]
    is_reached = any(each.sender == pair.destination or each.sender in own for each in ends)
    path = [_hop(bench, hop) for hop in hops]
    for before, after in pairwise(path):
        before["next_hop"], after["prev_hop"] = after["ip"], before["ip"]
    return bench.document(pair, source) | head | {"reached": is_reached, "failure": "", "path": path}


def _hop(bench: Bench, hop: traceroute.Hop) -> Document:
    heard = [each for each in hop.answers if each is not None]
    senders = list(dict.fromkeys(each.sender for each in heard if each.sender is not None))
    first = bench.named(senders[0]) if senders else {"name": NOBODY, "ip": ""}
    found = bench.machines.with_address(senders[0]) if senders else []
    times = [each.rtt_ms for each in heard if each.sender is not None]
    return {
        "hop": hop.ttl,
        **first,
        "incoming": "",
        "outgoing": "",
        "device": found[0].addresses[senders[0]] if len(found) == 1 else "",
        "is_router": len(found) == 1 and found[0].kind == "router",
        "prev_hop": "",
        "next_hop": "",
        "rtt": _rounded(min(times, default=None)),
        "rtts": [None if each is None else _rounded(each.rtt_ms) for each in hop.answers],
        "loss": 1 - len(times) / len(hop.answers),
        "answer": next((each.text for each in heard if each.is_end), heard[0].text if heard else ""),
        "also": [bench.named(each) for each in senders[1:]],
    }


def tested(bench: Bench, asked: TryServices) -> Steps[Document]:
    pair = bench.machines.pair(asked.source, asked.destination, asked.family)
    try:
        source = bench.source(pair)
    except OSError as error:
        failed = [_service(each, Outcome.FAILED, _not_sent(error)) for each in asked.services]
        return bench.document(pair, None) | {"reached": False, "services": failed}
    trial = _Trial(bench, pair, source, asked.services)
    try:
        deadline = monotonic() + WAIT_S
        while trial.is_open and monotonic() < deadline:
            yield deadline
    finally:
        trial.close()
    lines = trial.documents()
    is_reached = all(each["outcome"] == Outcome.ANSWERED for each in lines)
    return bench.document(pair, source) | {"reached": is_reached, "services": lines}


class _Trial:
    def __init__(self, bench: Bench, pair: Pair, source: Address, services: tuple[Service, ...]) -> None:
        self._bench = bench
        self._pair = pair
        namespace = bench.descriptors[pair.sender.namespace]
        numbers = [bench.next_number() % NUMBERS for _ in services]
        self._asks = [Ask(n, each, FIRST_PORT + n % PORTS) for n, each in zip(numbers, services, strict=True)]
        self._errors: dict[tuple[int, int], Heard] = {}
        self._ear = Ear(bench.loop, namespace, source, self._hear)
        self._icmp = ICMP if source.version == 4 else ICMPV6
        self._asker = Asker(bench.loop, namespace, source, pair.destination)
        self._asker.ask(self._asks)

    @property
    def is_open(self) -> bool:
        """An error that a socket takes for a passing one, and is not told of, is the end in a lab."""
        results = self._asker.results
        return any(
            results[ask.number].outcome not in ENDED and self._key(ask) not in self._errors for ask in self._asks
        )

    def close(self) -> None:
        self._ear.close()
        self._asker.close(is_silent=False)

    def documents(self) -> list[Document]:
        return [self._document(ask, self._asker.results[ask.number]) for ask in self._asks]

    def _document(self, ask: Ask, result: Result) -> Document:
        error = self._errors.get(self._key(ask))
        if error is None or result.outcome in _GONE_WELL:
            return _service(ask.service, result.outcome, self._reason(ask, result))
        is_refused = words(error.packet) == "port unreachable"
        return _service(ask.service, Outcome.REFUSED if is_refused else Outcome.FAILED, self._told(error))

    def _hear(self, heard: Heard) -> None:
        about = answered(heard.packet)
        if about is not None and heard.packet.quoted is not None:
            self._errors[about.protocol, about.source_port or about.echo_id] = heard

    def _key(self, ask: Ask) -> tuple[int, int]:
        return {"tcp": TCP, "udp": UDP}.get(ask.service.protocol, self._icmp), ask.source_port

    def _told(self, heard: Heard) -> str:
        packet = heard.packet
        who = self._bench.machines.names(packet.source)
        return f"{words(packet)}, says {who} ({packet.source})" if who else f"{words(packet)}, says {packet.source}"

    def _reason(self, ask: Ask, result: Result) -> str:
        if result.outcome is Outcome.REFUSED:
            return self._refusal(ask.service)
        return _REASONS.get(result.outcome, result.text)

    def _refusal(self, service: Service) -> str:
        receiver = self._pair.receiver
        if receiver is None:
            return "reset: nothing listens there, or something on the way refuses it"
        if service in self._bench.services.of(receiver.name):
            return "reset, although the service runs there: by something on the way"
        starts = f"`service start {receiver.name} {spoken(service)}` does"
        return f"reset: nothing listens there ({starts}), or something on the way refuses it"


_REASONS = {
    Outcome.SILENT: "no answer: dropped on the way there or back; `prove` tells where",
    Outcome.CONNECTED: "it connects, but what is sent then is not answered",
}
_GONE_WELL = frozenset((Outcome.ANSWERED, Outcome.CONNECTED))
"""Whatever was said about a packet."""


def _service(service: Service, outcome: Outcome, reason: str) -> Document:
    return {
        "service": spoken(service),
        "port": service.port,
        "protocol": service.protocol,
        "outcome": outcome.value,
        "reason": reason,
    }


def _not_sent(error: OSError) -> str:
    return f"not sent: {error.strerror}"


def _rounded(time_ms: float | None) -> float | None:
    return None if time_ms is None else round(time_ms, 3)
