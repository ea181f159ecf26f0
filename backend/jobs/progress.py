"""What a running test says, one after the other."""

from msgspec import Struct

from backend.jobs.event import Happening
from backend.jobs.job import Outcome
from backend.jobs.phase import Phase


class Entered(Struct, frozen=True, tag="entered"):
    """A phase begins. The first one begins with the job, so it is not said."""

    phase: Phase


class Found(Struct, frozen=True, tag="found"):
    """What is known, as the result document; the later one holds all of the earlier."""

    document: bytes
    is_whole: bool
    outcomes: tuple[Outcome, ...] = ()
    """Of the services, the same in short."""


Item = Entered | Happening | Found
