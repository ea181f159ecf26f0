"""Many services at once, end to end: until it is known of each what came of it.

A service that is stopped is known when the event of the rule arrives. Where nothing more happens, the kernel is asked
why; only what it cannot explain is waited for.
"""

import time
from collections.abc import Callable, Iterable, Sequence

from msgspec import Struct

from backend.lab.probe.ask import Ask, Asker, Outcome, Result
from backend.lab.probe.listen import Listeners
from backend.lab.probe.loop import IN, Loop
from backend.lab.probe.token import Token, Way
from backend.lab.proof.rulebook import Effect, Rulebook
from backend.lab.proof.story import Story
from backend.lab.watch.watch import Asked, Lost, Matched, Seen, Watch
from backend.model.address import Address
from backend.model.flow import Service

QUIET_S = 0.004
LONGEST_S = 1.5
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


class Heard(Struct, frozen=True):
    story: Story
    results: dict[int, Result]
    lost: tuple[Lost, ...] = ()


Explains = Callable[[Story, int, float], bool]
"""Whether it is known why nothing more happens to a probe, so and so many seconds after it was sent."""


class Round:
    def __init__(self, descriptors: dict[str, int], watch: Watch, book: Rulebook) -> None:
        self._descriptors = descriptors
        self._watch = watch
        self._book = book
        self._story = Story()
        self._open: set[int] = set()
        self._lost: list[Lost] = []

    def run(self, sender: Sender, asks: Sequence[Ask], listening: Iterable[Listening], explains: Explains) -> Heard:
        loop = Loop()
        listeners = Listeners(loop)
        asker = Asker(loop, self._descriptors[sender.namespace], sender.source, sender.destination)
        try:
            for each in listening:
                listeners.start(self._descriptors[each.namespace], each.address, each.services)
            self._open = {each.number for each in asks}
            loop.add(self._watch, IN, lambda _: self._read())
            asker.ask(asks)
            self._wait(loop, asker, explains)
            self._read()
        finally:
            asker.close()
            listeners.close()
            loop.close()
        return Heard(self._story, asker.results, tuple(self._lost))

    def _wait(self, loop: Loop, asker: Asker, explains: Explains) -> None:
        begin = time.monotonic()
        deadline = begin + LONGEST_S

        def is_done() -> bool:
            self._open = {number for number in self._open if asker.results[number].outcome not in ENDED}
            return not self._open

        quiet_s = QUIET_S
        while not loop.run(is_done, deadline, quiet_s) and time.monotonic() < deadline:
            waited_s = time.monotonic() - begin
            self._open = {number for number in self._open if not explains(self._story, number, waited_s)}
            quiet_s = min(quiet_s * 2, 0.1)

    def _read(self) -> None:
        for sighting in self._watch.read():
            match sighting:
                case Matched():
                    token = self._story.happen(sighting.namespace, sighting.event)
                    if token is not None and self._is_stopped(sighting, token):
                        self._open.discard(token.number)
                case Seen():
                    self._story.see(sighting.namespace, sighting.device, sighting.is_incoming, sighting.packet)
                case Asked():
                    self._story.ask(sighting.namespace, sighting.device, sighting.address)
                case Lost():
                    self._lost.append(sighting)

    def _is_stopped(self, matched: Matched, token: Token) -> bool:
        place = self._book.find(matched.namespace, matched.event) if token.way is not Way.ERROR else None
        return place is not None and (place.stops or place.effect is Effect.UNCERTAIN)
