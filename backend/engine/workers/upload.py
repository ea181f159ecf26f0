"""The template of what people send: all that unpacks is loaded, and a process of its own unpacks each."""

from contextlib import ExitStack
from pathlib import Path

import msgspec

from backend.engine.workers.archive import Sent, unpacked
from backend.engine.workers.child import Channel
from backend.engine.workers.entries import ArchiveError, Bounds
from backend.engine.workers.serving import Loaded
from backend.engine.workers.work import Contents, UnpackTask

AT_ONCE = 1 << 22


def load(_task: bytes) -> Loaded:
    return Loaded({"unpacking": unpacking})


def unpacking(channel: Channel, task: bytes) -> None:
    """Says what there is, then the files one after the other, in pieces."""
    wanted = msgspec.json.decode(task, type=UnpackTask)
    try:
        with ExitStack() as stack:
            sent = [
                Sent(name, stack.enter_context(path.open("rb")), path.stat().st_size)
                for name, path in ((name, Path(place)) for name, place in wanted.parts)
            ]
            found = unpacked(sent, Bounds(wanted.most_bytes))
    except ArchiveError as error:
        channel.send(msgspec.json.encode(Contents(error=str(error))))
        return
    sizes = [(name, len(content)) for name, content in found.files.items()]
    channel.send(msgspec.json.encode(Contents(sizes, found.ignored, found.name)))
    for content in found.files.values():
        for at in range(0, len(content), AT_ONCE):
            channel.send(content[at : at + AT_ONCE])
