"""What is wrong with what somebody wants of a job or of the queue."""


class JobError(Exception):
    """The base of all errors about jobs."""


class UnknownJobError(JobError):
    """The queue does not hold it: it has ended, or never was."""

    def __init__(self, id_: str) -> None:
        super().__init__(f"job {id_} neither waits nor runs")
        self.id = id_
