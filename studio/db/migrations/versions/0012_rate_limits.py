"""How fast each caller asks, and the idempotency keys of HTTP requests"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "ratelimit",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("arrival", WHOLE, nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("ratelimit_pkey")),
        sqlite_strict=True,
    )
    op.create_table(
        "requestkey",
        sa.Column("owner_id", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("request_sha256", sa.Text(), nullable=False),
        sa.Column("status", WHOLE, nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("created_at", WHOLE, nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["user.id"], name=op.f("requestkey_owner_id_fkey")),
        sa.PrimaryKeyConstraint("owner_id", "key", name=op.f("requestkey_pkey")),
        sqlite_strict=True,
    )
    op.create_index("requestkey_oldest", "requestkey", ["created_at"], unique=False)
