"""All that is served beside the page: the REST surface, and the addresses of before."""

from collections.abc import Sequence

from backend.web import parity, stream
from backend.web.api import (
    description,
    drafts,
    jobs,
    me,
    networks,
    operation,
    policies,
    results,
    routers,
    services,
    sessions,
    tokens,
    traces,
    upkeep,
    uploads,
    users,
)
from backend.web.route import Route

AREAS = (
    sessions, me, tokens, users, networks, routers, uploads, traces, policies, drafts, jobs, results, services, upkeep,
    parity, stream, operation, description,
)  # fmt: skip


def routes() -> Sequence[Route]:
    return [route for area in AREAS for route in area.ROUTES]
