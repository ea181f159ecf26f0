"""From what was heard end to end and of each router alone to the answer for one service. Pure."""

from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct

from backend.lab.probe.ask import Outcome, Result
from backend.lab.proof.judge import Judgement, counts, places, spoken
from backend.lab.proof.passage import Passage
from backend.lab.proof.rulebook import Rulebook
from backend.lab.proof.story import Visit
from backend.model.answer import Decision, RouterAnswer, ServiceAnswer
from backend.model.flow import Service
from backend.model.trace import Branch
from backend.model.verdict import Verdict


class Alone(Struct, frozen=True):
    """What a router did with the packet of one way when nobody else was there."""

    visit: Visit
    judgement: Judgement


class Heard(Struct, frozen=True):
    """All that was found out of one service."""

    service: Service
    source_port: int
    result: Result
    there: Passage
    back: Passage
    beyond_there: Passage | None = None
    """In the lab without rules that stop packets."""
    beyond_back: Passage | None = None
    alone_there: Mapping[str, Alone] = {}
    """Router → what it did."""
    alone_back: Mapping[str, Alone] = {}


def answer(heard: Heard, routers: Mapping[str, str], book: Rulebook, alone_book: Rulebook) -> ServiceAnswer:
    """`routers`: namespace → router."""
    verdict, reason, decision, is_return = _verdict(heard, routers)
    there, back = heard.beyond_there or heard.there, heard.beyond_back or heard.back
    return ServiceAnswer(
        service=heard.service,
        verdict=verdict,
        reason=reason,
        is_return=is_return,
        decided_by=decision,
        source_port=heard.source_port if heard.service.port else None,
        forward=_branch(heard.there, verdict, reason, is_return),
        back=heard.back.branch,
        routers=tuple(_routers(heard, (*there.visits, *back.visits), routers, book, alone_book)),
        conditions=tuple(_conditions(heard, book)),
    )


def _branch(there: Passage, verdict: Verdict, reason: str, is_return: bool) -> Branch | None:
    if there.branch is None or is_return or verdict is there.branch.verdict:
        return there.branch
    return Branch(there.branch.hops, verdict, reason)


def _verdict(heard: Heard, routers: Mapping[str, str]) -> tuple[Verdict, str, Decision | None, bool]:
    there, back, result = heard.there, heard.back, heard.result
    if result.outcome is Outcome.ANSWERED:
        if there.verdict is Verdict.EXITS_NETWORK:
            return there.verdict, there.reason, None, False
        return Verdict.ACCEPTED, "", None, False
    if not there.is_through:
        return there.verdict, there.reason, there.decision, False
    name = routers.get(there.arrived or "", "")
    if result.outcome is Outcome.REFUSED and name and back.visits:
        return Verdict.NO_LISTENER, f"{name} takes the packet for itself, and nothing listens there", None, False
    if back.visits and not back.is_through:
        return back.verdict, f"the answer: {back.reason}", back.decision, True
    where = name or there.branch.hops[-1].name if there.branch is not None and there.branch.hops else "the destination"
    if result.outcome is Outcome.CONNECTED:
        return Verdict.UNKNOWN, f"{where} is reached and connects, but what is sent then is not answered", None, False
    said = f" ({result.text})" if result.text else ""
    return Verdict.UNKNOWN, f"{where} is reached, but no answer came back{said}", None, False


def _routers(
    heard: Heard, visits: Iterable[Visit], routers: Mapping[str, str], book: Rulebook, alone_book: Rulebook
) -> Iterable[RouterAnswer]:
    """A router that the packet came to did with it what it did; of one behind a block, what it does alone."""
    for namespace in dict.fromkeys(visit.namespace for visit in visits if visit.namespace in routers):
        name = routers[namespace]
        there = _found(heard.there, namespace) or heard.alone_there.get(name)
        back = _found(heard.back, namespace) or heard.alone_back.get(name)
        mine = [_visits(heard.there, namespace), _visits(heard.back, namespace)]
        counted = counts([*mine[0], *mine[1]], book)
        if not mine[0] and not mine[1]:
            alone = [each.visit for each in (there, back) if each is not None]
            counted = counts(alone, alone_book)
        if there is None and back is None:
            continue
        first = there or back
        assert first is not None
        yield RouterAnswer(
            name=name,
            verdict=there.judgement.verdict if there is not None else Verdict.ACCEPTED,
            reason=there.judgement.reason if there is not None else "",
            decided_by=there.judgement.decision if there is not None else None,
            return_verdict=back.judgement.verdict if back is not None else None,
            return_reason=back.judgement.reason if back is not None else "",
            return_decided_by=back.judgement.decision if back is not None else None,
            counted=counted,
        )


def _visits(passage: Passage, namespace: str) -> list[Visit]:
    return [visit for visit in passage.visits if visit.namespace == namespace]


def _found(passage: Passage, namespace: str) -> Alone | None:
    """Its last visit decides: a packet may come to a router twice."""
    pairs: Sequence[tuple[Visit, Judgement]] = list(zip(passage.visits, passage.judgements, strict=True))
    return next((Alone(visit, each) for visit, each in reversed(pairs) if visit.namespace == namespace), None)


def _conditions(heard: Heard, book: Rulebook) -> Iterable[str]:
    said: dict[str, None] = {}
    for passage in (heard.there, heard.back):
        for visit, judgement in zip(passage.visits, passage.judgements, strict=True):
            if judgement.condition:
                said[judgement.condition] = None
            for _, place in places(visit, book):
                for module in place.changing:
                    said[f"{spoken(place.decision)} depends on {module}"] = None
    return said
