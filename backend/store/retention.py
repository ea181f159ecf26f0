"""What is removed by itself, by age and by size: jobs that have ended, oldest first, and networks that nothing uses.

Never a job that waits or runs, nor a network that is active or that a job names. Ages are those of `age.py`; sessions
end by the machine's clock, also for who asks with one, and cost no more than to sign in again.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

from msgspec import Struct
from sqlalchemy import ColumnElement, Connection, delete, func, select

from backend.store.age import Age, advance
from backend.store.database import Database
from backend.store.holding import (
    AT_ONCE,
    HAS_ENDED,
    IS_USED,
    held,
    job_sizes,
    mark_jobs,
    mark_networks,
    network_sizes,
)
from backend.store.jobs import remove_jobs
from backend.store.schema import EPOCH, MICROSECOND, audit, jobs, networks, reports, sessions

DAY_S = 24 * 3600
SECOND = 1_000_000


class Limits(Struct, frozen=True):
    age_s: float = DAY_S
    """Of jobs, since they ended."""
    bytes: int = 2 << 30
    """Of all that may be removed: jobs that have ended, with what belongs to them, and networks that nothing uses."""
    network_age_s: float = 30 * DAY_S
    """Of networks, since nothing uses them."""
    audit_entries: int = 1_000_000


class Stats(Struct, frozen=True):
    sessions_removed: int = 0
    jobs_removed: int = 0
    reports_removed: int = 0
    networks_removed: int = 0
    audit_removed: int = 0
    bytes_freed: int = 0

    def __add__(self, other: "Stats") -> "Stats":
        return Stats(*(getattr(self, name) + getattr(other, name) for name in self.__struct_fields__))


Gone = Callable[[Sequence[tuple[str, str]]], object]
"""Called with the ids of jobs that are no more, and whose each of them was."""


def tidy(database: Database, limits: Limits, now: datetime, gone: Gone = lambda _: None) -> Stats:
    """In short transactions: what is done when it fails stays done, and the next time goes on."""
    now_us = (now - EPOCH) // MICROSECOND
    database.shrink()  # of what people removed; and on a disk that is full, the journal has room again for what follows
    with database.writing() as connection:
        age = advance(connection, now_us, int(limits.age_s * SECOND))
        mark_networks(connection, age)
        stats = Stats(
            sessions_removed=connection.execute(delete(sessions).where(have_expired(now))).rowcount,
            audit_removed=connection.execute(delete(audit).where(are_too_many(connection, limits))).rowcount,
        )
    mark_jobs(database, age)
    stats += _remove_old(database, age, limits, gone)
    stats += _remove_much(database, age, limits, gone)
    if stats.bytes_freed:
        database.shrink()
    return stats


def have_expired(now: datetime) -> ColumnElement[bool]:
    """Of sessions."""
    return sessions.c.expires_s <= int((now - EPOCH).total_seconds())


def are_too_many(connection: Connection, limits: Limits) -> ColumnElement[bool]:
    """Of entries of the audit."""
    last = connection.scalar(select(func.max(audit.c.id))) or 0
    return audit.c.id <= last - limits.audit_entries


def are_old(age: Age, limits: Limits) -> ColumnElement[bool]:
    """Of jobs."""
    return HAS_ENDED & (jobs.c.aged_us <= age.age - int(limits.age_s * SECOND))


def _remove_old(database: Database, age: Age, limits: Limits, gone: Gone) -> Stats:
    old = select(jobs.c.id).where(are_old(age, limits)).order_by(jobs.c.number).limit(AT_ONCE)
    stats = _remove_jobs(database, lambda connection: connection.scalars(old).all(), gone)
    return stats + _remove_networks(database, age.age - int(limits.network_age_s * SECOND), 0)


def _remove_much(database: Database, age: Age, limits: Limits, gone: Gone) -> Stats:
    """Networks first that nothing has used for a day: nobody will ask for them."""
    stats = _remove_networks(database, age.age - DAY_S * SECOND, limits.bytes)
    return stats + _remove_jobs(database, lambda connection: _oldest(connection, limits.bytes), gone)


def _oldest(connection: Connection, most: int) -> list[str]:
    """Jobs that hold as much as there is too much, of those that go at once."""
    over = held(connection) - most
    oldest = select(jobs.c.id, jobs.c.size).where(jobs.c.aged_us.is_not(None), HAS_ENDED).order_by(jobs.c.number)
    ids = []
    for row in connection.execute(oldest.limit(AT_ONCE)) if over > 0 else ():
        if over > 0:
            ids.append(row.id)
            over -= row.size
    return ids


def _remove_jobs(database: Database, chosen: Callable[[Connection], Sequence[str]], gone: Gone) -> Stats:
    """Again and again, until none is chosen."""
    stats = Stats()
    while True:
        with database.writing() as connection:
            ids = chosen(connection)
            if not ids:
                return stats
            owned = connection.execute(select(jobs.c.id, jobs.c.user).where(jobs.c.id.in_(ids))).all()
            stats += Stats(
                bytes_freed=sum(job_sizes(connection, ids).values()),
                reports_removed=connection.scalar(select(func.count()).where(reports.c.job.in_(ids))) or 0,
                jobs_removed=remove_jobs(connection, ids),
            )
        gone([(id_, user) for id_, user in owned])


def _remove_networks(database: Database, before_us: int, most: int) -> Stats:
    """Those unused since then, longest unused first, while more than `most` bytes are held."""
    stats = Stats()
    unused = select(networks.c.label).where(networks.c.aged_us <= before_us, ~IS_USED).order_by(networks.c.aged_us)
    with database.writing() as connection:
        sizes = network_sizes(connection, connection.scalars(unused).all())
        over = held(connection) - most if sizes else 0
        for label, size in sizes.items():
            if over > 0:
                over -= size
                connection.execute(delete(networks).where(networks.c.label == label))
                stats += Stats(networks_removed=1, bytes_freed=size)
    return stats
