"""Each router of a way by itself: the packet as it came to it is put on its cable, and what it does is watched.

No host, no socket and no other router takes part, so what happens is that router's doing.
"""

from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor

from msgspec import Struct, structs

from backend.lab.plan.flow import plan_alone
from backend.lab.plan.survey import Survey
from backend.lab.plan.tracing import Tracing
from backend.lab.probe.token import Way
from backend.lab.proof.judge import Judgement, judge
from backend.lab.proof.passage import Map, Passage
from backend.lab.proof.rulebook import Rulebook
from backend.lab.proof.stage import Stage
from backend.lab.proof.story import Visit
from backend.lab.watch.craft import source_port, to_port, with_checksums
from backend.lab.watch.inject import Injector, inject
from backend.model.address import Address

CLOSED_AT_ONCE = 32


class Case(Struct, frozen=True):
    number: int
    way: Way
    router: str
    device: str
    packet: bytes
    """As it came in on the device, from its network header on."""
    port: int = 0
    """From which it went on, so that its answer comes back to that."""


class Alone(Struct, frozen=True):
    """What a router did with the packet of one way when nobody else was there."""

    visit: Visit
    judgement: Judgement


Key = tuple[int, Way, str]
"""Number of the probe, way and router."""


class Bench:
    def __init__(self, survey: Survey, routers: Iterable[str], tracing: Tracing, is_everything: bool = False) -> None:
        plan = plan_alone(survey, tuple(routers), tracing)
        self.stage = Stage(survey.network, plan, frozenset(), is_everything)
        self._devices = self.stage.plan.devices()
        self._injectors: dict[tuple[str, str], Injector] = {}

    def close(self) -> None:
        with ThreadPoolExecutor(CLOSED_AT_ONCE) as pool:
            list(pool.map(Injector.close, self._injectors.values()))
        self.stage.close()

    @property
    def book(self) -> Rulebook:
        return self.stage.book

    @property
    def places(self) -> Map:
        return self.stage.places

    def found(self, cases: Sequence[Case]) -> dict[Key, Alone]:
        """Answers after what they answer, since a router knows a connection from its first packet."""
        found: dict[Key, Alone] = {}
        asked = {(case.number, case.router): case for case in cases if case.way is Way.FORWARD}
        for way in (Way.FORWARD, Way.ANSWER, Way.DATA, Way.ECHO):
            some = [case for case in cases if case.way is way]
            if way in (Way.ANSWER, Way.ECHO):
                some = [self._returned(case, asked.get((case.number, case.router))) for case in some]
            self.stage.sighted(inject(self.stage.watch, [self._put(case) for case in some]).sightings)
        for case in cases:
            visit = self._visit(case)
            if visit is not None:
                judgement = judge(visit, self.book, case.router, self.stage.ask)
                found[case.number, case.way, case.router] = Alone(visit, judgement)
        return found

    def passage(self, visits: Sequence[Visit], target: Address) -> Passage:
        """Visits of several routers, told as one way."""
        return self.stage.told(visits, target)

    def _returned(self, case: Case, asked: Case | None) -> Case:
        """To the port that the router has chosen this time, where a rule lets it choose."""
        visit = self._visit(asked) if asked is not None else None
        if asked is None or visit is None or visit.left is None:
            return case
        chosen = source_port(visit.left.packet)
        return case if chosen == asked.port else structs.replace(case, packet=to_port(case.packet, asked.port, chosen))

    def _put(self, case: Case) -> tuple[Injector, bytes]:
        """The kernel leaves checksums to the card that it believes to be there."""
        return self._injector(case.router, case.device), with_checksums(case.packet)

    def _injector(self, router: str, device: str) -> Injector:
        namespace = self.stage.plan.namespaces[router]
        if (namespace, device) not in self._injectors:
            other = self._devices[namespace][device].other
            descriptors = self.stage.built.descriptors
            injector = Injector(descriptors[other.namespace], other.dev, descriptors[namespace], device)
            self._injectors[namespace, device] = injector
        return self._injectors[namespace, device]

    def _visit(self, case: Case) -> Visit | None:
        namespace = self.stage.plan.namespaces[case.router]
        visits = self.stage.story.visits(case.number, case.way, namespace)
        return next((each for each in visits if each.came is not None and each.came.device == case.device), None)
