"""A lab that is watched: probes are sent in it, and what became of them is told."""

from collections.abc import Iterable, Sequence

from backend.lab.build.apply import Built, apply
from backend.lab.plan.operation import Plan
from backend.lab.probe.ask import Ask, Outcome, Result
from backend.lab.probe.token import Way
from backend.lab.proof.cabling import Links, links
from backend.lab.proof.passage import Map, Passage, map_of, passage
from backend.lab.proof.round import Heard, Listening, Round, Sender
from backend.lab.proof.rulebook import Rulebook
from backend.lab.proof.story import Story, Visit
from backend.lab.proof.why import Why, why
from backend.lab.watch.watch import Watch
from backend.model.network import Network
from backend.model.verdict import Verdict

CERTAIN_S = 0.1
"""The kernel has given up a neighbour by then."""


class Stage:
    def __init__(self, network: Network, plan: Plan, outside: frozenset[str], is_everything: bool = False) -> None:
        self.built: Built = apply(plan)
        self.plan = plan
        self.links: Links = links(plan.devices())
        loaded = self.built.loaded
        self.book = Rulebook(network, plan.namespaces, loaded.numbers, loaded.markers)
        self.places: Map = map_of(network, plan.namespaces, outside, self.link)
        watched = [namespace for namespace in plan.namespaces.values() if namespace in self.built.descriptors]
        descriptors = {namespace: self.built.descriptors[namespace] for namespace in watched}
        self.watch = Watch(descriptors, loaded.backend, loaded.handles, is_everything=is_everything)

    def close(self) -> None:
        self.watch.close()
        self.built.close()

    def link(self, namespace: str, device: str) -> str | None:
        return self.links.get((namespace, device))

    def end_to_end(self, sender: Sender, asks: Sequence[Ask], listening: Iterable[Listening]) -> "Scene":
        around = Round(self.built.descriptors, self.watch, self.book)
        heard = around.run(
            sender, asks, listening, lambda story, number, waited_s: self._explains(sender, story, number, waited_s)
        )
        return Scene(self, sender, heard)

    def _explains(self, sender: Sender, story: Story, number: int, waited_s: float) -> bool:
        there = self.forward(story, number, sender)
        if there.verdict is Verdict.NEIGHBOR_UNREACHABLE:
            return waited_s > CERTAIN_S
        if not there.is_through:
            return there.verdict is not Verdict.UNKNOWN
        back = self.back(story, number, sender)
        if back.verdict is Verdict.NEIGHBOR_UNREACHABLE:
            return waited_s > CERTAIN_S
        return bool(back.visits) and not back.is_through and back.verdict is not Verdict.UNKNOWN

    def forward(self, story: Story, number: int, sender: Sender) -> Passage:
        return self._passage(story, number, Way.FORWARD, sender)

    def back(self, story: Story, number: int, sender: Sender) -> Passage:
        return self._passage(story, number, Way.ANSWER, sender)

    def _passage(self, story: Story, number: int, way: Way, sender: Sender) -> Passage:
        target = sender.destination if way is Way.FORWARD else sender.source
        return passage(story.way(number, way, self.link), self.places, self.book, story, self.ask, target)

    def ask(self, visit: Visit) -> Why:
        """The kernel of that machine, about a packet that it let go no further."""
        packet = visit.events[-1].packet if visit.events else visit.packet
        assert packet is not None
        mark = visit.events[-1].event.mark if visit.events else 0
        came = visit.came.device if visit.came is not None else None
        return why(self.built.descriptors[visit.namespace], self.built.indexes[visit.namespace], packet, came, mark)


class Scene:
    """What was heard of one round of probes."""

    def __init__(self, stage: Stage, sender: Sender, heard: Heard) -> None:
        self._stage = stage
        self._sender = sender
        self._heard = heard
        self.story = heard.story
        self.lost = heard.lost

    def result(self, number: int) -> Result:
        return self._heard.results.get(number, Result(Outcome.SILENT))

    def forward(self, number: int) -> Passage:
        return self._stage.forward(self.story, number, self._sender)

    def back(self, number: int) -> Passage:
        return self._stage.back(self.story, number, self._sender)
