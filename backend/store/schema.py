"""Tables, the same on SQLite and PostgreSQL."""

from sqlalchemy import CheckConstraint, Column, DateTime, MetaData, String, Table, func

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
