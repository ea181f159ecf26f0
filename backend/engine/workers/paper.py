"""The template of reports: what draws is loaded and warm, which takes longer than to draw."""

from collections.abc import Callable

import msgspec
from msgspec import Raw, Struct

from backend.engine.workers.child import Channel
from backend.engine.workers.serving import Loaded
from backend.engine.workers.work import Picture
from backend.report import ReportError, path_picture, pdf, topology_layout, topology_picture, warm


class OfPath(Struct):
    document: Raw
    form: str
    service: str = ""


class OfTopology(Struct):
    document: Raw
    form: str


def load(_task: bytes) -> Loaded:
    warm()
    return Loaded({"drawing": drawing, "picturing": picturing, "mapping": mapping})


def drawing(channel: Channel, task: bytes) -> None:
    """The report of one result."""
    channel.send(pdf(task))


def picturing(channel: Channel, task: bytes) -> None:
    """The ways of one service."""
    wanted = msgspec.json.decode(task, type=OfPath)
    _send(channel, lambda: path_picture(bytes(wanted.document), wanted.service, wanted.form))


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
