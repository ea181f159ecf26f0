"""A lab that is watched: probes are sent in it, and what became of them is told."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path

from backend.lab.build.apply import Built, apply
from backend.lab.build.space import Refusal
from backend.lab.kernel.namespace import inside
from backend.lab.plan.operation import Omission, Plan
from backend.lab.probe.token import Token, Way
from backend.lab.proof.cabling import Links, links
from backend.lab.proof.passage import LOOPBACK, Map, Passage, map_of, met_by, passage
from backend.lab.proof.rulebook import Effect, Rulebook
from backend.lab.proof.story import Picture, Story, Visit
from backend.lab.proof.why import Why, why
from backend.lab.watch.checkpoint import tell_translated
from backend.lab.watch.packet import parse
from backend.lab.watch.watch import Asked, Lost, Matched, Seen, Sighting, Watch
from backend.model.address import Address
from backend.model.network import Network
from backend.model.verdict import Verdict


class Stage:
    def __init__(self, network: Network, plan: Plan, outside: frozenset[str], is_everything: bool = False) -> None:
        self.built: Built = apply(plan)
        self.plan = plan
        self.links: Links = links(plan.devices())
        loaded = self.built.loaded
        self.book = Rulebook(network, plan.namespaces, loaded.numbers, loaded.markers)
        self.places: Map = map_of(network, plan.namespaces, outside)
        watched = [namespace for namespace in plan.namespaces.values() if namespace in self.built.descriptors]
        descriptors = {namespace: self.built.descriptors[namespace] for namespace in watched}
        self.story = Story()
        self.lost: list[Lost] = []
        for namespace, family in {(where, family) for where, family, table, _ in loaded.numbers if table == "nat"}:
            with suppress(OSError):  # a kernel without nf_tables: what was seen last has to do
                tell_translated(self.built.descriptors[namespace], family, loaded.backend, is_everything)
        self.watch = Watch(descriptors, loaded.backend, loaded.handles, is_everything=is_everything)

    def close(self) -> None:
        self.watch.close()

    @property
    def left_out(self) -> tuple[Refusal | Omission, ...]:
        """What of the facts is not in the lab."""
        return (*self.built.refusals, *self.plan.omissions)

    @property
    def refusals(self) -> tuple[str, ...]:
        return tuple(map(str, self.left_out))

    def link(self, namespace: str, device: str) -> str | None:
        return f"{namespace}/{LOOPBACK}" if device == LOOPBACK else self.links.get((namespace, device))

    def sighted(self, sightings: Iterable[Sighting]) -> list[int]:
        """Adds to the story; gives the probes that were seen to be stopped."""
        stopped = []
        for sighting in sightings:
            match sighting:
                case Matched():
                    token = self.story.happen(sighting.namespace, sighting.event)
                    if token is not None and self._is_stopped(sighting, token):
                        stopped.append(token.number)
                case Seen():
                    self.story.see(sighting.namespace, sighting.device, sighting.is_incoming, sighting.packet)
                case Asked():
                    self.story.ask(sighting.namespace, sighting.device, sighting.address)
                case Lost():
                    self.lost.append(sighting)
        return stopped

    def _is_stopped(self, matched: Matched, token: Token) -> bool:
        place = self.book.find(matched.namespace, matched.event) if token.way is not Way.ERROR else None
        return place is not None and (place.stops or place.effect is Effect.UNCERTAIN)

    def passage(self, number: int, way: Way, target: Address) -> Passage:
        return self.told(self.story.way(number, way, self.link), target)

    def unsent(self, namespace: str, wanted: Picture, target: Address) -> Passage:
        """Of a packet that this machine should have sent, and that was seen nowhere."""
        return self.told([Visit(namespace, events=[], wanted=wanted)], target)

    def told(self, visits: Sequence[Visit], target: Address) -> Passage:
        found = passage(visits, self.places, self.book, self.story, self.ask, target)
        return self._filtered(found) if found.verdict is Verdict.NEIGHBOR_UNREACHABLE else found

    def _filtered(self, found: Passage) -> Passage:
        """Who is asked for its frame address drops the request where it would drop the packet, by the reverse-path
        filter (arp_process in net/ipv4/arp.c looks for a route as of a packet). Then that is what is the matter, where
        the sender asks, since its request comes from the address that the packet comes from (arp_solicit)."""
        visit, judgement = found.visits[-1], found.judgements[-1]
        packet = parse(visit.data)
        is_sent = visit.came is None and packet is not None and packet.family == 4
        if not is_sent or packet is None or judgement.via is None or judgement.outgoing is None:
            return found
        cable = self.link(visit.namespace, judgement.outgoing)
        for namespace in sorted(self.places.owners.get(judgement.via, frozenset()) - {visit.namespace}):
            for device in self.built.indexes[namespace]:
                if self.link(namespace, device) != cable:
                    continue
                picture = Picture(device, packet, visit.data)
                there = Visit(namespace, came=picture, events=[], wanted=picture)
                why = self.ask(there)
                if why.verdict is Verdict.RPFILTER and not self._is_silent(namespace, device):
                    return met_by(found, there, why, self.places)
        return found

    def _is_silent(self, namespace: str, device: str) -> bool:
        """For a reason of its own."""
        with inside(self.built.descriptors[namespace]):
            files = (Path("/proc/sys/net/ipv4/conf", name, "arp_ignore") for name in ("all", device))
            return any(file.read_text().strip() != "0" for file in files)

    def ask(self, visit: Visit) -> Why:
        """The kernel of that machine, about a packet that it let go no further."""
        packet = visit.events[-1].packet if visit.events else visit.packet
        assert packet is not None
        mark = visit.events[-1].event.mark if visit.events else 0
        came = visit.came.device if visit.came is not None and visit.came.device != LOOPBACK else None
        return why(self.built.descriptors[visit.namespace], self.built.indexes[visit.namespace], packet, came, mark)
