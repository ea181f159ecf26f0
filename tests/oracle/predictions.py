"""What the simulator predicts beside what real packets proved: verdict, deciding rule, and each router."""

from collections.abc import Iterator

from backend.lab.proof.prove import Request
from backend.model.answer import Decision, DecisionKind, Reachability, RouterAnswer, ServiceAnswer
from backend.model.trace import Branch
from backend.model.verdict import Verdict
from backend.sim import CompiledNetwork, Question, reach
from backend.sim.exchange import Conversation, Course
from backend.sim.probe import FIRST_PORT, opening
from backend.sim.way import Way
from backend.wire.services import spoken

OPEN = frozenset((Verdict.CONDITIONAL, Verdict.UNKNOWN))
AT_THE_END = frozenset((Verdict.NEIGHBOR_UNREACHABLE, Verdict.NO_LISTENER, Verdict.RPFILTER))
ASTRAY = frozenset((Verdict.EXITS_NETWORK, Verdict.NO_LISTENER, Verdict.NEIGHBOR_UNREACHABLE, Verdict.UNREACHABLE))
"""Packets on a connection come to a machine that knows nothing of it, which says so, sends them on or drops them."""
"""Of these the simulator may have another word, or none: it knows no programs."""


def question_of(request: Request) -> Question:
    return Question(
        request.source,
        request.destination,
        request.services,
        request.source_port,
        request.gateway,
        request.tos,
        request.ttl,
    )


def prediction_differences(network: CompiledNetwork, request: Request, proved: Reachability) -> Iterator[str]:
    predicted = reach(network, question_of(request))
    for mine, real in zip(predicted.services, proved.services, strict=True):
        where = f"{request.source} > {request.destination} {spoken(mine.service)}"
        courses = _courses(network, request, mine)
        is_one_way = len(courses) == 1 and not any(_returns(leg) for leg in courses[0].legs)
        yield from (f"{where}: {text}" for text in service_differences(mine, real, is_one_way))


def _courses(network: CompiledNetwork, request: Request, answer: ServiceAnswer) -> list[Course]:
    """As if no rule stopped anything."""
    port = answer.source_port or FIRST_PORT
    packet = opening(request.source, request.destination, answer.service, port, request.tos, request.ttl)
    return Conversation(network, request.source, packet, request.gateway, is_open=True).courses()


def _returns(leg: Way) -> bool:
    """The packet comes to a router for the second time, so that there are two things to tell of it."""
    names = [hop.name for hop in leg.branch.hops]
    return len(names) > len(set(names))


def service_differences(mine: ServiceAnswer, real: ServiceAnswer, is_one_way: bool) -> Iterator[str]:
    """`is_one_way`: there and back, so that a router gets the packet on the same interface in both."""
    if mine.verdict in OPEN or real.verdict in OPEN:
        return
    if mine.verdict is Verdict.EXITS_NETWORK and real.is_return:
        return  # the lab has somebody out there who answers
    predicted = Verdict.NO_LISTENER if _is_without_listener(mine, real) else mine.verdict
    if (predicted, mine.is_return) != (real.verdict, real.is_return):
        if "the connection stands" in mine.reason and real.verdict in ASTRAY:
            return
        if mine.verdict not in AT_THE_END or real.verdict not in AT_THE_END:
            yield f"predicted {_told(mine)}, proved {_told(real)}"
        return
    if not is_one_way:
        return
    if _decided(mine.decided_by) != _decided(real.decided_by):
        yield f"predicted {_decided(mine.decided_by)}, proved {_decided(real.decided_by)}"
    yield from _path_differences("the way there", mine.forward, real.forward)
    yield from _path_differences("the way back", mine.back, real.back)
    known = {router.name: router for router in mine.routers}
    for router in real.routers:
        if router.name in known:
            yield from _router_differences(known[router.name], router)


def _path_differences(name: str, mine: Branch | None, real: Branch | None) -> Iterator[str]:
    """Of what was proved, the answer is not always told to its end."""
    if mine is None or real is None:
        return
    predicted, proved = _places(mine), _places(real)
    if predicted != proved:
        yield f"{name} predicted {predicted}, proved {proved}"


def _places(branch: Branch) -> list[tuple[str, str | None, str | None]]:
    """Of routers: where an answer needs none, it is not told by whom it is got."""
    return [(hop.name, hop.incoming, hop.outgoing) for hop in branch.hops if hop.is_router]


def _is_without_listener(mine: ServiceAnswer, real: ServiceAnswer) -> bool:
    return mine.verdict is Verdict.ACCEPTED and real.verdict is Verdict.NO_LISTENER


def _router_differences(mine: RouterAnswer, real: RouterAnswer) -> Iterator[str]:
    there = (mine.verdict, _decided(mine.decided_by)), (real.verdict, _decided(real.decided_by))
    back = (
        (mine.return_verdict, _decided(mine.return_decided_by)),
        (real.return_verdict, _decided(real.return_decided_by)),
    )
    for name, (one, other) in (("", there), ("of the answer ", back)):
        if {one[0], other[0]} == {Verdict.ACCEPTED, Verdict.NEIGHBOR_UNREACHABLE}:
            continue  # alone, a router has nobody to wait for
        if one != other and None not in (one[0], other[0]) and not OPEN & {one[0], other[0]}:
            yield f"{mine.name} {name}predicted {one}, proved {other}"


def _decided(decision: Decision | None) -> tuple[object, ...] | None:
    if decision is None or decision.kind not in (DecisionKind.RULE, DecisionKind.POLICY):
        return None
    return decision.router, decision.table, decision.chain, decision.number


def _told(answer: ServiceAnswer) -> str:
    return f"{answer.verdict.value}{' of the answer' if answer.is_return else ''} ({answer.reason})"
