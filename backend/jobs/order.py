"""Who is next: users in turn, and of each user's jobs the one that has waited longest for what it costs.

A user stands in a ring, with a turn that was given when a job of theirs began to wait or when one was started. The
oldest turn is next, and each job of a user that runs already puts the turn back by a round. So somebody of whom nothing
runs waits for one start of each of the others at most.
"""

from collections.abc import Iterable

from msgspec import Struct

from backend.jobs.job import Job, Priority

STRETCH = 10.0
"""A job lets those pass that come within so many times its length after it: a short one hardly anybody, a long one
many, but none waits for ever."""
HEAD_START_S = {Priority.LOW: -60.0, Priority.NORMAL: 0.0, Priority.HIGH: 60.0}
LONG_S = 3.0
"""Longer jobs leave one place to the others."""

Turn = tuple[int, int]
"""How many jobs had been started when it was given, and its number among all turns."""


class Line(Struct):
    """The jobs of one user: those that wait, by rank, and how many hold a place."""

    turn: Turn
    waiting: list[Job]
    busy: int = 0


def rank(job: Job) -> tuple[float, int]:
    """Among the jobs of one user; the smallest is next. It does not change while the job waits."""
    due_s = job.submitted.tick_s + STRETCH * job.expected_s - HEAD_START_S[job.priority]
    return due_s, job.number


def is_long(job: Job) -> bool:
    return job.expected_s > LONG_S


def long_places(capacity: int) -> int:
    """A job that is short never waits for one that is long where there are two places."""
    return max(capacity - 1, 1)


def chosen(lines: Iterable[Line], may_be_long: bool) -> tuple[Line, Job] | None:
    """The next job and the line that it stands in."""
    competing = [line for line in lines if line.waiting]
    round_ = len(competing)
    for line in sorted(competing, key=lambda line: (line.turn[0] + line.busy * round_, line.turn[1])):
        for job in line.waiting:
            if may_be_long or not is_long(job):
                return line, job
    return None
