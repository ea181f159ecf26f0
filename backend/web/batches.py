"""Events on their way to watchers. What a person could not tell apart goes in one message, so that a job of
thousands of services costs ten messages a second and no event is left out: the numbers have no gaps.
"""

from collections.abc import Sequence
from typing import Any

Event = dict[str, Any]
PAUSE_S = 0.1
"""Between two messages about one job; but a phase that begins or ends waits for nothing."""
MOST = 200
"""Events in one message."""
PROGRESS = "progress"


class Batches:
    """The time is an argument."""

    def __init__(self) -> None:
        self._waiting: dict[str, list[Event]] = {}
        self._sent_s: dict[str, float] = {}
        self._urgent: set[str] = set()

    def add(self, event: Event) -> None:
        job = event["job"]
        waiting = self._waiting.setdefault(job, [])
        waiting.append(event)
        if event["state"] != PROGRESS or len(waiting) >= MOST:
            self._urgent.add(job)

    def due(self, now_s: float) -> list[tuple[str, Sequence[Event]]]:
        """What is to be sent now, by job."""
        self._sent_s = {job: sent_s for job, sent_s in self._sent_s.items() if now_s < sent_s + PAUSE_S}
        jobs = [job for job in self._waiting if job in self._urgent or job not in self._sent_s]
        self._sent_s |= dict.fromkeys(jobs, now_s)
        self._urgent.clear()
        return [(job, self._waiting.pop(job)) for job in jobs]

    def wait_s(self, now_s: float, most_s: float) -> float:
        """Until something is due, if nothing new comes before."""
        if any(job in self._urgent or job not in self._sent_s for job in self._waiting):
            return 0.0
        return min([most_s, *(max(self._sent_s[job] + PAUSE_S - now_s, 0.0) for job in self._waiting)])

    def clear(self) -> None:
        self._waiting.clear()
        self._urgent.clear()
