"""Records for tests."""

from datetime import UTC, datetime, timedelta

from msgspec.structs import replace
from sqlalchemy import select

from backend.store.database import Database
from backend.store.jobs import EventRecord, JobRecord
from backend.store.networks import NetworkRecord
from backend.store.schema import metadata

NOON = datetime(2026, 5, 4, 12, 0, 0, 123456, tzinfo=UTC)


def job(at: int, user: str = "ann", ended: datetime | None = None, **more: object) -> JobRecord:
    """Submitted `at` minutes after noon."""
    status = "running" if ended is None else "succeeded"
    submitted = NOON + timedelta(minutes=at)
    made = JobRecord(f"job{at}", user, at, status, submitted, ended, "10.1.1.50", "10.2.1.50", "demo@1", "prove", b"{}")
    return replace(made, **more)


def event(job: int, seq: int, document: bytes = b"{}") -> EventRecord:
    return EventRecord(f"job{job}", seq, NOON, document)


def network(label: str, **more: object) -> NetworkRecord:
    made = NetworkRecord(label, label.partition("@")[0], f"digest of {label}", NOON, "ann", "upload", 3, 1)
    return replace(made, **more)


def everything(database: Database) -> str:
    """All that the database holds, as somebody would see it who has a copy."""
    with database.reading() as connection:
        return repr([connection.execute(select(table)).all() for table in metadata.sorted_tables])
