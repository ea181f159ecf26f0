"""What came of a test: the result, the paths of each service, the report."""

import base64
from typing import Annotated, Any, Literal

from flask import Response, request
from flask.typing import ResponseReturnValue
from msgspec import Meta, Raw, Struct, field

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


class OfPath(OfService, forbid_unknown_fields=True):
    layout: bool = False
    """With where all of it stands in the picture."""
    width: Annotated[int, Meta(ge=150, le=2000)] = 527
    """Of that picture, in points: narrower, it has more rows."""


class OfReport(Struct, forbid_unknown_fields=True):
    download: bool = False
    """To be saved instead of shown."""
    part: str = ""
    """`summary`, a service such as 443/tcp, or `appendix`; none: all of it."""
    paper: Literal["a4", "letter"] = "a4"


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


def csv(job: str) -> ResponseReturnValue:
    response = Response(asked(Picture, "table", signed(job=job), DRAW_S).drawn, mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="tsim-{job}.csv"'
    return tagged(response)


def path(job: str, query: OfPath) -> ResponseReturnValue:
    """Of the proof, or else of the prediction."""
    found = asked(Result, "result", signed(job=job))
    by, answers = ("proof", found.proof) if found.proof is not None else ("prediction", found.prediction)
    services = answers.services if answers is not None else []
    for each in services:
        if query.service in ("", each.name):
            layout = Raw(_picture(job, each.name, "json", query.width)) if query.layout else None
            return tagged(told(_paths(job, each, by) | ({"layout": layout} if layout else {})))
    names = ", ".join(each.name for each in services)
    raise EngineError(Code.NOT_FOUND, f"{query.service[:64]!r} is none of {names}", "service")


def _paths(job: str, service: Answered, by: str) -> dict[str, Any]:
    known = {name: getattr(service, name) for name in ("port", "protocol", "verdict", "forward", "back")}
    return {"job": job, "by": by, **known}


def svg(job: str, query: OfService) -> ResponseReturnValue:
    return tagged(Response(_picture(job, query.service, "svg"), mimetype="image/svg+xml"))


def png(job: str, query: OfService) -> ResponseReturnValue:
    return tagged(Response(_picture(job, query.service, "png"), mimetype="image/png"))


def _picture(job: str, service: str, form: str, width: int | None = None) -> bytes:
    wide = {} if width is None else {"width": width}
    return asked(Picture, "picture", signed(job=job, service=service, form=form, **wide), DRAW_S).drawn


def report(job: str, query: OfReport) -> ResponseReturnValue:
    return report_of(job, query.download, part=query.part, paper=query.paper)


def report_of(job: str, is_saved: bool, **wanted: str) -> Response:
    """In parts too, for who shows the first page before it has all of them (RFC 9110, 14)."""
    found = asked(Report, "report", signed(job=job, **wanted), DRAW_S)
    pdf = base64.b64decode(found.pdf)
    response = Response(pdf, mimetype="application/pdf")
    how = "attachment" if is_saved else "inline"
    part = wanted.get("part", "").replace("/", "-")
    name = "-".join(word for word in ("tsim", found.job, part) if word)
    response.headers["Content-Disposition"] = f'{how}; filename="{name}.pdf"'
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers.update(headers.FRAMED)
    response.add_etag()
    response.make_conditional(request, accept_ranges=True, complete_length=len(pdf))
    return response


ONE, TAG = "/api/v1/jobs/{job}", "results"
PDF, SVG, PNG, CSV = (Media(type_) for type_ in ("application/pdf", "image/svg+xml", "image/png", "text/csv"))
PARTS = TAGS | {"Range": "A part of it, such as bytes=0-65535.", "If-Range": "Only where it is still this ETag."}
ROUTES = [
    Route("GET", f"{ONE}/result", result, "Its result", TAG, {200: Schema("result"), 304: Empty()}, headers=TAGS),
    Route(
        "GET", f"{ONE}/compare/{{other}}", compare, "What another test found differently", TAG,
        {200: RunDifference, 304: Empty()}, headers=TAGS,
    ),
    Route("GET", f"{ONE}/result.csv", csv, "The same as a table", TAG, {200: CSV, 304: Empty()}, headers=TAGS),
    Route(
        "GET", f"{ONE}/path.json", path, "The paths of one service", TAG, {200: documents.Paths, 304: Empty()},
        query=OfPath, headers=TAGS,
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
        "GET", f"{ONE}/report.pdf", report, "Its report, or a part of it", TAG,
        {200: PDF, 206: PDF, 304: Empty(), 416: PDF}, query=OfReport, headers=PARTS,
    ),
]  # fmt: skip
