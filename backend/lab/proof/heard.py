"""All that was heard of one service end to end, and what came to each router on its way. Pure."""

from collections.abc import Iterator, Mapping

from msgspec import Struct

from backend.lab.probe.ask import Ask, Outcome, Result
from backend.lab.probe.token import Way
from backend.lab.proof.alone import Case
from backend.lab.proof.passage import LOOPBACK, Passage
from backend.lab.watch.craft import source_port
from backend.model.verdict import Verdict

DENIED = frozenset((Verdict.DENIED_IN, Verdict.DENIED_FORWARD, Verdict.DENIED_OUT))


class Heard(Struct, frozen=True):
    ask: Ask
    result: Result
    there: Passage
    back: Passage
    opening: tuple[Passage, Passage] | None = None
    """There and back of what opened a connection, where `there` and `back` are of what was sent on it."""
    beyond: "Heard | None" = None
    """In the lab without rules that stop packets."""
    notes: tuple[str, ...] = ()

    @property
    def is_stopped(self) -> bool:
        """By a rule, behind which there may be others."""
        return self.there.verdict in DENIED or (self.there.is_through and self.back.verdict in DENIED)

    @property
    def is_stuck(self) -> bool:
        """A connection that stood, and on which nothing came through."""
        return self.result.outcome in (Outcome.CONNECTED, Outcome.BROKEN)

    @property
    def ways(self) -> dict[Way, Passage]:
        """In the order in which the packets were sent. What a rule sends back is no answer."""
        found: dict[Way, Passage] = {}
        if self.opening is not None:
            found = dict(zip((Way.FORWARD, Way.ANSWER), self.opening, strict=True))
        there, back = (Way.FORWARD, Way.ANSWER) if self.opening is None else (Way.DATA, Way.ECHO)
        found[there] = self.there
        if self.there.is_through:
            found[back] = self.back
        return found

    @property
    def whole(self) -> dict[Way, Passage]:
        """As far as the way is known."""
        return self.beyond.ways if self.beyond is not None else self.ways

    def cases(self, routers: Mapping[str, str]) -> Iterator[Case]:
        """What came to each router from a cable, for the first time. `routers`: namespace → router.

        What is sent on a connection to a router itself is not among it: alone, nobody has accepted the connection.
        """
        seen = set()
        for way, passage in self.whole.items():
            for visit in passage.visits:
                came, router = visit.came, routers.get(visit.namespace)
                is_own = way is Way.DATA and visit.namespace == self.whole[Way.FORWARD].arrived
                if router is None or came is None or came.device == LOOPBACK or is_own:
                    continue
                if (way, router) not in seen:
                    seen.add((way, router))
                    port = source_port(visit.left.packet) if visit.left is not None else 0
                    yield Case(self.ask.number, way, router, came.device, came.data, port)
