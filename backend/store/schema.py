"""Tables, the same on SQLite and PostgreSQL."""

from sqlalchemy import BigInteger, CheckConstraint, Column, DateTime, ForeignKey, MetaData, String, Table, func

ROLES = ("user", "admin")
metadata = MetaData()

users = Table(
    "users",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("password_hash", String(255), nullable=False),
    Column("role", String(16), CheckConstraint("role IN ('user', 'admin')"), nullable=False),
    Column("created", DateTime(timezone=True), server_default=func.now(), nullable=False),
)

sessions = Table(
    "sessions",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("user", String(64), ForeignKey("users.name", ondelete="CASCADE"), nullable=False, index=True),
    Column("expires_s", BigInteger, nullable=False),
)
