"""Tests: submitted, listed, cancelled, removed."""

from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any

import msgspec
from flask import Response, request
from flask.typing import ResponseReturnValue
from msgspec import UNSET, Meta, Struct, UnsetType

from backend.web import documents, stream
from backend.web.access import Scope, signed
from backend.web.documents import Count, Status
from backend.web.engine import JSON, answer, ask
from backend.web.errors import ProblemError
from backend.web.questions import JobQuestion, said
from backend.web.route import Empty, Route
from backend.wire.difference import Word

KEY = "Idempotency-Key"
KEY_LIMIT = 255
Time = Annotated[datetime, Meta(tz=True)]


class Wanted(Struct, forbid_unknown_fields=True):
    user: str | UnsetType = UNSET
    """Others than oneself only for an administrator."""
    status: Status | UnsetType = UNSET
    source: str | UnsetType = UNSET
    destination: str | UnsetType = UNSET
    network: str | UnsetType = UNSET
    q: Annotated[str, Meta(max_length=200)] = ""
    """Words that all stand in its id, user, source, destination, names, services, or what stopped them and where."""
    verdict: Word | UnsetType = UNSET
    """Of any of its services."""
    since: Time | UnsetType = UNSET
    until: Time | UnsetType = UNSET
    cursor: Count | UnsetType = UNSET
    """`next` of the page before."""
    limit: Annotated[int, Meta(ge=1, le=500)] = 50


class After(Struct, forbid_unknown_fields=True):
    after: Count = 0
    """The number of the last event that is known already."""


class OnlyId(Struct):
    id: str


def submit(body: JobQuestion) -> ResponseReturnValue:
    job = submitted(said(body))
    id_ = msgspec.json.decode(job, type=OnlyId).id
    return Response(job, HTTPStatus.ACCEPTED, {"Location": address(id_)}, mimetype=JSON)


def submitted(question: dict[str, Any]) -> bytes:
    """The job of it. Who sends a key may ask again without a second one."""
    params = signed(question=question)
    key = request.headers.get(KEY)
    if key is not None:
        if not (0 < len(key) <= KEY_LIMIT and key.isascii() and key.isprintable()):
            text = f"{KEY} should be 1 to {KEY_LIMIT} letters of ASCII."
            raise ProblemError(HTTPStatus.UNPROCESSABLE_ENTITY, text, KEY)
        params["key"] = key
    return ask("submit", params)


def address(id_: str) -> str:
    return f"{request.root_path}{PATH}/{id_}"


def jobs(query: Wanted) -> ResponseReturnValue:
    wanted = {name: value for name, value in msgspec.to_builtins(query).items() if value != ""}
    if "cursor" in wanted:
        wanted["before"] = wanted.pop("cursor")
    return answer("jobs", signed(**wanted))


def job(job: str) -> ResponseReturnValue:
    return tagged(answer("job", signed(job=job)))


def cancel(job: str) -> ResponseReturnValue:
    return answer("cancel", signed(job=job))


def remove(job: str) -> ResponseReturnValue:
    ask("remove", signed(job=job))
    return Response(status=HTTPStatus.NO_CONTENT)


def events(job: str, query: After) -> ResponseReturnValue:
    if stream.is_wanted():
        return stream.events_of(job, query.after)
    return answer("events", signed(job=job, after=query.after))


def tagged(response: Response) -> Response:
    """Who has it already is told so, in less (RFC 9110, 13.1.2)."""
    response.add_etag()
    response.headers["Cache-Control"] = "private, no-cache"
    response.make_conditional(request)
    return response


PATH, ONE, TAG = "/api/v1/jobs", "/api/v1/jobs/{job}", "jobs"
KEYS = {KEY: "Asking again with the same one gives the same job, and no second one."}
TAGS = {"If-None-Match": "The ETag of what is known: 304 where nothing has changed."}
ROUTES = [
    Route(
        "POST", PATH, submit, "Submit a test", TAG, {202: documents.Job},
        scope=Scope.TEST, body=JobQuestion, headers=KEYS,
    ),
    Route("GET", PATH, jobs, "Tests, newest first", TAG, {200: documents.JobList}, query=Wanted),
    Route("GET", ONE, job, "A test as it is", TAG, {200: documents.JobNow, 304: Empty()}, headers=TAGS),
    Route("DELETE", ONE, remove, "Remove a test that has ended", TAG, {204: Empty()}, scope=Scope.TEST),
    Route("POST", f"{ONE}/cancel", cancel, "Cancel a test", TAG, {200: documents.Job}, scope=Scope.TEST),
    Route("GET", f"{ONE}/events", events, "What has happened to it", TAG, {200: documents.EventList}, query=After),
]  # fmt: skip
