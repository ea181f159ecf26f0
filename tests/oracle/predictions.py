"""What the simulator predicts beside what real packets proved: verdict, deciding rule, and each router."""

from collections.abc import Iterator

from backend.jobs.comparison import Agreement, compare_service
from backend.jobs.decided import is_without_listener
from backend.lab.proof.prove import Request
from backend.model.answer import Reachability, ServiceAnswer
from backend.model.trace import Branch
from backend.sim import CompiledNetwork, Question, reach
from backend.wire.services import spoken


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
        yield from (f"{where}: {text}" for text in service_differences(mine, real))


def service_differences(mine: ServiceAnswer, real: ServiceAnswer) -> Iterator[str]:
    found = compare_service(mine, real)
    if found.agreement is Agreement.NOT_COMPARABLE:
        return
    differing = [router for router in found.routers if router.agreement is Agreement.DIFFERS]
    is_same = mine.verdict is real.verdict or is_without_listener(mine, real)
    if found.agreement is Agreement.DIFFERS and not (is_same and differing):
        yield found.why
    if mine.has_one_way and is_same:
        yield from (f"{router.name}{' with the answer' * router.is_return}: {router.why}" for router in differing)
        yield from _path_differences("the way there", mine.forward, real.forward)
        yield from _path_differences("the way back", mine.back, real.back)


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
