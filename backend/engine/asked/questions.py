"""Questions about the network that are answered at once, by prediction."""

from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec import Raw, Struct

from backend.engine.asked.declared import declared
from backend.engine.asked.people import People, Signed
from backend.engine.calling import Call, Caller
from backend.engine.protocol import Code, EngineError
from backend.engine.snapshots import Snapshots

LONGEST_S = 30.0


class Ask(Signed, frozen=True, forbid_unknown_fields=True, kw_only=True):
    question: dict[str, Any]
    network: str = ""
    """The label of a snapshot; none: the one that is active."""


class Fault(Struct, frozen=True):
    message: str
    field: str | None = None


class Answer(Struct, frozen=True):
    """Of a process that has the facts."""

    result: Raw = Raw(b"null")
    error: Fault | None = None


_answer = msgspec.json.Decoder(Answer)


class Questions:
    def __init__(self, people: People, snapshots: Snapshots, max_services: int) -> None:
        self._people = people
        self._snapshots = snapshots
        self._max_services = max_services

    def calls(self) -> Mapping[str, Call]:
        return {
            "trace": self._call("trace"),
            "reach": self._call("reach"),
            "draft": self._call("draft", max_services=self._max_services),
        }

    def _call(self, name: str, **more: Any) -> Call:
        async def call(caller: Caller, asked: Ask) -> object:
            await self._people.who(caller, asked)
            return await answered(self._snapshots, name, asked.question, asked.network, **more)

        return declared(Ask, call)


async def answered(snapshots: Snapshots, name: str, question: Mapping[str, Any], network: str = "", **more: Any) -> Raw:
    """JSON; EngineError names the field of the question that is wrong."""
    message = msgspec.json.encode({"call": name, "question": question, **more})
    return result_of(await snapshots.ask(message, LONGEST_S, network))


def result_of(told: bytes) -> Raw:
    """Of a process."""
    answer = _answer.decode(told)
    if answer.error is not None:
        raise EngineError(Code.BAD_VALUE, answer.error.message, answer.error.field)
    return answer.result
