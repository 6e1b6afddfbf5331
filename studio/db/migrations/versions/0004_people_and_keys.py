"""What is known about people beyond their address, and API keys"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("user", sa.Column("plan", sa.Text(), nullable=True))
    op.add_column("user", sa.Column("clerk_id", sa.Text(), nullable=True))
    op.add_column("user", sa.Column("asaas_customer", sa.Text(), nullable=True))
    op.add_column("user", sa.Column("deactivated_at", WHOLE, nullable=True))
    op.add_column("user", sa.Column("deleted_at", WHOLE, nullable=True))
    op.add_column("user", sa.Column("version", WHOLE, nullable=False, server_default="1"))
    op.execute("""UPDATE "user" SET plan = 'free'""")
    op.create_index("user_newest", "user", ["created_at", "id"], unique=False)
    op.create_index("user_plan", "user", ["plan"], unique=False)
    op.create_index("user_clerk_id", "user", ["clerk_id"], unique=True)
    op.create_index("user_asaas_customer", "user", ["asaas_customer"], unique=False)
    op.create_table(
        "apikey",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("created_at", WHOLE, nullable=False),
        sa.Column("owner_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("scopes", sa.Text(), nullable=True),
        sa.Column("expires_at", WHOLE, nullable=True),
        sa.Column("last_used_at", WHOLE, nullable=True),
        sa.Column("revoked_at", WHOLE, nullable=True),
        sa.ForeignKeyConstraint(["owner_id"], ["user.id"], name=op.f("apikey_owner_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("apikey_pkey")),
        sqlite_strict=True,
    )
    op.create_index("apikey_newest", "apikey", ["owner_id", "created_at", "id"], unique=False)
