"""A path that somebody gives: its routers one after the other, each by itself, with what the one before let out.

Where a router stops the packet, the next one gets it as if it had been let through unchanged.
"""

from collections.abc import Iterator, Sequence

from msgspec import structs

from backend.lab.error import LabError
from backend.lab.plan.survey import Survey
from backend.lab.probe.ask import Ask, Outcome, Result
from backend.lab.probe.token import Way
from backend.lab.proof.alone import Alone, Bench, Case, Key
from backend.lab.proof.heard import Heard
from backend.lab.proof.imitation import answer_packet, probe_packet
from backend.lab.proof.passage import Passage
from backend.lab.watch import craft
from backend.model.address import Address
from backend.model.answer import Stop
from backend.model.network import Attachment, Segment
from backend.model.verdict import Verdict


class Walk:
    """All probes along a path, router by router."""

    def __init__(
        self, survey: Survey, bench: Bench, stops: Sequence[Stop], source: Address, destination: Address
    ) -> None:
        self._survey = survey
        self._bench = bench
        self._stops = stops
        self._source = source
        self._destination = destination
        self.found: dict[Key, Alone] = {}

    def heard(self, asks: Sequence[Ask]) -> list[Heard]:
        """LabError names the stop whose device is not known."""
        forward = {ask.number: probe_packet(ask, self._source, self._destination) for ask in asks}
        self._go(Way.FORWARD, forward, self._stops, self._source)
        back = {number: answer_packet(data) for number, data in forward.items()}
        turned = [Stop(stop.router, stop.outgoing, stop.incoming) for stop in reversed(self._stops)]
        self._go(Way.ANSWER, back, turned, self._destination)
        return [self._heard(ask) for ask in asks]

    def _go(self, way: Way, packets: dict[int, bytes], stops: Sequence[Stop], begin: Address) -> None:
        """Changes `packets` to what leaves the last router."""
        left: dict[int, str] = {}
        for number, stop in enumerate(stops):
            before = stops[number - 1] if number else None
            cases = []
            for probe, data in packets.items():
                device = stop.incoming or self._entrance(stop, before, left.get(probe), begin)
                if way is Way.ANSWER:
                    device = device or self._exit(probe, stop.router)
                elif device is None:
                    where = f"hop {number + 1} of the trace, {stop.router}"
                    raise LabError(f"{where}: say on which interface the packet comes in")
                if device is not None:
                    cases.append(Case(probe, way, stop.router, device, data))
            here = self._bench.found(cases)
            self.found.update(here)
            left = {}
            for probe, data in packets.items():
                met = here.get((probe, way, stop.router))
                picture = met.visit.left if met is not None else None
                packets[probe] = picture.data if picture is not None else _aged(data)
                if picture is not None:
                    left[probe] = picture.device

    def _exit(self, probe: int, router: str) -> str | None:
        """Where the packet went out; there its answer comes in."""
        met = self.found.get((probe, Way.FORWARD, router))
        return met.visit.left.device if met is not None and met.visit.left is not None else None

    def _entrance(self, stop: Stop, before: Stop | None, left: str | None, begin: Address) -> str | None:
        """Where nobody says it: on the segment on which the packet left the router before, on any that both are on; at
        the beginning, on that of the address."""
        devices = [interface.name for interface in self._survey.routers[stop.router].interfaces]
        if before is None:
            return next((each for each in devices if self._covers(stop.router, each, begin)), None)
        near = [self._on(before.router, each) for each in (before.outgoing, left) if each is not None]
        for segment in [each for each in near if each is not None]:
            found = next((m.interface for m in segment.members if m.router == stop.router), None)
            if found is not None:
                return found
        shared = (each for each in devices if self._meets(stop.router, each, before.router))
        return next(shared, None)

    def _covers(self, router: str, device: str, address: Address) -> bool:
        interface = self._survey.interfaces.get(Attachment(router, device))
        return interface is not None and any(address in entry.prefix for entry in interface.addresses)

    def _meets(self, router: str, device: str, other: str) -> bool:
        segment = self._on(router, device)
        return segment is not None and any(member.router == other for member in segment.members)

    def _on(self, router: str, device: str) -> Segment | None:
        return self._survey.segment_at(Attachment(router, device))

    def _heard(self, ask: Ask) -> Heard:
        there = self._met(ask, Way.FORWARD, self._stops)
        back = self._met(ask, Way.ANSWER, list(reversed(self._stops)))
        first, last = self._passage(there, self._destination), self._passage(back, self._source)
        result = Result(Outcome.ANSWERED if first.is_through and last.is_through else Outcome.SILENT)
        beyond = Heard(ask, result, self._whole(there, self._destination), self._whole(back, self._source))
        return Heard(ask, result, first, last, beyond=beyond, notes=tuple(self._other_ways(there)))

    def _met(self, ask: Ask, way: Way, stops: Sequence[Stop]) -> list[Alone]:
        keys = [(ask.number, way, stop.router) for stop in stops]
        return [self.found[key] for key in keys if key in self.found]

    def _passage(self, met: Sequence[Alone], target: Address) -> Passage:
        """Up to the first router that does not let it through."""
        for number, each in enumerate(met):
            if not each.judgement.is_through:
                return self._whole(met[: number + 1], target)
        return _arrived(self._whole(met, target))

    def _whole(self, met: Sequence[Alone], target: Address) -> Passage:
        return self._bench.passage([each.visit for each in met], target)

    def _other_ways(self, met: Sequence[Alone]) -> Iterator[str]:
        """Where routing does not agree with the path that was given."""
        for stop, each in zip(self._stops, met, strict=False):
            left = each.visit.left
            if left is not None and stop.outgoing is not None and left.device != stop.outgoing:
                yield f"{stop.router} sends it out of {left.device}, and not of {stop.outgoing} as the trace has it"


def _aged(data: bytes) -> bytes:
    """One router further, otherwise as it was."""
    at = 8 if data[0] >> 4 == 4 else 7
    return craft.with_checksums(data[:at] + bytes([max(data[at] - 1, 1)]) + data[at + 1 :])


def _arrived(whole: Passage) -> Passage:
    """The last router of the path lets it out: there the path ends well."""
    if not whole.visits or whole.verdict not in (Verdict.EXITS_NETWORK, Verdict.ACCEPTED):
        return whole
    where = whole.visits[-1].namespace
    return structs.replace(whole, verdict=Verdict.ACCEPTED, reason="", decision=None, arrived=where)
