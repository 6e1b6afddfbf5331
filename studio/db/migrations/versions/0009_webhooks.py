"""Messages from outside, with what they said and what became of them; and what systems outside call people"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    # No version before this one has taken a message in: the table is empty, and made anew with what it needs.
    op.drop_table("webhookevent")
    op.create_table(
        "webhookevent",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("event_id", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("body_sha256", sa.Text(), nullable=False),
        sa.Column("received_at", WHOLE, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempts", WHOLE, nullable=False),
        sa.Column("retry_at", WHOLE, nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("finished_at", WHOLE, nullable=True),
        sa.CheckConstraint(
            "state IN ('received', 'applied', 'ignored', 'dead')", name=op.f("webhookevent_state_check")
        ),
        sa.PrimaryKeyConstraint("source", "event_id", name=op.f("webhookevent_pkey")),
        sqlite_strict=True,
    )
    op.create_index("webhookevent_newest", "webhookevent", ["received_at", "source", "event_id"], unique=False)
    op.create_index(
        "webhookevent_waiting",
        "webhookevent",
        ["retry_at"],
        unique=False,
        sqlite_where=sa.text("state = 'received'"),
        postgresql_where=sa.text("state = 'received'"),
    )
    op.create_table(
        "externalidentity",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("changed_at", WHOLE, nullable=False),
        sa.Column("as_of", WHOLE, nullable=True),
        sa.Column("deactivated_at", WHOLE, nullable=True),
        sa.CheckConstraint("state IN ('present', 'barred', 'gone')", name=op.f("externalidentity_state_check")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("externalidentity_user_id_fkey")),
        sa.PrimaryKeyConstraint("source", "external_id", name=op.f("externalidentity_pkey")),
        sqlite_strict=True,
    )
    op.create_index("externalidentity_user_id", "externalidentity", ["user_id"], unique=False)
