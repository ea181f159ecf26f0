"""The states of a job, and which may follow which."""

from enum import StrEnum

from msgspec import Struct

from backend.jobs.error import JobError
from backend.jobs.phase import WORKING, Mode, Phase, has_result


class Status(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    """It took longer than it may; what was found until then is kept."""


class State(Struct, frozen=True):
    status: Status = Status.QUEUED
    phase: Phase = Phase.QUEUED
    """Of a job that ended otherwise than well: the phase in which it did."""
    reason: str = ""
    """Why it ended so; of one that succeeded, what is missing all the same; of one that waits, why it does so again."""

    @property
    def has_ended(self) -> bool:
        return not FOLLOWING[self.status]

    @property
    def spoken(self) -> str:
        where = f" ({self.phase.value})" if self.status is Status.RUNNING else ""
        return f"{self.status.value}{where}"


ENDS = frozenset((Status.SUCCEEDED, Status.FAILED, Status.CANCELLED, Status.EXPIRED))
FOLLOWING: dict[Status, frozenset[Status]] = {
    Status.QUEUED: frozenset((Status.RUNNING, Status.FAILED, Status.CANCELLED)),
    # Back into the queue goes what runs when its process dies.
    Status.RUNNING: ENDS | {Status.RUNNING, Status.QUEUED},
    **{status: frozenset[Status]() for status in ENDS},
}


class TransitionError(JobError):
    def __init__(self, before: State, after: State) -> None:
        super().__init__(f"a job that is {before.spoken} cannot become {after.spoken}")
        self.before = before
        self.after = after


def may_follow(before: State, after: State, mode: Mode) -> bool:
    if after.status not in FOLLOWING[before.status]:
        return False
    if after.status is Status.RUNNING:
        return _is_next(before.phase, after.phase, WORKING[mode])
    return after.status is not Status.SUCCEEDED or has_result(mode, before.phase)


def checked(before: State, after: State, mode: Mode) -> State:
    """`after`, or a TransitionError."""
    if not may_follow(before, after, mode):
        raise TransitionError(before, after)
    return after


def _is_next(before: Phase, after: Phase, order: tuple[Phase, ...]) -> bool:
    if after not in order:
        return False
    if before is Phase.QUEUED:
        return after is order[0]
    return before in order and order.index(after) > order.index(before)
