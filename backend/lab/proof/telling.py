"""What a proof tells of itself while it goes, in the words of a person. Pure."""

from collections.abc import Callable, Iterable, Sequence

from backend.lab.build.space import Refusal
from backend.lab.plan.operation import Omission
from backend.lab.probe.listen import Deaf
from backend.lab.proof.progress import AtRouter, Progress
from backend.lab.proof.round import Listening
from backend.model.answer import ServiceAnswer
from backend.model.flow import Service
from backend.wire.sentence import router_phrase, sentence
from backend.wire.services import spoken

Tell = Callable[[Progress], None]
PLACE = "\0"
"""For the services in a phrase; no rule has it."""
WHOLE = 100
ENDS, BEHIND = 10, 50
"""Of a hundred parts of the phase `test`: after the services end to end, and after the way behind what is blocked."""
ALONE = 90
"""When each router alone has been tested; what is left is to tell of each."""
MOST_NAMED = 12
MOST_REFUSED = 50
"""The answer has them all."""


class Telling:
    def __init__(self, tell: Tell, services: Sequence[Service]) -> None:
        self._tell = tell
        self._count = len(services)
        self._known: set[Service] = set()

    def building(
        self, routers: Sequence[str], right: str, assumptions: Sequence[str] = (), is_alone: bool = False
    ) -> None:
        """`is_alone`: each router by itself."""
        count, names = len(routers), f": {listed(routers)}" if routers else ""
        what = f"{count or 'no'} router{'' if count == 1 else 's'}{', each by itself,' if is_alone else ''}"
        message = f"a lab of {what} is built {right}{names}"
        self._tell(Progress("build", message, 0, 10, data={"routers": list(routers), "right": right}))
        for text in assumptions:
            self._tell(Progress("build", f"assumed: {text}", 1, 10, data={"assumed": text}))

    def standing(self, refused: Sequence[Refusal | Omission]) -> None:
        for each in refused[:MOST_REFUSED]:
            self._tell(Progress("build", f"not in the lab: {each}", 9, 10, data={"refused": _refused(each)}))
        count = len(refused)
        if count > MOST_REFUSED:
            more = f"not in the lab: {count - MOST_REFUSED} more lines, which the result has"
            self._tell(Progress("build", more, 9, 10))
        without = f", without {count} {'line' if count == 1 else 'lines'} of the facts" if count else ""
        self._tell(Progress("build", f"the lab stands{without}", 10, 10, data={"refusals": count}))

    def listening(self, machines: Sequence[Listening], deaf: Sequence[Deaf]) -> None:
        by_name: dict[str, dict[str, None]] = {}
        for machine in machines:
            ports = by_name.setdefault(machine.name, {})
            ports.update(dict.fromkeys(spoken(service) for service in machine.services if service.port))
        for name, ports in by_name.items():
            message = f"{name} listens on {listed(list(ports))}" if ports else f"{name} answers pings"
            data = {"machine": name, "services": list(ports)}
            self._tell(Progress("services", message, 1, 2, data={"listening": data}))
        for each in deaf:
            reason = f"nobody can listen on {spoken(each.service)} of {each.address}: {each.reason}"
            self._tell(Progress("services", reason, 1, 2, data={"deaf": reason}))
        self._tell(Progress("services", "who is to answer is ready", 2, 2))

    def known(self, answer: ServiceAnswer) -> None:
        """End to end; told once."""
        if answer.service not in self._known:
            self._known.add(answer.service)
            part = ENDS * len(self._known) // self._count
            self._tell(Progress("test", sentence(answer), part, WHOLE, answer=answer))

    def behind(self, services: Sequence[Service]) -> None:
        message = f"the way behind what blocks {listed([spoken(service) for service in services])}"
        self._tell(Progress("test", message, ENDS, WHOLE))

    def alone(self, routers: Iterable[str]) -> None:
        names = list(dict.fromkeys(routers))
        self._tell(Progress("test", f"each router alone: {listed(names)}", BEHIND, WHOLE, data={"routers": names}))

    def routers(self, answers: Sequence[ServiceAnswer]) -> None:
        by_name: dict[str, list[AtRouter]] = {}
        for answer in answers:
            for router in answer.routers:
                by_name.setdefault(router.name, []).append(AtRouter(answer.service, router))
        for number, (name, alone) in enumerate(by_name.items(), 1):
            part = ALONE + (WHOLE - ALONE) * number // len(by_name)
            self._tell(Progress("test", router_sentence(name, alone), part, WHOLE, router=name, alone=tuple(alone)))


def router_sentence(name: str, alone: Sequence[AtRouter]) -> str:
    """`br-gw alone lets 22/tcp, icmp through; blocks 443/tcp (filter FORWARD rule 12: -A FORWARD -j DROP)`."""
    alike: dict[str, list[str]] = {}
    for at in alone:
        alike.setdefault(router_phrase(at.answer, PLACE), []).append(spoken(at.service))
    return f"{name} alone " + "; ".join(phrase.replace(PLACE, listed(names), 1) for phrase, names in alike.items())


def listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    return f"{', '.join(names[:MOST_NAMED])}{more}"


def _refused(each: Refusal | Omission) -> dict[str, object]:
    if isinstance(each, Omission):
        return {"router": each.router, "section": None, "line": None, "text": each.text, "reason": each.reason}
    return {
        "router": each.router or each.namespace,
        "section": each.section or None,
        "line": each.line or None,
        "text": each.operation,
        "reason": each.message,
    }
