"""Many services at once, end to end: until it is known of each what came of it.

A service that is stopped is known when the event of the rule arrives. Where nothing more happens, the kernel is asked
why; only what it cannot explain is waited for.
"""

import time
from collections.abc import Iterable, Sequence

from msgspec import Struct

from backend.lab.probe.ask import Ask, Asker, Outcome, Result
from backend.lab.probe.listen import Listeners
from backend.lab.probe.loop import IN, Loop
from backend.lab.proof.passage import Passage
from backend.lab.proof.stage import Stage
from backend.lab.watch.inject import AT_ONCE, PACKET_ROOM
from backend.model.address import Address
from backend.model.flow import Service
from backend.model.verdict import Verdict

QUIET_S = 0.004
LONGEST_QUIET_S = 0.1
LONGEST_S = 1.5
CERTAIN_S = 0.1
"""The kernel has given up a neighbour by then."""
ENDED = frozenset((Outcome.ANSWERED, Outcome.REFUSED, Outcome.FAILED))


class Listening(Struct, frozen=True):
    """A machine that is to answer."""

    namespace: str
    address: Address
    services: tuple[Service, ...]


class Sender(Struct, frozen=True):
    namespace: str
    source: Address
    destination: Address


class Round:
    """What was heard of the probes of one sender."""

    def __init__(self, stage: Stage, sender: Sender, asks: Sequence[Ask], listening: Iterable[Listening]) -> None:
        self._stage = stage
        self._sender = sender
        self._open = {each.number for each in asks}
        loop = Loop()
        listeners = Listeners(loop)
        descriptors = stage.built.descriptors
        asker = Asker(loop, descriptors[sender.namespace], sender.source, sender.destination)
        try:
            for each in listening:
                listeners.start(descriptors[each.namespace], each.address, each.services)
            loop.add(stage.watch, IN, lambda _: self._read())
            part = max(1, min(AT_ONCE, stage.watch.room // PACKET_ROOM))  # that the watch has room for
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
        self._results = asker.results

    def result(self, number: int) -> Result:
        return self._results[number]

    def forward(self, number: int) -> Passage:
        return self._stage.forward(number, self._sender.destination)

    def back(self, number: int) -> Passage:
        return self._stage.back(number, self._sender.source)

    def _read(self) -> None:
        self._open.difference_update(self._stage.sighted(self._stage.watch.read()))

    def _wait(self, loop: Loop, asker: Asker) -> None:
        begin = time.monotonic()
        deadline = begin + LONGEST_S

        def is_done() -> bool:
            self._open = {number for number in self._open if asker.results[number].outcome not in ENDED}
            return not self._open

        quiet_s = QUIET_S
        while not loop.run(is_done, deadline, quiet_s) and time.monotonic() < deadline:
            is_certain = time.monotonic() - begin > CERTAIN_S
            self._open = {number for number in self._open if not self._is_explained(number, is_certain)}
            quiet_s = min(quiet_s * 2, LONGEST_QUIET_S)

    def _is_explained(self, number: int, is_certain: bool) -> bool:
        """Whether it is known why nothing more happens."""
        there = self.forward(number)
        if not there.is_through:
            return _is_final(there, is_certain)
        back = self.back(number)
        return bool(back.visits) and not back.is_through and _is_final(back, is_certain)


def _is_final(passage: Passage, is_certain: bool) -> bool:
    if passage.verdict is Verdict.NEIGHBOR_UNREACHABLE:
        return is_certain
    return passage.verdict is not Verdict.UNKNOWN
