"""Tests of services as documents: which answer, refuse or keep silent, and who said so."""

from time import monotonic

from backend.lab.hand.machines import Pair
from backend.lab.hand.protocol import TryServices
from backend.lab.hand.standing import Document, Standing
from backend.lab.probe.ask import FIRST_PORT, Ask, Asker, Outcome, Result
from backend.lab.probe.icmp import Ear, Heard, answered, not_sent, words
from backend.lab.probe.loop import Steps
from backend.lab.watch.packet import ICMP, ICMPV6, TCP, UDP
from backend.model.address import Address
from backend.model.flow import Service
from backend.wire.services import spoken

WAIT_S = 1.0
PORTS = 20000
NUMBERS = 1 << 19
ENDED = frozenset((Outcome.ANSWERED, Outcome.REFUSED, Outcome.FAILED))


def tested(lab: Standing, asked: TryServices) -> Steps[Document]:
    pair = lab.machines.pair(asked.source, asked.destination, asked.family)
    try:
        source = lab.source(pair)
    except OSError as error:
        failed = [_service(each, Outcome.FAILED, not_sent(error)) for each in asked.services]
        return lab.document(pair, None) | {"reached": False, "services": failed}
    trial = _Trial(lab, pair, source, asked.services)
    try:
        deadline = monotonic() + WAIT_S
        while trial.is_open and monotonic() < deadline:
            yield deadline
    finally:
        trial.close()
    lines = trial.documents()
    is_reached = all(each["outcome"] == Outcome.ANSWERED for each in lines)
    return lab.document(pair, source) | {"reached": is_reached, "services": lines}


class _Trial:
    def __init__(self, lab: Standing, pair: Pair, source: Address, services: tuple[Service, ...]) -> None:
        self._lab = lab
        self._pair = pair
        namespace = lab.descriptors[pair.sender.namespace]
        numbers = [lab.next_number() % NUMBERS for _ in services]
        self._asks = [Ask(n, each, FIRST_PORT + n % PORTS) for n, each in zip(numbers, services, strict=True)]
        self._errors: dict[tuple[int, int], Heard] = {}
        self._ear = Ear(lab.loop, namespace, source, self._hear)
        self._icmp = ICMP if source.version == 4 else ICMPV6
        self._asker = Asker(lab.loop, namespace, source, pair.destination)
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
        who = self._lab.machines.names(packet.source)
        return f"{words(packet)}, says {who} ({packet.source})" if who else f"{words(packet)}, says {packet.source}"

    def _reason(self, ask: Ask, result: Result) -> str:
        if result.outcome is Outcome.REFUSED:
            return self._refusal(ask.service)
        return _REASONS.get(result.outcome, result.text)

    def _refusal(self, service: Service) -> str:
        receiver = self._pair.receiver
        if receiver is None:
            return "reset: nothing listens there, or something on the way refuses it"
        if service in self._lab.services.of(receiver.name):
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
