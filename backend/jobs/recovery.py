"""The queue after a crash, from what was kept: nothing is lost, and what ran is tried once more or has failed."""

from collections.abc import Container, Iterable

from msgspec import structs

from backend.jobs.job import Job, died, ended
from backend.jobs.moment import Moment
from backend.jobs.phase import Phase
from backend.jobs.queue import Queue, requeued
from backend.jobs.state import Status

REASON = "the engine ended while the test ran"
LONGEST_WAIT_S = 3600.0
"""More is not believed: somebody may have set the clock."""


def recovered(
    empty: Queue, kept: Iterable[Job], at: Moment, reported: Container[str] = ()
) -> tuple[Queue, tuple[Job, ...]]:
    """The queue, and all jobs that are other than they were kept: those that ran. `reported`: whose report is kept."""
    queue = empty
    changed = []
    for job in sorted(kept, key=lambda job: job.number):
        if job.state.has_ended:
            continue
        now = job
        if job.state.status is Status.RUNNING:
            is_done = job.id in reported and job.state.phase is Phase.REPORT
            now = ended(job, Status.SUCCEEDED, "", at) if is_done else died(job, REASON, at)
        if now is not job:
            changed.append(now)
        if not now.state.has_ended:
            queue = requeued(queue, structs.replace(now, submitted=_counted_anew(now.submitted, at)))
        queue = structs.replace(queue, last_number=max(queue.last_number, job.number))
    return queue, tuple(changed)


def _counted_anew(submitted: Moment, at: Moment) -> Moment:
    """The ticks of another start of the machine mean nothing; how long it has waited, only the other clock knows."""
    waited_s = (at.time - submitted.time).total_seconds()
    return structs.replace(submitted, tick_s=at.tick_s - min(max(waited_s, 0.0), LONGEST_WAIT_S))
