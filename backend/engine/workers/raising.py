"""The lab that a person plays in is built from here, where the facts are, and then belongs to nobody but itself."""

from pathlib import Path

import msgspec
from msgspec import Struct

from backend.engine.workers.child import Channel
from backend.engine.workers.knowledge import Knowledge
from backend.lab.hand.owner import Task, start


class Raise(Struct, frozen=True):
    directory: str
    """Where it is spoken to."""
    routers: tuple[str, ...] = ()
    """None named: all."""


def raising(known: Knowledge, channel: Channel, task: bytes) -> None:
    """Says whether it is a new one; a LabError where it cannot be built."""
    wanted = msgspec.json.decode(task, type=Raise)
    is_new = start(Task(Path(wanted.directory), known.network, wanted.routers))
    channel.send(msgspec.json.encode(is_new))
