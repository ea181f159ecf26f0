"""How much is held by what may be removed, and since when it may be."""

from collections.abc import Sequence

from sqlalchemy import Connection, exists, func, select, update

from backend.store.age import Age
from backend.store.database import Database
from backend.store.schema import EPOCH, MICROSECOND, events, jobs, network_files, networks, reports, results

AT_ONCE = 50
"""Jobs in one transaction: others do not wait for long, and a disk that is nearly full has room for its journal."""
IS_USED = networks.c.is_active | exists().where(jobs.c.network == networks.c.label)
HAS_ENDED = jobs.c.ended.is_not(None)
CONTENTS = (
    (jobs.c.id, jobs.c.document),
    (events.c.job, events.c.document),
    (results.c.job, results.c.document),
    (reports.c.job, reports.c.pdf),
)
"""What belongs to jobs."""


def held(connection: Connection) -> int:
    """By jobs that have ended and networks that nothing uses."""
    of_jobs = connection.scalar(select(func.sum(jobs.c.size)).where(jobs.c.aged_us.is_not(None))) or 0
    unused = select(networks.c.label).where(~IS_USED)
    return int(of_jobs) + sum(network_sizes(connection, connection.scalars(unused).all()).values())


def job_sizes(connection: Connection, ids: Sequence[str]) -> dict[str, int]:
    sizes = dict.fromkeys(ids, 0)
    for job, content in CONTENTS:
        asked = select(job, func.sum(func.length(content))).where(job.in_(ids)).group_by(job)
        for id_, size in connection.execute(asked):
            sizes[id_] += int(size)
    return sizes


def network_sizes(connection: Connection, labels: Sequence[str]) -> dict[str, int]:
    label = network_files.c.network
    asked = select(label, func.sum(func.length(network_files.c.content))).where(label.in_(labels)).group_by(label)
    return dict.fromkeys(labels, 0) | {label: int(size) for label, size in connection.execute(asked)}


def mark_networks(connection: Connection, age: Age) -> None:
    """Since when nothing uses each of them."""
    connection.execute(update(networks).where(IS_USED).values(aged_us=None))
    connection.execute(update(networks).where(~IS_USED, networks.c.aged_us.is_(None)).values(aged_us=age.age))


def mark_jobs(database: Database, age: Age) -> None:
    """Those that have ended since the last time: when that was, and how much they hold."""
    is_new = HAS_ENDED & (jobs.c.aged_us.is_(None) | jobs.c.size.is_(None))
    asked = select(jobs.c.id, jobs.c.ended, jobs.c.aged_us).where(is_new).limit(AT_ONCE)
    while True:
        with database.writing() as connection:
            found = connection.execute(asked).all()
            sizes = job_sizes(connection, [row.id for row in found])
            for row in found:
                aged_us = age.at((row.ended - EPOCH) // MICROSECOND) if row.aged_us is None else row.aged_us
                values = {"aged_us": aged_us, "size": sizes[row.id]}
                connection.execute(update(jobs).where(jobs.c.id == row.id).values(values))
        if not found:
            return
