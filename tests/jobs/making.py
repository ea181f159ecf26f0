"""Jobs, moments and answers for the tests of jobs."""

from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

from backend.jobs.job import Asked, Job, Priority
from backend.jobs.moment import Moment
from backend.jobs.phase import Mode
from backend.jobs.queue import Queue, next_to_start, start, submit
from backend.model.flow import Service

NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)


def moment(second: float = 0.0) -> Moment:
    return Moment(NOON + timedelta(seconds=second), 1000.0 + second)


def asked(services: int = 1, mode: Mode = Mode.PROVE) -> Asked:
    ports = tuple(Service("tcp", port) for port in range(1, services + 1))
    return Asked(ip_address("10.1.1.50"), ip_address("10.2.1.50"), ports, "demo@3f9c", mode)


def job(
    id_: str = "a1",
    second: float = 0.0,
    services: int = 1,
    mode: Mode = Mode.PROVE,
    priority: Priority = Priority.NORMAL,
) -> Job:
    """The letters of its id are its user."""
    return Job(id_, id_.rstrip("0123456789"), asked(services, mode), moment(second), priority)


def submitted(queue: Queue, *jobs: Job) -> Queue:
    for each in jobs:
        queue, _ = submit(queue, each)
    return queue


def started_in_turn(queue: Queue, second: float = 0.0) -> tuple[Queue, list[str]]:
    """All that may start now, and in which order."""
    ids = []
    while (next_ := next_to_start(queue)) is not None:
        queue, _ = start(queue, next_.id, moment(second))
        ids.append(next_.id)
    return queue, ids
