"""The template of reports: what draws is loaded and warm, which takes longer than to draw."""

from collections.abc import Callable

import msgspec
from msgspec import Raw, Struct

from backend.engine.workers.child import Channel
from backend.engine.workers.serving import Loaded
from backend.engine.workers.work import Picture
from backend.report import (
    ReportError,
    path_layout,
    path_picture,
    pdf,
    table,
    topology_layout,
    topology_picture,
    warm,
)


class OfReport(Struct):
    document: Raw
    snapshot: Raw
    """What is known of the facts."""
    paper: str
    part: str | None


class OfPath(Struct):
    document: Raw
    form: str
    service: str = ""
    width: int = 527


class OfTopology(Struct):
    document: Raw
    form: str


def load(_task: bytes) -> Loaded:
    warm()
    works = (drawing, parting, picturing, mapping, tabling)
    return Loaded({work.__name__: work for work in works})


def drawing(channel: Channel, task: bytes) -> None:
    """The report of one result."""
    channel.send(_pdf(task))


def parting(channel: Channel, task: bytes) -> None:
    """One part of it, which there may not be."""
    _send(channel, lambda: _pdf(task))


def _pdf(task: bytes) -> bytes:
    wanted = msgspec.json.decode(task, type=OfReport)
    return pdf(bytes(wanted.document), wanted.paper, wanted.part, bytes(wanted.snapshot))


def tabling(channel: Channel, task: bytes) -> None:
    """A result as CSV."""
    _send(channel, lambda: table(task))


def picturing(channel: Channel, task: bytes) -> None:
    """The ways of one service."""
    wanted = msgspec.json.decode(task, type=OfPath)
    document = bytes(wanted.document)
    if wanted.form == "json":
        _send(channel, lambda: path_layout(document, wanted.service, wanted.width))
    else:
        _send(channel, lambda: path_picture(document, wanted.service, wanted.form))


def mapping(channel: Channel, task: bytes) -> None:
    """A network, or where all of it stands."""
    wanted = msgspec.json.decode(task, type=OfTopology)
    if wanted.form == "json":
        _send(channel, lambda: topology_layout(bytes(wanted.document)))
    else:
        _send(channel, lambda: topology_picture(bytes(wanted.document), wanted.form))


def _send(channel: Channel, draw: Callable[[], bytes]) -> None:
    try:
        picture = Picture(draw())
    except ReportError as error:
        picture = Picture(error=str(error))
    channel.send(msgspec.json.encode(picture))
