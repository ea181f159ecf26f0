"""Prediction beside proof, service by service and router by router.

Where both are sure and say different things, one of them is wrong, which is an error of ours and is told as one. Some
things only one of the two can know; then they are not compared, and it is said why.
"""

from collections import Counter
from collections.abc import Iterator
from enum import StrEnum

from msgspec import Struct

from backend.jobs.decided import (
    OPEN,
    Fate,
    difference,
    fate_back,
    fate_there,
    is_without_listener,
    service_fate,
    why_not,
)
from backend.model.answer import Reachability, RouterAnswer, ServiceAnswer
from backend.model.flow import Service
from backend.wire.services import spoken


class Agreement(StrEnum):
    AGREES = "agrees"
    DIFFERS = "differs"
    NOT_COMPARABLE = "not_comparable"


class RouterComparison(Struct, frozen=True):
    name: str
    is_return: bool
    """What it does with the answer."""
    agreement: Agreement
    why: str = ""


class ServiceComparison(Struct, frozen=True):
    service: Service
    agreement: Agreement
    """Of the verdict, what decides, and all routers."""
    why: str = ""
    routers: tuple[RouterComparison, ...] = ()


class Comparison(Struct, frozen=True):
    services: tuple[ServiceComparison, ...]
    sentence: str

    @property
    def is_ours(self) -> bool:
        """Something differs, which is an error of ours."""
        return any(service.agreement is Agreement.DIFFERS for service in self.services)


def compare(predicted: Reachability, proved: Reachability, is_path_given: bool = False) -> Comparison:
    """`is_path_given`: the proof followed a trace that somebody gave, and not the way that the packet takes."""
    real = {answer.service: answer for answer in proved.services}
    if is_path_given:
        why = "the proof followed the trace that was given"
        services = tuple(_not_comparable(mine.service, why) for mine in predicted.services)
    else:
        services = tuple(_service(mine, real.get(mine.service)) for mine in predicted.services)
    return Comparison(services, _sentence(services))


def _not_comparable(service: Service, why: str) -> ServiceComparison:
    return ServiceComparison(service, Agreement.NOT_COMPARABLE, why)


def _service(mine: ServiceAnswer, real: ServiceAnswer | None) -> ServiceComparison:
    if real is None:
        return _not_comparable(mine.service, "it was not proved")
    return compare_service(mine, real)


def compare_service(mine: ServiceAnswer, real: ServiceAnswer) -> ServiceComparison:
    """Rules and routers only where there is one way: of several, prediction and proof may take different ones, and of
    a router to which a packet comes twice there are two things to tell."""
    unsure = why_not(mine, real)
    if unsure:
        return _not_comparable(mine.service, unsure)
    agreement, why = _whole(mine, real)
    known = {router.name: router for router in mine.routers}
    pairs = ((known[router.name], router) for router in real.routers if router.name in known)
    routers = tuple(each for one, other in pairs for each in _router(one, other)) if mine.has_one_way else ()
    differing = [each for each in routers if each.agreement is Agreement.DIFFERS]
    if agreement is not Agreement.DIFFERS and differing:
        of_answer = " with the answer" if differing[0].is_return else ""
        agreement, why = Agreement.DIFFERS, f"{differing[0].name}{of_answer}: {differing[0].why}"
    return ServiceComparison(mine.service, agreement, why, routers)


def _whole(mine: ServiceAnswer, real: ServiceAnswer) -> tuple[Agreement, str]:
    if is_without_listener(mine, real):
        return Agreement.AGREES, "it arrives; the prediction does not know which programs listen there"
    return _agreement(service_fate(mine), service_fate(real), is_rule_compared=mine.has_one_way)


def _router(mine: RouterAnswer, real: RouterAnswer) -> Iterator[RouterComparison]:
    for is_return, fate in ((False, fate_there), (True, fate_back)):
        one, other = fate(mine), fate(real)
        if one is not None and other is not None:
            yield RouterComparison(mine.name, is_return, *_alone(one, other))


def _alone(mine: Fate, real: Fate) -> tuple[Agreement, str]:
    if OPEN & {mine.verdict, real.verdict}:
        return Agreement.NOT_COMPARABLE, f"predicted {mine.verdict.value}, proved {real.verdict.value}"
    if mine.is_of_neighbor(real):
        return Agreement.NOT_COMPARABLE, "alone, a router has no neighbour to wait for"
    return _agreement(mine, real)


def _agreement(mine: Fate, real: Fate, is_rule_compared: bool = True) -> tuple[Agreement, str]:
    text = difference(mine, real, is_rule_compared)
    return (Agreement.DIFFERS, text) if text else (Agreement.AGREES, "")


def _sentence(services: tuple[ServiceComparison, ...]) -> str:
    count = Counter(service.agreement for service in services)
    differing = [service for service in services if service.agreement is Agreement.DIFFERS]
    agreed, open_ = count[Agreement.AGREES], count[Agreement.NOT_COMPARABLE]
    if differing:
        first = differing[0]
        others = f" and {len(differing) - 1} more" if len(differing) > 1 else ""
        return f"Prediction and proof differ, which is an error of ours: {spoken(first.service)}{others}, {first.why}."
    rest = f"; {_services(open_)} cannot be compared" if open_ else ""
    if not agreed:
        return f"Prediction and proof cannot be compared: {services[0].why}." if services else "Nothing was compared."
    return f"Prediction and proof agree on {_services(agreed)}{rest}."


def _services(number: int) -> str:
    return "1 service" if number == 1 else f"{number} services"
