"""Questions that are answered at once, one after the other: the way, services by prediction, a test as it is submitted,
what the facts say of a router, and what another network says differently.

{"call": "trace", "question": {…}}  →  {"result": …}  or  {"error": {"message": …, "field": …}}
"""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec
from msgspec import Raw, Struct, structs

from backend import sim
from backend.engine.workers.child import Channel
from backend.engine.workers.knowledge import Knowledge
from backend.jobs.asking import FLOW, MOST_SERVICES, read_asked
from backend.jobs.draft import draft_document, read_draft
from backend.jobs.job import Asked
from backend.jobs.record import encode_asked
from backend.model.network import Router
from backend.wire.answer import answer_document
from backend.wire.changes import Side, changes, fingerprints, side
from backend.wire.facts import router_facts, set_entries
from backend.wire.given import shown
from backend.wire.question import QuestionError, read_question
from backend.wire.services import MOST
from backend.wire.trace import trace_document

REACH = (*FLOW, "services", "default_protocol", "tried")


class Asking(Struct, frozen=True):
    call: str
    question: dict[str, Any] = {}
    max_services: int | None = None


def answering(known: Knowledge, channel: Channel, _task: bytes) -> None:
    while True:
        channel.send(answer(known, channel.receive()))


def answer(known: Knowledge, message: bytes) -> bytes:
    asking = msgspec.json.decode(message, type=Asking)
    try:
        return msgspec.json.encode({"result": CALLS[asking.call](known, asking)})
    except QuestionError as error:
        return msgspec.json.encode({"error": {"message": str(error), "field": error.field}})


def _trace(known: Knowledge, asking: Asking) -> object:
    """`tried`: with the rules that were asked in vain."""
    said = {name: value for name, value in asking.question.items() if name != "tried"}
    flow, gateway = read_question(known.network, said)
    return trace_document(sim.trace(known.compiled, flow, gateway, bool(asking.question.get("tried"))))


def _reach(known: Knowledge, asking: Asking) -> object:
    """`tried`: with the rules that were asked in vain."""
    for name in asking.question:
        if name not in REACH:
            raise QuestionError(shown(name), f"is no field of this question; they are {', '.join(REACH)}")
    said = {name: value for name, value in asking.question.items() if name != "tried"}
    asked = read_asked(known.network, said, known.network.label, asking.max_services or MOST)
    question = structs.replace(question_of(asked), is_explained=bool(asking.question.get("tried")))
    return answer_document(sim.reach(known.compiled, question))


def _check(known: Knowledge, asking: Asking) -> object:
    """What a test is about, read with the network that it is about."""
    asked = read_asked(known.network, asking.question, known.network.label, asking.max_services or MOST_SERVICES)
    return Raw(encode_asked(asked))


def _draft(known: Knowledge, asking: Asking) -> object:
    """What a test would be about that somebody is still writing."""
    return draft_document(read_draft(known.network, asking.question, asking.max_services or MOST_SERVICES))


def _router(known: Knowledge, asking: Asking) -> object:
    """None: there is no such router."""
    router = _router_of(known, asking)
    return None if router is None else router_facts(known.network, router)


def _entries(known: Knowledge, asking: Asking) -> object:
    """A page of a set's entries; None: there is no such set."""
    router, said = _router_of(known, asking), asking.question
    sets = () if router is None else router.firewall.sets or ()
    found = next((each for each in sets if each.name == said["set"]), None)
    return None if found is None else set_entries(found, said["search"], said["offset"])


def _router_of(known: Knowledge, asking: Asking) -> Router | None:
    return next((each for each in known.network.routers if each.name == asking.question["router"]), None)


def _fingerprints(known: Knowledge, _: Asking) -> object:
    return fingerprints(known.network)


def _side(known: Knowledge, asking: Asking) -> object:
    return side(known.network, asking.question["others"])


def _changes(known: Knowledge, asking: Asking) -> object:
    return changes(msgspec.convert(asking.question["before"], Side), known.network)


CALLS: Mapping[str, Callable[[Knowledge, Asking], object]] = {
    "trace": _trace,
    "reach": _reach,
    "check": _check,
    "draft": _draft,
    "router": _router,
    "entries": _entries,
    "fingerprints": _fingerprints,
    "side": _side,
    "changes": _changes,
}


def question_of(asked: Asked) -> sim.Question:
    return sim.Question(
        asked.source, asked.destination, asked.services, asked.source_port, asked.gateway, asked.tos, asked.ttl
    )
