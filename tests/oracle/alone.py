"""What the routers of a path did with a packet end to end, beside what each of them does with it alone."""

from collections.abc import Iterator, Mapping

from backend.lab.probe.token import Way
from backend.lab.proof.heard import Heard
from backend.lab.proof.judge import Judgement
from backend.lab.proof.passage import LOOPBACK
from backend.lab.proof.prove import Proof
from backend.lab.proof.story import Visit
from backend.lab.watch.packet import Packet
from backend.model.verdict import Verdict

OF_OTHERS = frozenset((Verdict.NEIGHBOR_UNREACHABLE,))
"""Alone, a router has nobody to wait for."""
Told = tuple[Verdict, tuple[str, str | None, str | None, int | None] | None, str | None, str]
"""Verdict, what decided it, the device that the packet left on, and between whom it was by then."""


def differences_alone(proof: Proof) -> Iterator[str]:
    for heard in proof.heard:
        for (way, router), (visit, judgement) in _met(heard, proof.routers).items():
            found = proof.alone.get((heard.ask.number, way, router))
            if way is Way.DATA and visit.namespace == heard.whole[Way.FORWARD].arrived:
                continue
            if judgement.verdict in OF_OTHERS:
                continue
            there, by_itself = _told(visit, judgement), _told(found.visit, found.judgement) if found else None
            if there != by_itself:
                yield f"{heard.ask.service} {way.value} {router}: {there} end to end, but alone {by_itself}"


def _met(heard: Heard, routers: Mapping[str, str]) -> dict[tuple[Way, str], tuple[Visit, Judgement]]:
    """Of each router that a packet came to on a cable, its first visit; a sender is no such router, since alone it has
    sent nothing that could be answered or come back to it."""
    senders = {visit.namespace for passage in heard.ways.values() for visit in passage.visits if visit.came is None}
    met: dict[tuple[Way, str], tuple[Visit, Judgement]] = {}
    for way, passage in heard.ways.items():
        for visit, judgement in zip(passage.visits, passage.judgements, strict=True):
            router = routers.get(visit.namespace) if visit.namespace not in senders else None
            is_seen = visit.came is not None and visit.came.device != LOOPBACK and visit.wanted is None
            if router is not None and is_seen:
                met.setdefault((way, router), (visit, judgement))
    return met


def _told(visit: Visit, judgement: Judgement) -> Told:
    decision = judgement.decision
    decided = (decision.kind.value, decision.table, decision.chain, decision.number) if decision is not None else None
    left = visit.left
    return judgement.verdict, decided, left.device if left else None, _ends(left.packet) if left else ""


def _ends(packet: Packet) -> str:
    """A rule may have the kernel choose a source port at random."""
    return f"{packet.source} > {packet.destination} {packet.destination_port}"
