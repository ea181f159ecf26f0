"""A policy is checked, in a process of its own: that may take a minute, and what was written may be of a stranger."""

import msgspec

from backend.engine.workers.child import Channel
from backend.engine.workers.knowledge import Knowledge
from backend.engine.workers.work import CheckTask
from backend.policy.check import Checker
from backend.policy.document import check_document
from backend.policy.error import PolicyError
from backend.policy.kind import World
from backend.policy.reading import read_policy


def checking(known: Knowledge, channel: Channel, task: bytes) -> None:
    wanted = msgspec.json.decode(task, type=CheckTask)
    try:
        expected = read_policy(wanted.policy)
        checker = Checker(World(known.network, known.compiled))
        found = {"result": check_document(known.network.label, [checker.check(each) for each in expected])}
    except PolicyError as error:
        found = {"error": {"message": str(error), "field": "policy"}}
    channel.send(msgspec.json.encode(found))
