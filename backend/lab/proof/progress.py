"""How far a proof has come, for who waits for it."""

from msgspec import Struct

from backend.model.answer import RouterAnswer, ServiceAnswer
from backend.model.flow import Service


class AtRouter(Struct, frozen=True):
    """What one router does with the packet of one service."""

    service: Service
    answer: RouterAnswer


class Progress(Struct, frozen=True):
    phase: str
    """`build`, `services`, `test` or `analyze`."""
    message: str
    done: int = 0
    of: int = 0
    """How many of how many parts of the phase are done."""
    answer: ServiceAnswer | None = None
    """The fate of a service end to end; of its routers nothing is known yet."""
    router: str = ""
    """This one alone, and what it does with each service."""
    alone: tuple[AtRouter, ...] = ()
    lines: tuple[str, ...] = ()
    """Of a lab that stands: what of the facts is not in it, by router, section and line. Of services: who listens."""
