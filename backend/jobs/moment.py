"""A moment, on two clocks: people read the one, limits are measured on the other."""

from datetime import datetime

from msgspec import Struct


class Moment(Struct, frozen=True):
    time: datetime
    """In UTC; somebody may set that clock while a job runs."""
    tick_s: float
    """Of a clock that only goes on (CLOCK_MONOTONIC); it means nothing after a restart of the machine."""

    def since(self, earlier: "Moment") -> float:
        """Seconds; never negative."""
        return max(self.tick_s - earlier.tick_s, 0.0)
