"""Whether a lab can be built is tried by who builds them: with the rights, the limits and the root of the engine."""

import msgspec

from backend.engine.workers.child import Channel
from backend.engine.workers.knowledge import Knowledge
from backend.lab.error import LabError
from backend.lab.trial import tried


def trying(_: Knowledge, channel: Channel, _task: bytes) -> None:
    try:
        said = msgspec.json.encode({"trial": tried()})
    except LabError as error:
        said = msgspec.json.encode({"error": str(error)})
    channel.send(said)
