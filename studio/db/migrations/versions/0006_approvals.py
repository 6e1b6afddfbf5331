"""Approvals: movements of credits that wait for a second administrator"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "approval",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("created_at", WHOLE, nullable=False),
        sa.Column("requested_by", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("body_sha256", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("decided_at", WHOLE, nullable=True),
        sa.Column("decision_reason", sa.Text(), nullable=True),
        sa.CheckConstraint("action IN ('grant', 'adjust')", name=op.f("approval_action_check")),
        sa.CheckConstraint("state IN ('pending', 'approved', 'rejected')", name=op.f("approval_state_check")),
        sa.CheckConstraint(
            "(state = 'pending') = (decided_by IS NULL) AND (decided_by IS NULL) = (decided_at IS NULL)",
            name=op.f("approval_decided_check"),
        ),
        sa.CheckConstraint(
            "state <> 'approved' OR decided_by <> requested_by",
            name=op.f("approval_second_check"),
        ),
        sa.ForeignKeyConstraint(["requested_by"], ["user.id"], name=op.f("approval_requested_by_fkey")),
        sa.ForeignKeyConstraint(["decided_by"], ["user.id"], name=op.f("approval_decided_by_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("approval_pkey")),
        sa.UniqueConstraint("key", name=op.f("approval_key_unique")),
        sqlite_strict=True,
    )
    op.create_index("approval_newest", "approval", ["created_at", "id"], unique=False)
    op.create_index("approval_state", "approval", ["state", "created_at", "id"], unique=False)
