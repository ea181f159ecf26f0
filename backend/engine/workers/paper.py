"""The template of reports: what draws is loaded and warm, which takes longer than to draw."""

from typing import Any

import msgspec
from msgspec import Struct

from backend.engine.workers.child import Channel
from backend.engine.workers.serving import Loaded
from backend.engine.workers.work import Picture
from backend.report import ReportError, path_svg, pdf, warm


class Wanted(Struct):
    document: dict[str, Any]
    service: str = ""


def load(_task: bytes) -> Loaded:
    warm()
    return Loaded({"drawing": drawing, "picturing": picturing})


def drawing(channel: Channel, task: bytes) -> None:
    """The report of one result."""
    channel.send(pdf(msgspec.json.decode(task)))


def picturing(channel: Channel, task: bytes) -> None:
    """The ways of one service."""
    wanted = msgspec.json.decode(task, type=Wanted)
    try:
        picture = Picture(svg=path_svg(wanted.document, wanted.service or _first(wanted.document)))
    except ReportError as error:
        picture = Picture(error=str(error))
    channel.send(msgspec.json.encode(picture))


def _first(document: dict[str, Any]) -> str:
    service = document["services"][0]
    return f"{service['port']}/{service['protocol']}" if service["port"] else str(service["protocol"])
