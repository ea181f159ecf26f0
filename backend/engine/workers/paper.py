"""The template of reports: what draws is loaded and warm, which takes longer than to draw."""

import msgspec

from backend.engine.workers.child import Channel
from backend.engine.workers.serving import Loaded
from backend.report import pdf, warm


def load(_task: bytes) -> Loaded:
    warm()
    return Loaded({"drawing": drawing})


def drawing(channel: Channel, task: bytes) -> None:
    """The report of one result."""
    channel.send(pdf(msgspec.json.decode(task)))
