"""Sessions with an idle limit and what their owner knows them by; users who are locked, or whom the machine knows."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
LIFETIME_S = 12 * 3600
"""Of sessions until now."""


def upgrade() -> None:
    """Only columns are added: to make SQLite's table of users anew would take all sessions and tokens with it."""
    op.add_column("users", sa.Column("is_locked", sa.Boolean, server_default=sa.false(), nullable=False))
    op.add_column("users", sa.Column("has_own_role", sa.Boolean, server_default=sa.false(), nullable=False))
    op.add_column("users", sa.Column("signed_in", sa.BigInteger))
    for name in ("ends_s", "created_s", "seen_s"):
        op.add_column("sessions", sa.Column(name, sa.BigInteger, server_default=sa.text("0"), nullable=False))
    for name in ("handle", "address", "agent"):
        op.add_column("sessions", sa.Column(name, sa.Text, server_default=sa.text("''"), nullable=False))
    began = f"expires_s - {LIFETIME_S}"
    op.execute(
        f"UPDATE sessions SET handle = substr(hash, 1, 16), ends_s = expires_s, created_s = {began}, seen_s = {began}"
    )
    op.create_index("ix_sessions_handle", "sessions", ["handle"], unique=True)
