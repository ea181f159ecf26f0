"""What people look for in tests. Those of before are found by their ends, but not by what came of them."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    for name in ("words", "verdicts"):
        op.add_column("jobs", sa.Column(name, sa.Text, server_default=sa.text("''"), nullable=False))
    op.execute("""UPDATE jobs SET words = lower(id || ' ' || "user" || ' ' || source || ' ' || destination)""")
    op.create_index("found_jobs", "jobs", ["number", "words", "verdicts"])
