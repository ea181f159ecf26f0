"""How far a proof has come, for who waits for it."""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from backend.model.answer import RouterAnswer, ServiceAnswer
from backend.model.flow import Service


class AtRouter(Struct, frozen=True):
    """What one router does with the packet of one service."""

    service: Service
    answer: RouterAnswer


class Progress(Struct, frozen=True):
    phase: str
    """`build`, `services` or `test`."""
    message: str
    done: int = 0
    of: int = 0
    """How many of how many parts of the phase are done."""
    answer: ServiceAnswer | None = None
    """The fate of a service end to end; of each router alone nothing is known yet."""
    router: str = ""
    """This one alone, and what it does with each service."""
    alone: tuple[AtRouter, ...] = ()
    data: Mapping[str, Any] = {}
    """Of what else is told, as JSON has it."""
