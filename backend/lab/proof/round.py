"""Many services at once, end to end: until it is known of each what came of it.

A service that is stopped is known when the event of the rule arrives. Where nothing more happens, the kernel is asked
why; only what it cannot explain is waited for.
"""

import time
from collections.abc import Callable, Sequence

from msgspec import Struct, structs

from backend.lab.probe.ask import Ask, Asker, Outcome
from backend.lab.probe.listen import Deaf, Listeners
from backend.lab.probe.loop import IN, Loop
from backend.lab.probe.token import Way
from backend.lab.proof.heard import Heard
from backend.lab.proof.imitation import answer_packet, probe_packet
from backend.lab.proof.passage import Passage
from backend.lab.proof.stage import Stage
from backend.lab.proof.story import Picture
from backend.lab.watch.inject import AT_ONCE
from backend.lab.watch.packet import parse
from backend.model.address import Address
from backend.model.flow import Service
from backend.model.verdict import Verdict

QUIET_S = 0.004
LONGEST_QUIET_S = 0.1
LONGEST_S = 1.5
CERTAIN_S = 0.35
"""The kernel has given up a neighbour by then."""
ENDED = frozenset((Outcome.ANSWERED, Outcome.BROKEN, Outcome.REFUSED, Outcome.FAILED))


class Listening(Struct, frozen=True):
    """A machine that is to answer."""

    namespace: str
    address: Address
    services: tuple[Service, ...]
    name: str = ""


class Sender(Struct, frozen=True):
    namespace: str
    source: Address
    destination: Address


class Round:
    """What was heard of the probes of one sender."""

    def __init__(
        self,
        stage: Stage,
        sender: Sender,
        asks: Sequence[Ask],
        listening: Sequence[Listening],
        ready: Callable[[Sequence[Listening], Sequence[Deaf]], None] | None = None,
        known: Callable[[Heard], None] | None = None,
    ) -> None:
        """`ready` is told who listens, and what could not be listened on; `known` is told what came of a service where
        others are still waited for."""
        self._known = known
        self._stage = stage
        self._sender = sender
        self._asks = {each.number: each for each in asks}
        self._open = set(self._asks)
        loop = Loop()
        listeners = Listeners(loop)
        descriptors = stage.built.descriptors
        self._asker = asker = Asker(loop, descriptors[sender.namespace], sender.source, sender.destination)
        try:
            deaf: list[Deaf] = []
            for each in listening:
                deaf += listeners.start(descriptors[each.namespace], each.address, each.services)
            if ready is not None:
                ready(listening, deaf)
            loop.add(stage.watch, IN, lambda _: self._read())
            part = max(1, min(AT_ONCE, stage.watch.room))  # that the watch has room for
            for begin in range(0, len(asks), part):
                asker.ask(asks[begin : begin + part])
                while loop.turn(0):
                    pass
            self._wait(loop, asker)
            self._read()
        finally:
            asker.close()
            listeners.close()
            loop.close()

    def heard(self, ask: Ask) -> Heard:
        there, back = self._passages(ask, Way.FORWARD, Way.ANSWER)
        data, echo = self._passages(ask, Way.DATA, Way.ECHO)
        result = self._asker.results[ask.number]
        if not data.visits:
            return Heard(ask, result, there, back)
        return Heard(ask, result, data, echo, opening=(there, back))

    def _passages(self, ask: Ask, way: Way, answering: Way) -> tuple[Passage, Passage]:
        """There and back; what was not sent at all ends where it should have been sent."""
        source, destination = self._sender.source, self._sender.destination
        there = self._stage.passage(ask.number, way, destination)
        back = self._stage.passage(ask.number, answering, source)
        if not there.visits and way is Way.FORWARD:
            there = self._unsent(self._sender.namespace, probe_packet(ask, source, destination), destination)
        if not back.visits and there.arrived is not None:
            back = self._unsent(there.arrived, answer_packet(there.visits[-1].data), source)
        return there, self._returned(back)

    def _returned(self, back: Passage) -> Passage:
        """The answer arrives where somebody waits for it, or not at all."""
        if back.arrived == self._sender.namespace:
            return structs.replace(back, verdict=Verdict.ACCEPTED, reason="")
        if back.arrived is None or back.verdict is not Verdict.ACCEPTED:
            return back
        packet = back.visits[-1].packet
        where = self._stage.places.name(back.arrived)
        reason = f"{where} has the address {packet.destination if packet is not None else ''} and takes it for itself"
        return structs.replace(back, verdict=Verdict.UNREACHABLE, reason=reason, arrived=None)

    def _unsent(self, namespace: str, data: bytes, target: Address) -> Passage:
        packet = parse(data)
        assert packet is not None
        return self._stage.unsent(namespace, Picture("", packet, data), target)

    def _read(self) -> None:
        self._open.difference_update(self._stage.sighted(self._stage.watch.read()))

    def _wait(self, loop: Loop, asker: Asker) -> None:
        begin = time.monotonic()
        deadline = begin + LONGEST_S

        def is_done() -> bool:
            self._open = {number for number in self._open if asker.results[number].outcome not in ENDED}
            return not self._open

        quiet_s = QUIET_S
        told: set[int] = set()
        while not loop.run(is_done, deadline, quiet_s) and time.monotonic() < deadline:
            is_certain = time.monotonic() - begin > CERTAIN_S
            explained = {number for number in self._open if self._is_explained(self._asks[number], is_certain)}
            self._open -= explained
            asker.leave(explained)  # or it would be sent once more after a second
            self._tell(told)
            quiet_s = min(quiet_s * 2, LONGEST_QUIET_S)

    def _tell(self, told: set[int]) -> None:
        """Nothing has come for a while, so what came of the others is all that there will be."""
        if self._known is None or not self._open:
            return
        for number in sorted(self._asks.keys() - self._open - told):
            self._known(self.heard(self._asks[number]))
            told.add(number)

    def _is_explained(self, ask: Ask, is_certain: bool) -> bool:
        """Whether it is known why nothing more happens."""
        heard = self.heard(ask)
        if not heard.there.is_through:
            return _is_final(heard.there, is_certain)
        is_quiet = heard.back.verdict is Verdict.ACCEPTED or heard.there.verdict is Verdict.EXITS_NETWORK
        return is_certain if is_quiet else _is_final(heard.back, is_certain)


def _is_final(passage: Passage, is_certain: bool) -> bool:
    is_underway = passage.verdict is Verdict.EXITS_NETWORK and not passage.is_through
    if passage.verdict is Verdict.NEIGHBOR_UNREACHABLE or is_underway:
        return is_certain  # a busy machine may be about to hand the packet on
    return passage.verdict is not Verdict.UNKNOWN
