"""How long a job will run, from those that ran before.

Jobs of one mode with about as many services (twice as many at most) are taken to be alike.
"""

from collections.abc import Mapping

from msgspec import Struct

from backend.jobs.job import Asked
from backend.jobs.phase import Mode

Size = tuple[Mode, int]
SMOOTHING = 0.2
"""How much the newest job counts."""
BASE_S = {Mode.PREDICT: 0.02, Mode.PROVE: 0.2}
SERVICE_S = {Mode.PREDICT: 0.005, Mode.PROVE: 0.045}
"""Until a job of the size has been measured: the line through the quickest tests of one, three and ten services of the
demo network (0.24, 0.37 and 0.65 s, report drawn)."""


class Estimate(Struct, frozen=True):
    measured_s: Mapping[Size, float] = {}

    def expected_s(self, asked: Asked) -> float:
        known = self.measured_s.get(_size(asked))
        return known if known is not None else BASE_S[asked.mode] + SERVICE_S[asked.mode] * len(asked.services)

    def learned(self, asked: Asked, took_s: float) -> "Estimate":
        size = _size(asked)
        known = self.measured_s.get(size, took_s)
        return Estimate({**self.measured_s, size: known + SMOOTHING * (took_s - known)})


def _size(asked: Asked) -> Size:
    return asked.mode, len(asked.services).bit_length()
