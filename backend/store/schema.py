"""Tables, the same on SQLite and PostgreSQL. What is changed here needs a step in `migrations/versions`.

Rows of jobs carry a document, which only those who wrote it understand; the other columns are for finding it.
"""

from datetime import UTC, datetime, timedelta

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    false,
    func,
    text,
)
from sqlalchemy.types import TypeDecorator

VERSION = "0004"
"""Of the newest step in `migrations/versions`."""
ROLES = ("user", "admin")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
metadata = MetaData()


class Time(TypeDecorator[datetime]):
    """Microseconds since 1970: SQLite would forget the time zone."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        return None if value is None else (value - EPOCH) // MICROSECOND

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        return None if value is None else EPOCH + value * MICROSECOND


users = Table(
    "users",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("password_hash", String(255), nullable=False),  # empty: the machine knows the password (PAM)
    Column("role", String(16), CheckConstraint("role IN ('user', 'admin')"), nullable=False),
    Column("created", DateTime(timezone=True), server_default=func.now(), nullable=False),
    Column("is_locked", Boolean, server_default=false(), nullable=False),
    Column("has_own_role", Boolean, server_default=false(), nullable=False),  # else a group of the machine decides
    Column("signed_in", Time),
)

sessions = Table(
    "sessions",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("user", String(64), ForeignKey("users.name", ondelete="CASCADE"), nullable=False, index=True),
    Column("expires_s", BigInteger, nullable=False),  # unless it is used until then
    Column("ends_s", BigInteger, server_default=text("0"), nullable=False),  # however it is used
    Column("handle", Text, server_default=text("''"), nullable=False),  # for lists; it opens nothing
    Column("created_s", BigInteger, server_default=text("0"), nullable=False),
    Column("seen_s", BigInteger, server_default=text("0"), nullable=False),
    Column("address", Text, server_default=text("''"), nullable=False),
    Column("agent", Text, server_default=text("''"), nullable=False),
)
Index("ix_sessions_handle", sessions.c.handle, unique=True)

tokens = Table(
    "tokens",
    metadata,
    Column("id", Text, primary_key=True),
    Column("hash", String(64), nullable=False, unique=True),
    Column("user", String(64), ForeignKey("users.name", ondelete="CASCADE"), nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("scopes", Text, nullable=False),
    Column("created", Time, nullable=False),
    Column("expires", Time),
    Column("used", Time),
)

audit = Table(
    "audit",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),  # SQLite counts only an INTEGER up
    Column("time", Time, nullable=False),
    Column("who", Text, nullable=False, index=True),
    Column("what", Text, nullable=False),
    Column("object", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("outcome", Text, nullable=False),
)

networks = Table(
    "networks",
    metadata,
    Column("label", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Column("created", Time, nullable=False),
    Column("created_by", Text, nullable=False),
    Column("origin", Text, nullable=False),
    Column("bytes_", BigInteger, nullable=False),
    Column("routers", Integer, nullable=False),
    Column("is_active", Boolean, nullable=False),
    Column("diagnostics", LargeBinary, nullable=False),
    Column("aged_us", BigInteger),  # since when nothing uses it; see age.py
)
Index(
    "one_active_network",
    networks.c.is_active,
    unique=True,
    sqlite_where=text("is_active"),
    postgresql_where=text("is_active"),
)

network_files = Table(
    "network_files",
    metadata,
    Column("network", Text, ForeignKey("networks.label", ondelete="CASCADE"), primary_key=True),
    Column("name", LargeBinary, primary_key=True),  # names of files are bytes
    Column("content", LargeBinary, nullable=False),  # compressed
)

jobs = Table(
    "jobs",
    metadata,
    Column("id", Text, primary_key=True),
    Column("user", Text, nullable=False),
    Column("number", BigInteger, nullable=False, unique=True),
    Column("status", Text, nullable=False),
    Column("submitted", Time, nullable=False),
    Column("ended", Time),
    Column("source", Text, nullable=False),
    Column("destination", Text, nullable=False),
    Column("network", Text, nullable=False, index=True),
    Column("mode", Text, nullable=False),
    Column("aged_us", BigInteger),  # when it ended; see age.py
    Column("size", BigInteger),  # with all that belongs to it, when it has ended
    Column("document", LargeBinary, nullable=False),
    Column("words", Text, server_default=text("''"), nullable=False),
    Column("verdicts", Text, server_default=text("''"), nullable=False),
)
Index("jobs_of_user", jobs.c.user, jobs.c.number)
Index("found_jobs", jobs.c.number, jobs.c.words, jobs.c.verdicts)
Index("ended_jobs", jobs.c.aged_us, jobs.c.size)
Index("active_jobs", jobs.c.number, sqlite_where=jobs.c.ended.is_(None), postgresql_where=jobs.c.ended.is_(None))

events = Table(
    "events",
    metadata,
    Column("job", Text, ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("time", Time, nullable=False),
    Column("document", LargeBinary, nullable=False),
    sqlite_with_rowid=False,  # those of one job stand together
)

results = Table(
    "results",
    metadata,
    Column("job", Text, ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True),
    Column("document", LargeBinary, nullable=False),  # compressed
)

reports = Table(
    "reports",
    metadata,
    Column("job", Text, ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True),
    Column("pdf", LargeBinary, nullable=False),
)

marks = Table(  # single numbers that outlive the rows that they were of
    "marks",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", BigInteger, nullable=False),
)
