"""A test as somebody submits it, read into what is asked for."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, TypeVar

from backend.jobs.job import Asked, GivenTrace, Priority
from backend.jobs.phase import Mode
from backend.model.address import Address
from backend.model.flow import Service
from backend.model.network import Network
from backend.wire.given import shown
from backend.wire.path import read_trace
from backend.wire.question import Faults, QuestionError, name_of, read_question
from backend.wire.services import readable, readable_list, whole

FLOW = ("source", "destination", "source_port", "gateway", "tos", "ttl")
FIELDS = (*FLOW, "services", "default_protocol", "mode", "priority", "trace")
MOST_SERVICES = 10
Word = TypeVar("Word", bound=StrEnum)


def read_asked(
    network: Network, question: Mapping[str, Any], snapshot: str, max_services: int = MOST_SERVICES
) -> Asked:
    """QuestionError names the field that is wrong. `snapshot`: the label of the facts."""
    for name in question:
        check_name(name)
    flow, gateway = read_question(network, {name: question.get(name) for name in FLOW})
    read_priority(question)
    return Asked(
        source=flow.source,
        destination=flow.destination,
        services=whole(*readable_services(question, max_services)),
        snapshot=snapshot,
        mode=read_mode(question),
        source_port=flow.source_port,
        gateway=gateway,
        tos=flow.tos,
        ttl=flow.ttl,
        trace=_trace(network, question, (flow.source, flow.destination)),
        names=(name_of(network, flow.source), name_of(network, flow.destination)),
    )


def read_mode(question: Mapping[str, Any]) -> Mode:
    return _word(question, "mode", Mode.PROVE)


def read_priority(question: Mapping[str, Any]) -> Priority:
    """It is no part of what is asked for: the queue alone needs it."""
    return _word(question, "priority", Priority.NORMAL)


def check_name(field: str) -> None:
    if field not in FIELDS:
        raise QuestionError(shown(field), f"is no field of a test; they are {', '.join(FIELDS)}")


def readable_services(question: Mapping[str, Any], most: int) -> tuple[list[Service], Faults]:
    """What can be read of them, and what is wrong with the others."""
    said, protocol = question.get("services"), question.get("default_protocol") or None
    if not isinstance(protocol, str | None):
        return [], Faults([QuestionError("default_protocol", f"{shown(protocol)} is no text: tcp or udp")])
    if isinstance(said, list):
        return readable_list(said, protocol, most)
    if said is not None and not isinstance(said, str):
        return [], Faults([QuestionError("services", f"{shown(said)} is neither text such as 22/tcp,80 nor a list")])
    return readable(said or "", protocol, most)


def _word(question: Mapping[str, Any], field: str, default: Word) -> Word:
    said = question.get(field)
    if said is None or said == "":
        return default
    words: list[Word] = list(type(default))
    found = next((word for word in words if word.value == said), None)
    if found is None:
        raise QuestionError(field, f"{shown(said)} is none of {', '.join(word.value for word in words)}")
    return found


def _trace(network: Network, question: Mapping[str, Any], ends: tuple[Address, Address]) -> GivenTrace | None:
    given = said_trace(question)
    if given is None:
        return None
    path = read_trace(network, given, ends)
    return GivenTrace(path.stops, path.text, path.notes)


def said_trace(question: Mapping[str, Any]) -> object:
    given = question.get("trace")
    return None if isinstance(given, str) and not given.strip() else given
