"""Networks that are sent, as archives or file by file, and fetched again. Nothing of them is held here: what comes is
passed on in pieces, and so is what goes.
"""

from base64 import b64decode, b64encode
from collections.abc import Iterator
from contextlib import suppress
from http import HTTPStatus
from typing import cast

import msgspec
from flask import Response, current_app, request
from flask.typing import ResponseReturnValue
from msgspec import Struct
from werkzeug.sansio.multipart import Data, Epilogue, File, MultipartDecoder, NeedData

from backend.config import Config
from backend.engine import EngineError
from backend.engine.client import Stream
from backend.web import documents
from backend.web.access import Access, Scope, signed
from backend.web.engine import JSON, Engine, ask, asked
from backend.web.errors import ProblemError
from backend.web.route import Media, Route

PIECE = 1 << 18
AROUND = 1 << 20
"""Bytes of a multipart body beside the files."""
MOST_PARTS = 2100
READING_S = 330.0
FORM = "multipart/form-data"
TYPES = (
    FORM, "application/octet-stream", "application/gzip", "application/x-gzip", "application/zip", "application/x-tar",
    "application/x-xz",
)  # fmt: skip
PACKED = "application/gzip"


class Options(Struct):
    name: str = ""
    """Of the network."""
    file: str = "upload"
    """How what is sent is called, where it is not a form."""
    activate: bool = False
    validate: bool = False
    """Only to see what would come of it."""


class Sent(Struct):
    network: documents.Network
    ignored: list[str]
    """What stood beside the facts."""
    diagnostics: list[documents.Diagnostic]
    """Up to 1,000."""


class Validated(Struct):
    network: documents.NetworkNow
    routers: list[str]
    """Their names."""
    ignored: list[str]
    diagnostics: list[documents.Diagnostic]


class Begun(Struct):
    upload: str


class First(Struct):
    file: str


class Piece(Struct):
    data: str


class Label(Struct):
    label: str


class Kept(Struct):
    network: Label


def upload(query: Options) -> ResponseReturnValue:
    limit = cast(Config, current_app.extensions["tsim_config"]).upload_mb << 20
    request.max_content_length = limit + AROUND
    is_form = request.mimetype == FORM
    known = {} if is_form or request.content_length is None else {"bytes": request.content_length}
    id_ = asked(Begun, "upload_begin", signed(name=query.name, **known)).upload
    try:
        if request.mimetype not in TYPES:
            text = f"The body should be {', '.join(TYPES[:-1])} or {TYPES[-1]}."
            raise ProblemError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, text)
        for file, at, data in _of_form() if is_form else _of_body(query.file):
            ask("upload_part", signed(upload=id_, file=file, at=at, data=b64encode(data).decode()))
        if query.validate:
            return Response(ask("validate", signed(upload=id_), READING_S), mimetype=JSON)
        kept = ask("upload_end", signed(upload=id_, activate=query.activate), READING_S)
    except BaseException:
        with suppress(EngineError):  # it may be gone already
            ask("upload_cancel", signed(upload=id_))
        raise
    label = msgspec.json.decode(kept, type=Kept).network.label
    return Response(kept, HTTPStatus.CREATED, {"Location": f"{request.script_root}{PATH}/{label}"}, mimetype=JSON)


def download(network: str) -> ResponseReturnValue:
    engine = cast(Engine, current_app.extensions["tsim_engine"])
    frames = engine.stream("download", signed(network="" if network == "active" else network))
    try:
        first = msgspec.json.decode(next(frames), type=First)  # what is refused is refused before anything is sent
    except BaseException:
        frames.close()
        raise
    response = Response(_pieces(frames), mimetype=PACKED)
    response.headers["Content-Disposition"] = f'attachment; filename="{first.file}"'
    response.call_on_close(frames.close)
    return response


def _pieces(frames: Stream) -> Iterator[bytes]:
    for frame in frames:
        yield b64decode(msgspec.json.decode(frame, type=Piece).data)


def _of_body(name: str) -> Iterator[tuple[str, int, bytes]]:
    at = 0
    while data := request.stream.read(PIECE):
        yield name, at, data
        at += len(data)


def _of_form() -> Iterator[tuple[str, int, bytes]]:
    """Files, whatever the fields are called in which they stand; each piece with where it belongs."""
    boundary = request.mimetype_params.get("boundary", "")
    try:
        decoder = MultipartDecoder(boundary.encode("latin-1"), AROUND, max_parts=MOST_PARTS)
        yield from _files(decoder)
    except (ValueError, LookupError) as error:
        raise ProblemError(HTTPStatus.BAD_REQUEST, f"The body is no form: {error}.") from error


def _files(decoder: MultipartDecoder) -> Iterator[tuple[str, int, bytes]]:
    sizes: dict[str, int] = {}
    name = ""
    while not isinstance(event := decoder.next_event(), Epilogue):
        if isinstance(event, NeedData):
            decoder.receive_data(request.stream.read(PIECE) or None)
        elif isinstance(event, File):
            name = event.filename.replace("\\", "/").rpartition("/")[2] or "upload"
            if name in sizes:
                raise ProblemError(HTTPStatus.UNPROCESSABLE_ENTITY, f"{name[:100]} is sent twice.", "file")
            sizes[name] = 0
        elif isinstance(event, Data) and name:
            yield name, sizes[name], bytes(event.data)
            sizes[name] += len(event.data)
        else:
            name = ""


PATH, TAG = "/api/v1/networks", "networks"
ADMIN = Access.ADMIN, Scope.ADMIN
ROUTES = [
    Route(
        "POST", PATH, upload, "Send a network: an archive, or files of facts", TAG, {200: Validated, 201: Sent}, *ADMIN,
        query=Options, takes=TYPES,
    ),
    Route(
        "GET", f"{PATH}/{{network}}/facts.tar.gz", download, "The facts of a network, as they came", TAG,
        {200: Media(PACKED)}, *ADMIN,
    ),
]  # fmt: skip
