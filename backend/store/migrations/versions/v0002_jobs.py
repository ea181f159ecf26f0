"""Networks, jobs with their events, results and reports, tokens, audit."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    _access()
    _networks()
    _jobs()
    op.create_table(
        "marks", sa.Column("name", sa.Text, primary_key=True), sa.Column("value", sa.BigInteger, nullable=False)
    )


def _access() -> None:
    op.create_table(
        "tokens",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("hash", sa.String(64), nullable=False, unique=True),
        sa.Column("user", sa.String(64), sa.ForeignKey("users.name", ondelete="CASCADE"), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("scopes", sa.Text, nullable=False),
        sa.Column("created", sa.BigInteger, nullable=False),
        sa.Column("expires", sa.BigInteger),
        sa.Column("used", sa.BigInteger),
    )
    op.create_index("ix_tokens_user", "tokens", ["user"])
    op.create_table(
        "audit",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
        sa.Column("time", sa.BigInteger, nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("who", "what", "object", "address", "outcome")),
    )
    op.create_index("ix_audit_who", "audit", ["who"])


def _networks() -> None:
    op.create_table(
        "networks",
        sa.Column("label", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("created", sa.BigInteger, nullable=False),
        sa.Column("created_by", sa.Text, nullable=False),
        sa.Column("origin", sa.Text, nullable=False),
        sa.Column("bytes_", sa.BigInteger, nullable=False),
        sa.Column("routers", sa.Integer, nullable=False),
        sa.Column("is_active", sa.Boolean, nullable=False),
        sa.Column("diagnostics", sa.LargeBinary, nullable=False),
        sa.Column("aged_us", sa.BigInteger),
    )
    is_active = sa.text("is_active")
    op.create_index(
        "one_active_network",
        "networks",
        ["is_active"],
        unique=True,
        sqlite_where=is_active,
        postgresql_where=is_active,
    )
    op.create_table(
        "network_files",
        sa.Column("network", sa.Text, sa.ForeignKey("networks.label", ondelete="CASCADE"), primary_key=True),
        sa.Column("name", sa.LargeBinary, primary_key=True),
        sa.Column("content", sa.LargeBinary, nullable=False),
    )


def _jobs() -> None:
    op.create_table(
        "jobs",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("user", sa.Text, nullable=False),
        sa.Column("number", sa.BigInteger, nullable=False, unique=True),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("submitted", sa.BigInteger, nullable=False),
        sa.Column("ended", sa.BigInteger),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("source", "destination", "network", "mode")),
        sa.Column("aged_us", sa.BigInteger),
        sa.Column("size", sa.BigInteger),
        sa.Column("document", sa.LargeBinary, nullable=False),
    )
    op.create_index("ix_jobs_network", "jobs", ["network"])
    op.create_index("ended_jobs", "jobs", ["aged_us", "size"])
    op.create_index("jobs_of_user", "jobs", ["user", "number"])
    has_not_ended = sa.text("ended IS NULL")
    op.create_index("active_jobs", "jobs", ["number"], sqlite_where=has_not_ended, postgresql_where=has_not_ended)
    op.create_table(
        "events",
        _job(),
        sa.Column("seq", sa.Integer, primary_key=True),
        sa.Column("time", sa.BigInteger, nullable=False),
        sa.Column("document", sa.LargeBinary, nullable=False),
        sqlite_with_rowid=False,
    )
    for name, content in (("results", "document"), ("reports", "pdf")):
        op.create_table(name, _job(), sa.Column(content, sa.LargeBinary, nullable=False))


def _job() -> sa.Column[str]:
    return sa.Column("job", sa.Text, sa.ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True)
