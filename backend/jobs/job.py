"""A job: one submitted test, what it asks for and how far it has come."""

from enum import StrEnum

from msgspec import Struct, structs

from backend.jobs.moment import Moment
from backend.jobs.phase import Mode, Phase
from backend.jobs.state import State, Status, checked
from backend.model.address import Address
from backend.model.answer import Stop
from backend.model.flow import Service
from backend.model.verdict import Verdict

ATTEMPTS = 2
"""How often a job is started whose process dies."""


class Priority(StrEnum):
    LOW = "low"
    """What nobody waits for: checks of every night."""
    NORMAL = "normal"
    HIGH = "high"


class GivenTrace(Struct, frozen=True):
    """A trace that the user has: these routers are tested in this order."""

    path: tuple[Stop, ...]
    text: str
    """As it was given, so that nothing of it is lost."""
    notes: tuple[str, ...] = ()
    """What of it cannot be tested."""


class Asked(Struct, frozen=True):
    source: Address
    destination: Address
    services: tuple[Service, ...]
    snapshot: str
    """The label of the facts that it is about, also when others become active meanwhile."""
    mode: Mode = Mode.PROVE
    source_port: int | None = None
    gateway: str | None = None
    tos: int = 0
    ttl: int = 64
    trace: GivenTrace | None = None
    names: tuple[str, str] = ("", "")
    """What those facts call source and destination; empty: nothing."""


class Outcome(Struct, frozen=True):
    """What is known of a service, in short: for lists, and for who looks for it."""

    service: Service
    verdict: Verdict
    router: str = ""
    """That stopped it, and what it did there."""
    action: str = ""


class Job(Struct, frozen=True):
    id: str
    user: str
    asked: Asked
    submitted: Moment
    priority: Priority = Priority.NORMAL
    number: int = 0
    """Of submission; two jobs never have the same."""
    expected_s: float = 0.0
    """How long it was expected to run when it was submitted; its place in the queue depends on it."""
    state: State = State()
    attempt: int = 1
    started: Moment | None = None
    """The attempt that runs, or the last one."""
    phase_began: Moment | None = None
    ended: Moment | None = None
    outcomes: tuple[Outcome, ...] = ()
    """Of the services, as far as this attempt has found them."""


def moved(job: Job, state: State, at: Moment) -> Job:
    """In its new state, or a TransitionError."""
    checked(job.state, state, job.asked.mode)
    if state.has_ended:
        return structs.replace(job, state=state, ended=at)
    started = at if job.state.status is Status.QUEUED else job.started
    return structs.replace(job, state=state, started=started, phase_began=at)


def entered(job: Job, phase: Phase, at: Moment) -> Job:
    return moved(job, State(Status.RUNNING, phase), at)


def ended(job: Job, status: Status, reason: str, at: Moment) -> Job:
    phase = Phase.DONE if status is Status.SUCCEEDED else job.state.phase
    return moved(job, State(status, phase, reason), at)


def died(job: Job, reason: str, at: Moment) -> Job:
    """Its process is gone without a word: it waits once more, or has failed.

    The result is kept before the report begins, so that a job which dies then has succeeded without one.
    """
    waiting = checked(job.state, State(reason=reason), job.asked.mode)
    if job.state.phase is Phase.REPORT:
        return ended(job, Status.SUCCEEDED, f"there is no report: {reason}", at)
    if job.attempt >= ATTEMPTS:
        return ended(job, Status.FAILED, f"{reason}; tried {job.attempt} times", at)
    return structs.replace(job, state=waiting, attempt=job.attempt + 1, started=None, phase_began=None, outcomes=())


def overran(job: Job, reason: str, at: Moment) -> Job:
    """Longer than it may; a report that takes too long costs the report only."""
    if job.state.phase is Phase.REPORT:
        return ended(job, Status.SUCCEEDED, f"there is no report: {reason}", at)
    return ended(job, Status.EXPIRED, reason, at)
