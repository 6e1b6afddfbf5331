"""System prompts that administrators edit, and the pictures by which characters are known again"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "systemprompt",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("created_at", WHOLE, nullable=False),
        sa.Column("updated_at", WHOLE, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("version", WHOLE, nullable=False),
        sa.Column("updated_by", sa.Text(), nullable=False),
        sa.CheckConstraint("version >= 0", name=op.f("systemprompt_version_check")),
        sa.ForeignKeyConstraint(["updated_by"], ["user.id"], name=op.f("systemprompt_updated_by_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("systemprompt_pkey")),
        sa.UniqueConstraint("name", name=op.f("systemprompt_name_unique")),
        sqlite_strict=True,
    )
    op.create_table(
        "characterimage",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("created_at", WHOLE, nullable=False),
        sa.Column("owner_id", sa.Text(), nullable=False),
        sa.Column("character_id", sa.Text(), nullable=False),
        sa.Column("asset_id", sa.Text(), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("request_key", sa.Text(), nullable=False),
        sa.Column("credits_used", WHOLE, nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["user.id"], name=op.f("characterimage_owner_id_fkey")),
        sa.ForeignKeyConstraint(["character_id"], ["character.id"], name=op.f("characterimage_character_id_fkey")),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("characterimage_asset_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("characterimage_pkey")),
        sqlite_strict=True,
    )
    op.create_index("characterimage_newest", "characterimage", ["character_id", "created_at", "id"], unique=False)
    op.create_index("characterimage_asset", "characterimage", ["asset_id"], unique=False)
