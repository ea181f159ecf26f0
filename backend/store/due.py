"""What would go if somebody tidied now (`retention.py`), for who wants to know before.

The same marks are made as there and the same conditions hold, so that the figures are those of this moment; nothing
is removed.
"""

from datetime import datetime

from sqlalchemy import ColumnElement, Connection, exists, func, select

from backend.store.age import Age, advance
from backend.store.database import Database
from backend.store.holding import HAS_ENDED, IS_USED, held, mark_jobs, mark_networks, network_sizes
from backend.store.retention import DAY_S, SECOND, Limits, Stats, are_old, are_too_many, have_expired
from backend.store.schema import EPOCH, MICROSECOND, jobs, networks, reports

HAS_REPORT = exists().where(reports.c.job == jobs.c.id)


def due(database: Database, limits: Limits, now: datetime) -> Stats:
    now_us = (now - EPOCH) // MICROSECOND
    with database.writing() as connection:
        age = advance(connection, now_us, int(limits.age_s * SECOND))
        mark_networks(connection, age)
    mark_jobs(database, age)
    with database.reading() as connection:
        stats = Stats(
            sessions_removed=_count(connection, have_expired(now)),
            audit_removed=_count(connection, are_too_many(connection, limits)),
        )
        is_old = are_old(age, limits)
        stats += _jobs(connection, is_old)
        return stats + _much(connection, age, limits, is_old, stats.bytes_freed)


def _count(connection: Connection, condition: ColumnElement[bool]) -> int:
    return connection.scalar(select(func.count()).where(condition)) or 0


def _jobs(connection: Connection, chosen: ColumnElement[bool]) -> Stats:
    count, size = connection.execute(select(func.count(), func.sum(jobs.c.size)).where(chosen)).one()
    return Stats(
        jobs_removed=count,
        reports_removed=_count(connection, chosen & HAS_REPORT),
        bytes_freed=int(size or 0),
    )


def _much(connection: Connection, age: Age, limits: Limits, is_old: ColumnElement[bool], freed: int) -> Stats:
    """Networks that nothing has used for long, and of what is still too much the oldest."""
    over = held(connection) - freed - limits.bytes
    stats = Stats()
    unused = select(networks.c.label, networks.c.aged_us).where(~IS_USED).order_by(networks.c.aged_us)
    since = {row.label: row.aged_us for row in connection.execute(unused)}
    for label, size in network_sizes(connection, list(since)).items():
        unused_us = age.age - since[label]
        if unused_us >= limits.network_age_s * SECOND or (over > 0 and unused_us >= DAY_S * SECOND):
            over -= size
            stats += Stats(networks_removed=1, bytes_freed=size)
    if over <= 0:
        return stats
    oldest = select(jobs.c.size, HAS_REPORT.label("has_report")).where(HAS_ENDED, ~is_old).order_by(jobs.c.number)
    for row in connection.execute(oldest):
        if over <= 0:
            break
        over -= row.size
        stats += Stats(jobs_removed=1, reports_removed=int(row.has_report), bytes_freed=row.size)
    return stats
