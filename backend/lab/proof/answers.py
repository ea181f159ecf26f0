"""From what was heard end to end and of each router alone to the answer for one service. Pure."""

from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct, structs

from backend.lab.probe.ask import Outcome
from backend.lab.probe.token import Way
from backend.lab.proof.alone import Alone, Key
from backend.lab.proof.heard import Heard
from backend.lab.proof.judge import counts, places
from backend.lab.proof.passage import Map, Passage, branch
from backend.lab.proof.rulebook import Rulebook
from backend.lab.watch.packet import Packet
from backend.model.answer import Count, Decision, RouterAnswer, ServiceAnswer
from backend.model.trace import Branch
from backend.model.verdict import Verdict


class Fate(Struct, frozen=True):
    verdict: Verdict
    reason: str = ""
    decision: Decision | None = None
    is_return: bool = False


def answer(heard: Heard, map_: Map, book: Rulebook, alone: Mapping[Key, Alone], alone_book: Rulebook) -> ServiceAnswer:
    there, back = branch(heard.there, map_, book), branch(heard.back, map_, book)
    fate = _fate(heard, map_)
    is_own = there is None or fate.is_return or heard.there.verdict is Verdict.EXITS_NETWORK
    return structs.replace(
        _with_fate(heard, fate),
        forward=there if is_own or there is None else Branch(there.hops, fate.verdict, fate.reason),
        back=back if heard.there.is_through else None,  # what a rule sends back is no answer
        routers=tuple(_routers(heard, map_.routers, book, alone, alone_book)),
        conditions=tuple(_conditions(heard, book)),
    )


def answer_so_far(heard: Heard, map_: Map) -> ServiceAnswer:
    """Without the ways and what each router does; those are named that the packet came to."""
    fate = _fate(heard, map_)
    visits = [visit for passage in heard.ways.values() for visit in passage.visits]
    names = dict.fromkeys(map_.routers[visit.namespace] for visit in visits if visit.namespace in map_.routers)
    routers = tuple(RouterAnswer(name, Verdict.ACCEPTED) for name in names)
    return structs.replace(_with_fate(heard, fate), routers=routers)


def _with_fate(heard: Heard, fate: Fate) -> ServiceAnswer:
    return ServiceAnswer(
        service=heard.ask.service,
        verdict=fate.verdict,
        reason=fate.reason,
        is_return=fate.is_return,
        decided_by=fate.decision,
        source_port=heard.ask.source_port if heard.ask.service.port else None,
    )


def _fate(heard: Heard, map_: Map) -> Fate:
    there, back, outcome = heard.there, heard.back, heard.result.outcome
    said = f" ({heard.result.text})" if heard.result.text else ""
    if not there.is_through:
        is_known = there.verdict is not Verdict.UNKNOWN or there.decision is not None
        return Fate(there.verdict, there.reason if is_known else there.reason + said, there.decision)
    is_exit = there.verdict is Verdict.EXITS_NETWORK
    is_failed = outcome not in (Outcome.ANSWERED, Outcome.REFUSED)
    if back.is_doubtful or (is_failed and _is_lost(back, is_exit)):
        return Fate(back.verdict, f"the answer: {back.reason}", back.decision, is_return=True)
    if outcome is Outcome.ANSWERED or is_exit:
        return Fate(there.verdict, there.reason)
    where = map_.name(there.arrived or "")
    if outcome is Outcome.REFUSED:
        return Fate(Verdict.NO_LISTENER, f"{where} takes the packet for itself, and nothing listens there")
    return _unanswered(heard, where, said)


def _is_lost(back: Passage, is_exit: bool) -> bool:
    """Where nobody is known who could answer, an answer that was not sent says nothing."""
    is_sent = any(visit.wanted is None for visit in back.visits)
    return (is_sent or (bool(back.visits) and not is_exit)) and back.verdict is not Verdict.ACCEPTED


def _unanswered(heard: Heard, where: str, said: str) -> Fate:
    sent, came = heard.there.visits[0].packet, heard.back.visits[-1].packet if heard.back.visits else None
    if sent is not None and came is not None and _answering(came) != _asked(sent):
        reason = f"the answer comes from {_spoken(_answering(came))}, while {_spoken(_asked(sent))} was asked"
        return Fate(Verdict.UNREACHABLE, reason, is_return=True)
    if heard.result.outcome in (Outcome.CONNECTED, Outcome.BROKEN):
        return Fate(Verdict.UNKNOWN, f"{where} is reached and connects, but what is sent then is not answered{said}")
    return Fate(Verdict.UNKNOWN, f"{where} is reached, but no answer came back{said}")


def _asked(packet: Packet) -> tuple[str, int]:
    return str(packet.destination), packet.destination_port


def _answering(packet: Packet) -> tuple[str, int]:
    return str(packet.source), packet.source_port


def _spoken(end: tuple[str, int]) -> str:
    return f"{end[0]} port {end[1]}" if end[1] else end[0]


def _routers(
    heard: Heard, routers: Mapping[str, str], book: Rulebook, alone: Mapping[Key, Alone], alone_book: Rulebook
) -> Iterator[RouterAnswer]:
    """A router that the packet came to did with it what it did; of one behind a block, what it does alone."""
    visits = [visit for passage in (*heard.ways.values(), *heard.whole.values()) for visit in passage.visits]
    for namespace in dict.fromkeys(visit.namespace for visit in visits if visit.namespace in routers):
        name = routers[namespace]
        met = {way: each for way, passage in heard.ways.items() if (each := _met(passage, namespace)) is not None}
        by_itself = {way: alone[heard.ask.number, way, name] for way in Way if (heard.ask.number, way, name) in alone}
        if _is_sender(heard, namespace):
            by_itself = {}  # it does not know the connection that the answer belongs to
        found = by_itself | met
        there, back = _first(found, Way.FORWARD, Way.DATA), _first(found, Way.ANSWER, Way.ECHO)
        if there is not None and not there.judgement.is_through:
            back = None
        if met:
            counted = counts((v for p in heard.ways.values() for v in p.visits if v.namespace == namespace), book)
        else:
            counted = counts((each.visit for each in by_itself.values()), alone_book)
        if there is not None or back is not None:
            yield _router(name, there, back, counted)


def _is_sender(heard: Heard, namespace: str) -> bool:
    sent = heard.whole[Way.FORWARD].visits
    return any(visit.namespace == namespace and visit.came is None for visit in sent)


def _first(found: Mapping[Way, Alone], *ways: Way) -> Alone | None:
    """The first that was not let through, or the last."""
    some = [found[way] for way in ways if way in found]
    return next((each for each in some if not each.judgement.is_through), some[-1] if some else None)


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
    for passage in heard.ways.values():
        for visit, judgement in zip(passage.visits, passage.judgements, strict=True):
            if judgement.condition:
                said[judgement.condition] = None
            for _, place in places(visit, book):
                for module in place.changing:
                    said[f"{place.decision.spoken} depends on {module}"] = None
    return said
