"""Where each waiting job stands and when it is expected to start, by playing the queue's own order through."""

from heapq import heapify, heappop, heappush

from msgspec import Struct

from backend.jobs.job import Job
from backend.jobs.moment import Moment
from backend.jobs.order import chosen, is_long, long_places
from backend.jobs.queue import Queue, lines_of, remaining_s

End = tuple[float, int, Job]
"""In how many seconds a job ends; its number only keeps jobs from being compared."""


class Place(Struct, frozen=True):
    job: str
    position: int
    """1 is the next."""
    starts_in_s: float


def places(queue: Queue, at: Moment) -> tuple[Place, ...]:
    """Of all waiting jobs, in the order in which they will start if nobody submits or cancels any more."""
    lines = lines_of(queue)
    capacity = max(queue.capacity, 1)
    ends: list[End] = [(remaining_s(job, at), job.number, job) for job in queue.running.values()]
    ends += [(0.0, job.number, job) for job in queue.leaving.values()]
    heapify(ends)
    found: list[Place] = []
    now_s = 0.0
    while len(found) < len(queue.waiting):
        may_be_long = sum(is_long(job) for _, _, job in ends) < long_places(capacity)
        next_ = chosen(lines.values(), may_be_long) if len(ends) < capacity else None
        if next_ is None:
            end_s, _, gone = heappop(ends)
            now_s = max(now_s, end_s)
            if gone.user in lines:
                lines[gone.user].busy -= 1
            continue
        line, job = next_
        found.append(Place(job.id, len(found) + 1, now_s))
        line.waiting.remove(job)
        line.busy += 1
        line.turn = (queue.starts + len(found), queue.given_turns + len(found))
        heappush(ends, (now_s + job.expected_s, job.number, job))
    return tuple(found)
