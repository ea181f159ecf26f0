"""How long a job and each of its phases may take, and which jobs have overrun at a given time."""

from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct, field

from backend.jobs.job import Job
from backend.jobs.moment import Moment
from backend.jobs.phase import Phase
from backend.jobs.state import Status

PHASES_S: dict[Phase, float] = {
    Phase.PREDICT: 10.0,
    Phase.BUILD: 60.0,
    Phase.SERVICES: 10.0,
    Phase.TEST: 60.0,
    Phase.ANALYZE: 10.0,
    Phase.REPORT: 30.0,
}
"""For what hangs. On a machine with five times the work that it can do, ten services of the demo network took at most
0.2, 0.3, 0.1, 0.5, 0.003 and 1.2 s; ten through 65 of a thousand routers took 0.1, 16, 0.001, 1.8 and 0.03 s up to the
result."""


class TimeLimits(Struct, frozen=True):
    whole_s: float = 120.0
    """Of each attempt, from its start; how long a job waits depends on others."""
    phases_s: Mapping[Phase, float] = field(default_factory=PHASES_S.copy)


class Overdue(Struct, frozen=True):
    job: Job
    reason: str


def overdue(jobs: Iterable[Job], limits: TimeLimits, at: Moment) -> list[Overdue]:
    """Those of the running ones that have to be ended, and why."""
    late = []
    for job in jobs:
        reached = [reason for tick_s, reason in _deadlines(job, limits) if tick_s <= at.tick_s]
        late += [Overdue(job, reason) for reason in reached[:1]]
    return late


def next_deadline_s(jobs: Iterable[Job], limits: TimeLimits) -> float | None:
    """The tick at which somebody has to look again."""
    return min((tick_s for job in jobs for tick_s, _ in _deadlines(job, limits)), default=None)


def _deadlines(job: Job, limits: TimeLimits) -> Iterator[tuple[float, str]]:
    if job.state.status is not Status.RUNNING or job.started is None or job.phase_began is None:
        return
    yield job.started.tick_s + limits.whole_s, f"a test may take {limits.whole_s:g} s"
    limit_s = limits.phases_s.get(job.state.phase)
    if limit_s is not None:
        yield job.phase_began.tick_s + limit_s, f"the phase {job.state.phase.value} may take {limit_s:g} s"
