"""What came of a test: the result, the paths of each service, the report."""

import base64
from typing import Any

from flask import Response, request
from flask.typing import ResponseReturnValue
from msgspec import Raw, Struct, field

from backend.engine import EngineError
from backend.engine.protocol import Code
from backend.web import documents, headers
from backend.web.access import signed
from backend.web.api.jobs import TAGS, tagged
from backend.web.engine import answer, asked, told
from backend.web.route import Empty, Media, Route, Schema
from backend.wire.difference import RunDifference

DRAW_S = 40.0


class OfService(Struct, forbid_unknown_fields=True):
    service: str = ""
    """Such as 443/tcp; none: the first one."""


class Download(Struct, forbid_unknown_fields=True):
    download: bool = False
    """To be saved instead of shown."""


class Answered(Struct):
    port: int | None
    protocol: str
    verdict: str
    forward: Raw = Raw(b"null")
    back: Raw = field(default=Raw(b"null"), name="return")

    @property
    def name(self) -> str:
        return f"{self.port}/{self.protocol}" if self.port else self.protocol


class Answers(Struct):
    services: list[Answered]


class Result(Struct):
    prediction: Answers | None
    proof: Answers | None


class Report(Struct):
    job: str
    pdf: str


class Picture(Struct):
    drawn: bytes


def result(job: str) -> ResponseReturnValue:
    return tagged(answer("result", signed(job=job)))


def compare(job: str, other: str) -> ResponseReturnValue:
    return tagged(answer("compare", signed(job=job, other=other)))


def path(job: str, query: OfService) -> ResponseReturnValue:
    """Of the proof, or else of the prediction."""
    found = asked(Result, "result", signed(job=job))
    by, answers = ("proof", found.proof) if found.proof is not None else ("prediction", found.prediction)
    services = answers.services if answers is not None else []
    for each in services:
        if query.service in ("", each.name):
            return tagged(told(_paths(job, each, by)))
    names = ", ".join(each.name for each in services)
    raise EngineError(Code.NOT_FOUND, f"{query.service[:64]!r} is none of {names}", "service")


def _paths(job: str, service: Answered, by: str) -> dict[str, Any]:
    known = {name: getattr(service, name) for name in ("port", "protocol", "verdict", "forward", "back")}
    return {"job": job, "by": by, **known}


def svg(job: str, query: OfService) -> ResponseReturnValue:
    return tagged(Response(_picture(job, query.service, "svg"), mimetype="image/svg+xml"))


def png(job: str, query: OfService) -> ResponseReturnValue:
    return tagged(Response(_picture(job, query.service, "png"), mimetype="image/png"))


def _picture(job: str, service: str, form: str) -> bytes:
    return asked(Picture, "picture", signed(job=job, service=service, form=form), DRAW_S).drawn


def report(job: str, query: Download) -> ResponseReturnValue:
    return report_of(job, query.download)


def report_of(job: str, is_saved: bool) -> Response:
    """In parts too, for who shows the first page before it has all of them (RFC 9110, 14)."""
    found = asked(Report, "report", signed(job=job), DRAW_S)
    pdf = base64.b64decode(found.pdf)
    response = Response(pdf, mimetype="application/pdf")
    how = "attachment" if is_saved else "inline"
    response.headers["Content-Disposition"] = f'{how}; filename="tsim-{found.job}.pdf"'
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers.update(headers.FRAMED)
    response.add_etag()
    response.make_conditional(request, accept_ranges=True, complete_length=len(pdf))
    return response


ONE, TAG = "/api/v1/jobs/{job}", "results"
PDF, SVG, PNG = Media("application/pdf"), Media("image/svg+xml"), Media("image/png")
PARTS = TAGS | {"Range": "A part of it, such as bytes=0-65535.", "If-Range": "Only where it is still this ETag."}
ROUTES = [
    Route("GET", f"{ONE}/result", result, "Its result", TAG, {200: Schema("result"), 304: Empty()}, headers=TAGS),
    Route(
        "GET", f"{ONE}/compare/{{other}}", compare, "What another test found differently", TAG,
        {200: RunDifference, 304: Empty()}, headers=TAGS,
    ),
    Route(
        "GET", f"{ONE}/path.json", path, "The paths of one service", TAG, {200: documents.Paths, 304: Empty()},
        query=OfService, headers=TAGS,
    ),
    Route(
        "GET", f"{ONE}/path.svg", svg, "The same as a picture", TAG, {200: SVG, 304: Empty()},
        query=OfService, headers=TAGS,
    ),
    Route(
        "GET", f"{ONE}/path.png", png, "The same as a picture", TAG, {200: PNG, 304: Empty()},
        query=OfService, headers=TAGS,
    ),
    Route(
        "GET", f"{ONE}/report.pdf", report, "Its report", TAG, {200: PDF, 206: PDF, 304: Empty(), 416: PDF},
        query=Download, headers=PARTS,
    ),
]  # fmt: skip
