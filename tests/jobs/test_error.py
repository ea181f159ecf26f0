from backend.jobs.error import JobError, UnknownJobError


def test_an_unknown_job_is_named() -> None:
    error = UnknownJobError("7f3a")
    assert isinstance(error, JobError)
    assert (error.id, str(error)) == ("7f3a", "job 7f3a neither waits nor runs")
