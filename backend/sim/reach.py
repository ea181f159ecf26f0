"""Whether services can be reached: the way there and the way of the answer back, and who else would stop them."""

from collections.abc import Iterator, Sequence

from msgspec import Struct, structs

from backend.model.address import Address
from backend.model.answer import Decision, DecisionKind, Reachability, ServiceAnswer
from backend.model.flow import Service
from backend.model.missing import LETS_THROUGH, without_guesses
from backend.model.trace import StepKind
from backend.model.verdict import Verdict
from backend.sim.exchange import THERE, Conversation, Course
from backend.sim.explore import undecided
from backend.sim.network import CompiledNetwork
from backend.sim.packet import Packet, show
from backend.sim.probe import FIRST_PORT, opening
from backend.sim.routers import router_answers
from backend.sim.walk import unknown_rules
from backend.sim.way import Way


class Question(Struct, frozen=True):
    source: Address
    destination: Address
    services: tuple[Service, ...]
    source_port: int | None = None
    gateway: str | None = None
    """The router that the source uses first, where that is not clear."""
    tos: int = 0
    ttl: int = 64
    is_explained: bool = False
    """Steps of the ways say which rules were asked in vain."""


def reach(network: CompiledNetwork, question: Question) -> Reachability:
    known: dict[tuple[Service, int], ServiceAnswer] = {}
    services = tuple(_known(network, question, number, known) for number in range(len(question.services)))
    return Reachability(
        network=network.label,
        source=question.source,
        destination=question.destination,
        by="prediction",
        services=services,
        source_port=question.source_port,
    )


def _known(
    network: CompiledNetwork, question: Question, number: int, known: dict[tuple[Service, int], ServiceAnswer]
) -> ServiceAnswer:
    """The answer for another service that nothing in the network tells from this one, unless ports stand in it."""
    service, port = question.services[number], _source_port(question, number)
    key = network.ports.of(service), network.ports.first(port)
    if key in known:
        return structs.replace(known[key], service=service, source_port=port if service.port else None)
    answer = _answer(network, question, service, port)
    if not question.is_explained and not _names_ports(answer):
        known[key] = answer
    return answer


def _source_port(question: Question, number: int) -> int:
    return question.source_port if question.source_port is not None else FIRST_PORT + number % 20000


def _names_ports(answer: ServiceAnswer) -> bool:
    branches = [branch for branch in (answer.forward, answer.back) if branch is not None]
    steps = (step for branch in branches for hop in branch.hops for step in hop.steps)
    return any(step.kind is StepKind.TRANSLATION for step in steps) or " port " in answer.reason


def outcome(
    network: CompiledNetwork, question: Question, service: Service, port: int
) -> tuple[Verdict, bool, Decision | None]:
    """Only what comes out, whether on the way back, and what decides."""
    packet = opening(question.source, question.destination, service, port, question.tos, question.ttl)
    return settled(network, packet, Conversation(network, question.source, packet, question.gateway).courses())


def settled(
    network: CompiledNetwork, packet: Packet, courses: Sequence[Course]
) -> tuple[Verdict, bool, Decision | None]:
    """What comes out of all that may become of it."""
    first = max(courses, key=lambda course: course.share)
    is_clear = len({(course.verdict, course.is_return) for course in courses}) == 1
    verdict = first.verdict if is_clear else Verdict.CONDITIONAL
    if verdict in LETS_THROUGH:
        for name, why in _missing(network, packet, courses).items():
            return Verdict.UNKNOWN, False, Decision(name, DecisionKind.NONE, Verdict.UNKNOWN.value, text=why)
    return verdict, is_clear and first.is_return, _decision(first if is_clear else _decisive(courses))


def _answer(network: CompiledNetwork, question: Question, service: Service, port: int) -> ServiceAnswer:
    packet = opening(question.source, question.destination, service, port, question.tos, question.ttl)
    courses = Conversation(
        network, question.source, packet, question.gateway, is_explained=question.is_explained
    ).courses()
    is_stopped = any(course.is_stopped for course in courses)
    opened = Conversation(network, question.source, packet, question.gateway, is_open=True)
    seen = opened.courses() if is_stopped else courses
    first = max(courses, key=lambda course: course.share)
    is_clear = len({(course.verdict, course.is_return) for course in courses}) == 1
    decisive = first if is_clear else _decisive(courses)
    answer = ServiceAnswer(
        service=service,
        verdict=first.verdict if is_clear else Verdict.CONDITIONAL,
        reason=_reason(question, first) if is_clear else "; ".join(_told(question, courses)),
        is_return=is_clear and first.is_return,
        decided_by=_decision(decisive),
        source_port=port if service.port else None,
        forward=decisive.forward.branch,
        back=decisive.back.branch if decisive.back is not None else None,
        routers=tuple(router_answers(courses, seen)),
        conditions=tuple(dict.fromkeys(undecided(text) for course in courses for text in course.conditions)),
        has_one_way=len(seen) == 1 and not any(_returns(leg) for leg in seen[0].legs),
    )
    return without_guesses(answer, _missing(network, packet, seen))


def _returns(leg: Way) -> bool:
    """The packet comes to a router for the second time, so that there are two things to tell of it."""
    names = [hop.name for hop in leg.branch.hops]
    return len(names) > len(set(names))


def _decisive(courses: Sequence[Course]) -> Course:
    return next((course for course in courses if course.verdict not in THERE), courses[0])


def _reason(question: Question, course: Course) -> str:
    branch = course.last.branch
    if course.is_stopped:
        return f"the answer: {branch.reason}" if course.is_return else branch.reason
    if course.is_own:
        return course.legs[0].branch.reason
    came = course.last.packet
    port = f" port {came.source_port}" if came.source_port is not None else ""
    return f"the answer comes from {show(came.family, came.source)}{port}, while {question.destination} was asked"


def _told(question: Question, courses: Sequence[Course]) -> Iterator[str]:
    """Each outcome once, and when it comes so."""
    outcomes: dict[tuple[Verdict, bool], Course] = {}
    for course in courses:
        outcomes.setdefault((course.verdict, course.is_return), course)
    common = set.intersection(*(set(course.conditions) for course in courses))
    for (verdict, is_return), course in outcomes.items():
        when = [text for text in course.conditions if text not in common]
        share = sum(each.share for each in courses if (each.verdict, each.is_return) == (verdict, is_return))
        text = f"if {' and '.join(when)}" if when else f"on {share:.0%} of the equal-cost ways"
        reason = _reason(question, course)
        yield f"{verdict.value} {text}{f': {reason}' if reason and verdict not in THERE else ''}"


def _decision(course: Course) -> Decision | None:
    if course.verdict in THERE:
        return None
    if course.last.decision is not None:
        return course.last.decision
    branch = course.last.branch
    router = branch.hops[-1].name if branch.hops else ""
    return Decision(router, DecisionKind.NONE, course.verdict.value, text=branch.reason)


def _missing(network: CompiledNetwork, packet: Packet, courses: Sequence[Course]) -> dict[str, str]:
    names = dict.fromkeys(met.router for course in courses for leg in course.legs for met in leg.met)
    found = {name: unknown_rules(network, name, packet.family) for name in names}
    return {name: why for name, why in found.items() if why}
