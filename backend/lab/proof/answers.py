"""From what was heard end to end and of each router alone to the answer for one service. Pure."""

from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct

from backend.lab.probe.ask import Ask, Outcome, Result
from backend.lab.probe.token import Way
from backend.lab.proof.alone import Alone, Case, Key
from backend.lab.proof.judge import counts, places, spoken
from backend.lab.proof.passage import Map, Passage, branch
from backend.lab.proof.rulebook import Rulebook
from backend.model.answer import Count, Decision, RouterAnswer, ServiceAnswer
from backend.model.trace import Branch
from backend.model.verdict import Verdict

DENIED = frozenset((Verdict.DENIED_IN, Verdict.DENIED_FORWARD, Verdict.DENIED_OUT))


class Heard(Struct, frozen=True):
    """All that was heard of one service end to end."""

    ask: Ask
    result: Result
    there: Passage
    back: Passage
    beyond: tuple[Passage, Passage] | None = None
    """There and back in the lab without rules that stop packets."""
    notes: tuple[str, ...] = ()

    @property
    def is_stopped(self) -> bool:
        """By a rule, behind which there may be others."""
        return self.there.verdict in DENIED or (self.there.is_through and self.back.verdict in DENIED)

    @property
    def whole(self) -> tuple[Passage, Passage]:
        """As far as the way is known."""
        return self.beyond or (self.there, self.back)

    @property
    def met(self) -> tuple[Passage, ...]:
        """End to end. What a rule sends back is no answer."""
        return (self.there, self.back) if self.there.is_through else (self.there,)

    def cases(self, routers: Mapping[str, str]) -> Iterator[Case]:
        """What came to each router from a cable."""
        for way, passage in zip((Way.FORWARD, Way.ANSWER), self.whole, strict=True):
            for visit in passage.visits:
                if visit.namespace in routers and visit.came is not None:
                    came = visit.came
                    yield Case(self.ask.number, way, routers[visit.namespace], came.device, came.data)


def answer(heard: Heard, map_: Map, book: Rulebook, alone: Mapping[Key, Alone], alone_book: Rulebook) -> ServiceAnswer:
    there, back = branch(heard.there, map_, book), branch(heard.back, map_, book)
    verdict, reason, decision, is_return = _verdict(heard, map_.routers, there)
    return ServiceAnswer(
        service=heard.ask.service,
        verdict=verdict,
        reason=reason,
        is_return=is_return,
        decided_by=decision,
        source_port=heard.ask.source_port if heard.ask.service.port else None,
        forward=there if there is None or is_return else Branch(there.hops, verdict, reason),
        back=back if heard.there.is_through else None,  # what a rule sends back is no answer
        routers=tuple(_routers(heard, map_.routers, book, alone, alone_book)),
        conditions=tuple(_conditions(heard, book)),
    )


def _verdict(
    heard: Heard, routers: Mapping[str, str], way: Branch | None
) -> tuple[Verdict, str, Decision | None, bool]:
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
    where = name or (way.hops[-1].name if way is not None and way.hops else "the destination")
    if result.outcome is Outcome.CONNECTED:
        return Verdict.UNKNOWN, f"{where} is reached and connects, but what is sent then is not answered", None, False
    said = f" ({result.text})" if result.text else ""
    return Verdict.UNKNOWN, f"{where} is reached, but no answer came back{said}", None, False


def _routers(
    heard: Heard, routers: Mapping[str, str], book: Rulebook, alone: Mapping[Key, Alone], alone_book: Rulebook
) -> Iterator[RouterAnswer]:
    """A router that the packet came to did with it what it did; of one behind a block, what it does alone."""
    visits = [visit for passage in heard.whole for visit in passage.visits]
    for namespace in dict.fromkeys(visit.namespace for visit in visits if visit.namespace in routers):
        name = routers[namespace]
        met = [_met(passage, namespace) for passage in heard.met]
        there = met[0] or alone.get((heard.ask.number, Way.FORWARD, name))
        back = met[-1] if len(met) > 1 and met[-1] is not None else alone.get((heard.ask.number, Way.ANSWER, name))
        if there is not None and not there.judgement.is_through:
            back = None  # it does not know the connection that the answer belongs to
        if any(met):
            counted = counts((v for p in heard.met for v in p.visits if v.namespace == namespace), book)
        else:
            counted = counts((each.visit for each in (there, back) if each is not None), alone_book)
        if there is not None or back is not None:
            yield _router(name, there, back, counted)


def _router(name: str, there: Alone | None, back: Alone | None, counted: tuple[Count, ...]) -> RouterAnswer:
    """One that only the answer comes to is judged by what it does with that."""
    first = there or back
    assert first is not None
    judgement, answered = first.judgement, back.judgement if back is not None else None
    return RouterAnswer(
        name=name,
        verdict=judgement.verdict,
        reason=judgement.reason,
        decided_by=judgement.decision,
        return_verdict=answered.verdict if answered is not None else None,
        return_reason=answered.reason if answered is not None else "",
        return_decided_by=answered.decision if answered is not None else None,
        counted=counted,
    )


def _met(passage: Passage, namespace: str) -> Alone | None:
    """Its last visit decides: a packet may come to a router twice."""
    pairs = list(zip(passage.visits, passage.judgements, strict=True))
    return next((Alone(visit, each) for visit, each in reversed(pairs) if visit.namespace == namespace), None)


def _conditions(heard: Heard, book: Rulebook) -> Iterable[str]:
    said: dict[str, None] = dict.fromkeys(heard.notes)
    for passage in heard.met:
        for visit, judgement in zip(passage.visits, passage.judgements, strict=True):
            if judgement.condition:
                said[judgement.condition] = None
            for _, place in places(visit, book):
                for module in place.changing:
                    said[f"{spoken(place.decision)} depends on {module}"] = None
    return said
