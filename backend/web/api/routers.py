"""What the facts of one router say, and the entries of its sets."""

from typing import Annotated

from flask.typing import ResponseReturnValue
from msgspec import Meta

from backend.web.access import signed
from backend.web.engine import answer
from backend.web.questions import OfNetwork
from backend.web.route import Route
from backend.wire.facts import RouterFacts, SetEntries


class OfSet(OfNetwork, forbid_unknown_fields=True, kw_only=True):
    set: Annotated[str, Meta(min_length=1)]
    """Its name."""
    search: Annotated[str, Meta(max_length=256)] = ""
    """Only the entries that have all of these words."""
    offset: Annotated[int, Meta(ge=0, le=1 << 32)] = 0
    """How many of them are passed over."""


def facts(router: str, query: OfNetwork) -> ResponseReturnValue:
    return answer("router_facts", signed(router=router, network=query.network))


def entries(router: str, query: OfSet) -> ResponseReturnValue:
    said = {"set": query.set, "search": query.search, "offset": query.offset}
    return answer("set_entries", signed(router=router, network=query.network, **said))


ONE, TAG = "/api/v1/routers/{router}", "networks"
ROUTES = [
    Route(
        "GET", f"{ONE}/facts", facts, "Its interfaces, routes, rules and sets", TAG, {200: RouterFacts},
        query=OfNetwork,
    ),
    Route("GET", f"{ONE}/entries", entries, "Entries of one of its sets", TAG, {200: SetEntries}, query=OfSet),
]  # fmt: skip
