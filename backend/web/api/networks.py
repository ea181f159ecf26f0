"""The networks: facts that are kept, those that are active, and what is in them. "active" is a label too."""

from typing import Any

from flask import Response
from flask.typing import ResponseReturnValue
from msgspec import Raw, Struct

from backend.engine import EngineError
from backend.engine.protocol import Code
from backend.web import documents
from backend.web.access import Access, Scope, signed
from backend.web.engine import JSON, answer, ask, asked, told
from backend.web.questions import OfNetwork
from backend.web.route import Media, Route
from backend.wire.changes import NetworkChanges

ACTIVE = "active"


class Kept(Struct):
    kept: list[dict[str, Any]]


class Routers(Struct):
    """Of a topology, whose other half is not needed here."""

    network: Raw
    routers: list[Raw]


class Map(Struct):
    drawn: bytes


class Named(Struct):
    routers: list[dict[str, Any]]


def networks() -> ResponseReturnValue:
    return answer("networks", signed())


def network(network: str) -> ResponseReturnValue:
    for each in asked(Kept, "networks", signed()).kept:
        if each["label"] == network or (network == ACTIVE and each["is_active"]):
            return told(each)
    raise EngineError(Code.NOT_FOUND, f"there is no network {network[:64]!r}", "network")


def diagnostics(network: str) -> ResponseReturnValue:
    return answer("diagnostics", signed(network=_label(network)))


def difference(network: str, other: str) -> ResponseReturnValue:
    """Either may have to be read first."""
    said = ask("changes", signed(network=_label(network), other=_label(other)), COMPARE_S)
    return Response(said, mimetype=JSON)


def reload() -> ResponseReturnValue:
    return answer("reload", signed())


def activate(network: str) -> ResponseReturnValue:
    return answer("activate", signed(network=network))


def remove(network: str) -> ResponseReturnValue:
    return answer("remove_network", signed(network=network))


def topology(query: OfNetwork) -> ResponseReturnValue:
    return answer("topology", signed(network=query.network))


def layout(query: OfNetwork) -> ResponseReturnValue:
    return Response(_map(query.network, "json"), mimetype=JSON)


def svg(query: OfNetwork) -> ResponseReturnValue:
    return Response(_map(query.network, "svg"), mimetype="image/svg+xml")


def png(query: OfNetwork) -> ResponseReturnValue:
    return Response(_map(query.network, "png"), mimetype="image/png")


def _map(network: str, form: str) -> bytes:
    return asked(Map, "map", signed(network=network, form=form), DRAW_S).drawn


def routers(query: OfNetwork) -> ResponseReturnValue:
    return told(asked(Routers, "topology", signed(network=query.network)))


def router(router: str, query: OfNetwork) -> ResponseReturnValue:
    for each in asked(Named, "topology", signed(network=query.network)).routers:
        if each["name"] == router:
            return told(each)
    raise EngineError(Code.NOT_FOUND, f"there is no router {router[:64]!r}", "router")


def _label(network: str) -> str:
    return "" if network == ACTIVE else network


DRAW_S = 40.0
COMPARE_S = 120.0
SVG, PNG = Media("image/svg+xml"), Media("image/png")
PATH, ONE, TAG = "/api/v1/networks", "/api/v1/networks/{network}", "networks"
ADMIN = Access.ADMIN, Scope.ADMIN
ROUTES = [
    Route("GET", PATH, networks, "All networks", TAG, {200: documents.NetworkList}),
    Route("POST", f"{PATH}/reload", reload, "Read the facts' directory again", TAG, {200: documents.Active}, *ADMIN),
    Route("GET", ONE, network, "One network", TAG, {200: documents.Network}),
    Route("DELETE", ONE, remove, "Remove a network", TAG, {200: documents.Removed}, *ADMIN),
    Route("POST", f"{ONE}/activate", activate, "Make a network the active one", TAG, {200: documents.Active}, *ADMIN),
    Route(
        "GET", f"{ONE}/diagnostics", diagnostics, "What of the facts was not understood", TAG,
        {200: documents.Diagnostics},
    ),
    Route(
        "GET", f"{ONE}/difference/{{other}}", difference, "What another network's facts say differently", TAG,
        {200: NetworkChanges},
    ),
    Route("GET", "/api/v1/topology", topology, "All of a network", TAG, {200: documents.Topology}, query=OfNetwork),
    Route(
        "GET", "/api/v1/topology/layout", layout, "Where all of it stands on a page", TAG, {200: documents.Layout},
        query=OfNetwork,
    ),
    Route("GET", "/api/v1/topology.svg", svg, "The same as a picture", TAG, {200: SVG}, query=OfNetwork),
    Route("GET", "/api/v1/topology.png", png, "The same as a picture", TAG, {200: PNG}, query=OfNetwork),
    Route("GET", "/api/v1/routers", routers, "Its routers", TAG, {200: documents.RouterList}, query=OfNetwork),
    Route("GET", "/api/v1/routers/{router}", router, "A router", TAG, {200: documents.Router}, query=OfNetwork),
]  # fmt: skip
