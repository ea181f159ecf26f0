"""The queue: jobs that wait and jobs that run, as a value. Each function gives the next value and the job as it is.

A job that has ended is in the queue no more; whoever has the queue keeps it elsewhere. When a running job is ended from
outside, its process still has to go: until then it holds its place among `leaving`.
"""

from collections.abc import Iterator, Mapping
from math import ceil

from msgspec import Struct, structs

from backend.jobs.error import JobError, UnknownJobError
from backend.jobs.estimate import Estimate
from backend.jobs.job import Job, Outcome, died, ended, entered, overran
from backend.jobs.moment import Moment
from backend.jobs.order import Line, Turn, chosen, is_long, long_places, rank
from backend.jobs.phase import WORKING, Phase
from backend.jobs.state import State, Status, TransitionError

Jobs = Mapping[str, Job]
Change = tuple["Queue", Job]


class RefusedError(JobError):
    """There is no room for one more; `retry_after_s` says when there may be."""

    def __init__(self, message: str, retry_after_s: int) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class Queue(Struct, frozen=True):
    capacity: int = 2
    """How many may run at once."""
    limit: int = 500
    """How many may wait and run."""
    limit_for_each: int = 50
    """Of one user."""
    waiting: Jobs = {}
    running: Jobs = {}
    leaving: Jobs = {}
    """Ended, but their processes are not gone yet."""
    turns: Mapping[str, Turn] = {}
    """Of users who have a job waiting."""
    estimate: Estimate = Estimate()
    starts: int = 0
    given_turns: int = 0
    last_number: int = 0

    @property
    def active(self) -> Iterator[Job]:
        yield from self.waiting.values()
        yield from self.running.values()

    @property
    def busy(self) -> Iterator[Job]:
        """Those that hold a place."""
        yield from self.running.values()
        yield from self.leaving.values()


def submit(queue: Queue, job: Job) -> Change:
    """RefusedError where there is no room, for the user or in all."""
    if job.id in queue.waiting or job.id in queue.running or job.id in queue.leaving:
        raise JobError(f"there is a job {job.id} already")
    own = [each for each in queue.active if each.user == job.user]
    if len(own) >= queue.limit_for_each:
        message = f"{job.user} has {len(own)} jobs that wait or run, and more are not allowed"
        raise RefusedError(message, _retry_after_s(queue, job))
    if len(queue.waiting) + len(queue.running) >= queue.limit:
        raise RefusedError(f"the queue is full: {queue.limit} jobs", _retry_after_s(queue, job))
    number, expected_s = queue.last_number + 1, queue.estimate.expected_s(job.asked)
    job = structs.replace(job, number=number, expected_s=expected_s)
    return structs.replace(requeued(queue, job), last_number=number), job


def next_to_start(queue: Queue) -> Job | None:
    """None: nobody waits, or there is no place."""
    if len(queue.running) + len(queue.leaving) >= queue.capacity:
        return None
    may_be_long = sum(is_long(job) for job in queue.busy) < long_places(queue.capacity)
    found = chosen(lines_of(queue).values(), may_be_long)
    return found[1] if found is not None else None


def lines_of(queue: Queue) -> dict[str, Line]:
    """By user."""
    lines = {user: Line(turn, []) for user, turn in queue.turns.items()}
    for job in sorted(queue.waiting.values(), key=rank):
        lines[job.user].waiting.append(job)
    for job in queue.busy:
        if job.user in lines:
            lines[job.user].busy += 1
    return lines


def start(queue: Queue, id_: str, at: Moment) -> Change:
    held = _held(queue, id_)
    job = entered(held, WORKING[held.asked.mode][0], at)
    queue = structs.replace(queue, starts=queue.starts + 1, running={**queue.running, id_: job})
    queue = _without_waiting(queue, id_)
    return (_with_turn(queue, job.user) if job.user in queue.turns else queue), job


def enter(queue: Queue, id_: str, phase: Phase, at: Moment) -> Change:
    """The next phase of a running job; one that has been ended stays as it is."""
    if id_ in queue.leaving:
        return queue, queue.leaving[id_]
    held = _held(queue, id_)
    if id_ in queue.waiting:
        raise TransitionError(held.state, State(Status.RUNNING, phase))
    job = entered(held, phase, at)
    return structs.replace(queue, running={**queue.running, id_: job}), job


def learn(queue: Queue, id_: str, outcomes: tuple[Outcome, ...]) -> Change:
    """What has been found of a running job; one that has been ended stays as it is."""
    if id_ not in queue.running:
        return queue, _held(queue, id_)
    job = structs.replace(queue.running[id_], outcomes=outcomes)
    return structs.replace(queue, running={**queue.running, id_: job}), job


def finish(queue: Queue, id_: str, status: Status, reason: str, at: Moment) -> Change:
    """Its process says how it ended, and is free. A job that has been ended before stays as it is."""
    if id_ in queue.leaving:
        return _left(queue, id_)
    job = ended(_held(queue, id_), status, reason, at)
    if status is Status.SUCCEEDED and job.started is not None:
        queue = structs.replace(queue, estimate=queue.estimate.learned(job.asked, at.since(job.started)))
    return _ended(queue, job), job


def lose(queue: Queue, id_: str, reason: str, at: Moment) -> Change:
    """Its process is gone without a word: the job waits once more, or has ended."""
    if id_ in queue.leaving:
        return _left(queue, id_)
    job = died(_held(queue, id_), reason, at)
    queue = _ended(queue, job)
    return (queue if job.state.has_ended else requeued(queue, job)), job


def cancel(queue: Queue, id_: str, reason: str, at: Moment) -> Change:
    """At once, whatever it does; twice is as good as once."""
    if id_ in queue.leaving:
        return queue, queue.leaving[id_]
    return _leaving(queue, ended(_held(queue, id_), Status.CANCELLED, reason, at))


def expire(queue: Queue, id_: str, reason: str, at: Moment) -> Change:
    """A running job that is overdue."""
    job = overran(_held(queue, id_), reason, at)
    if job.started is not None:
        queue = structs.replace(queue, estimate=queue.estimate.learned(job.asked, at.since(job.started)))
    return _leaving(queue, job)


def remaining_s(job: Job, at: Moment) -> float:
    """Of a job that runs, as far as one knows."""
    return max(job.expected_s - at.since(job.started), 0.0) if job.started is not None else job.expected_s


def _retry_after_s(queue: Queue, refused: Job) -> int:
    """When the first job of the user ends, or of anybody where none of the user's runs; a lower bound for the rest."""
    own = [job for job in queue.running.values() if job.user == refused.user]
    running = own or queue.running.values()
    return max(ceil(min((remaining_s(job, refused.submitted) for job in running), default=0.0)), 1)


def _held(queue: Queue, id_: str) -> Job:
    for jobs in (queue.waiting, queue.running, queue.leaving):
        if id_ in jobs:
            return jobs[id_]
    raise UnknownJobError(id_)


def _with_turn(queue: Queue, user: str) -> Queue:
    """At the end of the ring."""
    given = queue.given_turns + 1
    return structs.replace(queue, turns={**queue.turns, user: (queue.starts, given)}, given_turns=given)


def requeued(queue: Queue, job: Job) -> Queue:
    """With a job that waits, in its own number's place."""
    queue = structs.replace(queue, waiting={**queue.waiting, job.id: job})
    return queue if job.user in queue.turns else _with_turn(queue, job.user)


def _without_waiting(queue: Queue, id_: str) -> Queue:
    waiting = _without(queue.waiting, id_)
    users = {job.user for job in waiting.values()}
    turns = {user: turn for user, turn in queue.turns.items() if user in users}
    return structs.replace(queue, waiting=waiting, turns=turns)


def _without(jobs: Jobs, id_: str) -> Jobs:
    return {key: job for key, job in jobs.items() if key != id_}


def _ended(queue: Queue, job: Job) -> Queue:
    """Its place is free."""
    return structs.replace(_without_waiting(queue, job.id), running=_without(queue.running, job.id))


def _leaving(queue: Queue, job: Job) -> Change:
    leaving = {**queue.leaving, job.id: job} if job.id in queue.running else queue.leaving
    return structs.replace(_ended(queue, job), leaving=leaving), job


def _left(queue: Queue, id_: str) -> Change:
    return structs.replace(queue, leaving=_without(queue.leaving, id_)), queue.leaving[id_]
