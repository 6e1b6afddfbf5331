"""Orders: what a paid call has sent and got so far, so that a later run can go on with it; takes that were picked"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
FLAG = sa.Boolean().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("generation", sa.Column("answers", sa.Text(), nullable=False, server_default="[]"))
    op.add_column("generation", sa.Column("ticket", sa.Text(), nullable=True))
    op.add_column("generation", sa.Column("sent_at", WHOLE, nullable=True))
    op.add_column("generation", sa.Column("lease_owner", sa.Text(), nullable=True))
    op.add_column("generation", sa.Column("quoted_microusd", WHOLE, nullable=True))
    op.add_column("generation", sa.Column("closed_at", WHOLE, nullable=True))
    op.add_column("media", sa.Column("picked", FLAG, nullable=False, server_default=sa.false()))
    op.create_index("generation_time", "generation", ["user_id", "created_at", "id"], unique=False)
    op.create_index("generation_short", "generation", ["short_id"], unique=False)
