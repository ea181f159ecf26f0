"""A trace that a person has: the routers that a packet is said to pass, in their order."""

import json
from collections.abc import Mapping
from typing import Any

from backend.model.answer import Stop
from backend.model.network import Network, Router
from backend.wire.question import QuestionError

FIELD = "trace"
NOT_KNOWN = ("???", "*")
"""Names of hops that did not answer."""
MOST = 255
SHOWN = 60


def read_path(network: Network, text: str) -> tuple[tuple[Stop, ...], tuple[str, ...]]:
    """The routers to be tested, and what of the trace cannot be."""
    document = _document(text)
    hops = document.get("path")
    if not isinstance(hops, list) or not hops:
        raise QuestionError(FIELD, "has no list `path` of hops")
    if len(hops) > MOST:
        raise QuestionError(FIELD, f"has {len(hops)} hops, more than {MOST}")
    routers = {router.name: router for router in network.routers}
    stops: list[Stop] = []
    notes: list[str] = []
    for number, hop in enumerate(hops, 1):
        if not isinstance(hop, dict):
            raise QuestionError(FIELD, f"hop {number} is {_shown(hop)}, not an object")
        name = hop.get("name")
        if name in NOT_KNOWN:
            notes.append(f"hop {number} did not answer, so nobody knows which router it is")
        elif _is_router(hop, name, routers):
            stops.append(_stop(number, hop, routers))
    if not stops:
        raise QuestionError(FIELD, "names no router of this network")
    return tuple(stops), tuple(notes)


def _document(text: str) -> Mapping[str, Any]:
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        place = f": line {error.lineno}: {error.msg}" if isinstance(error, json.JSONDecodeError) else ""
        raise QuestionError(FIELD, f"is no JSON{place}") from None
    if not isinstance(document, dict):
        raise QuestionError(FIELD, f"is {_shown(document)}, not an object with a `path`")
    return document


def _is_router(hop: Mapping[str, Any], name: object, routers: Mapping[str, Router]) -> bool:
    """Older files say `is_router_owned`; where nothing is said, the name decides."""
    said = hop.get("is_router", hop.get("is_router_owned"))
    return bool(said) if said is not None else isinstance(name, str) and name in routers


def _stop(number: int, hop: Mapping[str, Any], routers: Mapping[str, Router]) -> Stop:
    name = hop.get("name")
    router = routers.get(name) if isinstance(name, str) else None
    if router is None:
        raise QuestionError(FIELD, f"hop {number}: {_shown(name)} is no router of this network")
    known = {interface.name for interface in router.interfaces}
    said = hop.get("incoming") or hop.get("interface") or None
    incoming, outgoing = (_device(number, router.name, each, known) for each in (said, hop.get("outgoing") or None))
    return Stop(router.name, incoming, outgoing)


def _device(number: int, router: str, said: object, known: set[str]) -> str | None:
    if said is None:
        return None
    if not isinstance(said, str) or said not in known:
        raise QuestionError(FIELD, f"hop {number}: {router} has no interface {_shown(said)}")
    return said


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"
