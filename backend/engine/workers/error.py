"""Why a process did not do its work."""

from enum import StrEnum


class Why(StrEnum):
    DIED = "died"
    """Without a word: it may be tried once more."""
    LATE = "late"
    FAILED = "failed"
    """It said itself why."""


class WorkerError(Exception):
    def __init__(self, why: Why, text: str) -> None:
        super().__init__(text)
        self.why = why

    @property
    def is_said(self) -> bool:
        """By the process itself: it would say it again."""
        return self.why is Why.FAILED
