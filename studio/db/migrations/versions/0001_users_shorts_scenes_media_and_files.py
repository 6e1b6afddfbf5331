"""Users, shorts, scenes, media and files"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "user",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("updated_at", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("user_pkey")),
        sa.UniqueConstraint("email", name=op.f("user_email_unique")),
        sqlite_strict=True,
    )
    op.create_table(
        "asset",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("updated_at", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("owner_id", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint("size_bytes >= 0", name=op.f("asset_size_check")),
        sa.ForeignKeyConstraint(["owner_id"], ["user.id"], name=op.f("asset_owner_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("asset_pkey")),
        sa.UniqueConstraint("owner_id", "key", name=op.f("asset_owner_id_key_unique")),
        sqlite_strict=True,
    )
    op.create_table(
        "character",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("updated_at", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("owner_id", sa.Text(), nullable=False),
        sa.Column("handle", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("definition", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["user.id"], name=op.f("character_owner_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("character_pkey")),
        sa.UniqueConstraint("owner_id", "handle", name=op.f("character_owner_id_handle_unique")),
        sqlite_strict=True,
    )
    op.create_table(
        "climate",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("updated_at", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("owner_id", sa.Text(), nullable=False),
        sa.Column("handle", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("definition", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["user.id"], name=op.f("climate_owner_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("climate_pkey")),
        sa.UniqueConstraint("owner_id", "handle", name=op.f("climate_owner_id_handle_unique")),
        sqlite_strict=True,
    )
    op.create_table(
        "style",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("updated_at", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("owner_id", sa.Text(), nullable=False),
        sa.Column("handle", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("definition", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["user.id"], name=op.f("style_owner_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("style_pkey")),
        sa.UniqueConstraint("owner_id", "handle", name=op.f("style_owner_id_handle_unique")),
        sqlite_strict=True,
    )
    op.create_table(
        "short",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("updated_at", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("owner_id", sa.Text(), nullable=False),
        sa.Column("handle", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("source_text", sa.Text(), nullable=True),
        sa.Column("brief_key", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("progress", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("format", sa.Text(), nullable=False),
        sa.Column("aspect", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("target_seconds", sa.Double().with_variant(sa.REAL(), "sqlite"), nullable=False),
        sa.Column("film_seconds", sa.Double().with_variant(sa.REAL(), "sqlite"), nullable=True),
        sa.Column("style", sa.Text(), nullable=False),
        sa.Column("climate", sa.Text(), nullable=False),
        sa.Column("seed", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("voice", sa.Text(), nullable=True),
        sa.Column("music", sa.Text(), nullable=True),
        sa.Column("captions", sa.Boolean().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("is_outline", sa.Boolean().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("text_model", sa.Text(), nullable=True),
        sa.Column("image_model", sa.Text(), nullable=True),
        sa.Column("video_model", sa.Text(), nullable=True),
        sa.Column("credits_used", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("cost_microusd", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("film_key", sa.Text(), nullable=True),
        sa.Column("film_asset_id", sa.Text(), nullable=True),
        sa.Column("video_path", sa.Text(), nullable=True),
        sa.CheckConstraint("credits_used >= 0", name=op.f("short_credits_used_check")),
        sa.CheckConstraint("progress BETWEEN 0 AND 100", name=op.f("short_progress_check")),
        sa.ForeignKeyConstraint(["film_asset_id"], ["asset.id"], name=op.f("short_film_asset_id_fkey")),
        sa.ForeignKeyConstraint(["owner_id"], ["user.id"], name=op.f("short_owner_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("short_pkey")),
        sa.UniqueConstraint("owner_id", "handle", name=op.f("short_owner_id_handle_unique")),
        sqlite_strict=True,
    )
    op.create_index("style_newest", "style", ["owner_id", "created_at", "id"], unique=False)
    op.create_index("climate_newest", "climate", ["owner_id", "created_at", "id"], unique=False)
    op.create_index("character_newest", "character", ["owner_id", "created_at", "id"], unique=False)
    op.create_index("short_brief", "short", ["owner_id", "brief_key"], unique=False)
    op.create_index("short_newest", "short", ["owner_id", "created_at", "id"], unique=False)
    op.create_table(
        "shortcharacter",
        sa.Column("short_id", sa.Text(), nullable=False),
        sa.Column("character_id", sa.Text(), nullable=False),
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["character_id"], ["character.id"], name=op.f("shortcharacter_character_id_fkey")),
        sa.ForeignKeyConstraint(["short_id"], ["short.id"], name=op.f("shortcharacter_short_id_fkey")),
        sa.PrimaryKeyConstraint("short_id", "character_id", name=op.f("shortcharacter_pkey")),
        sqlite_strict=True,
    )
    op.create_table(
        "shortscene",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("updated_at", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("short_id", sa.Text(), nullable=False),
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("narration", sa.Text(), nullable=False),
        sa.Column("visual", sa.Text(), nullable=False),
        sa.Column("image_prompt", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("shot", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("duration_seconds", sa.Double().with_variant(sa.REAL(), "sqlite"), nullable=True),
        sa.Column("characters", sa.Text(), nullable=False),
        sa.Column("seed", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint("position >= 1", name=op.f("shortscene_position_check")),
        sa.ForeignKeyConstraint(["short_id"], ["short.id"], name=op.f("shortscene_short_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("shortscene_pkey")),
        sqlite_strict=True,
    )
    op.create_index("shortscene_order", "shortscene", ["short_id", "position"], unique=False)
    op.create_table(
        "media",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("updated_at", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("owner_id", sa.Text(), nullable=False),
        sa.Column("short_id", sa.Text(), nullable=False),
        sa.Column("scene_id", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("asset_id", sa.Text(), nullable=False),
        sa.Column("request_key", sa.Text(), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("selected", sa.Boolean().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.Column("credits_used", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("cost_microusd", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("media_asset_id_fkey")),
        sa.ForeignKeyConstraint(["owner_id"], ["user.id"], name=op.f("media_owner_id_fkey")),
        sa.ForeignKeyConstraint(["scene_id"], ["shortscene.id"], name=op.f("media_scene_id_fkey")),
        sa.ForeignKeyConstraint(["short_id"], ["short.id"], name=op.f("media_short_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("media_pkey")),
        sqlite_strict=True,
    )
    op.create_index("media_request", "media", ["owner_id", "request_key"], unique=False)
    op.create_index("media_scene", "media", ["scene_id", "kind"], unique=False)
    op.create_index("media_short", "media", ["short_id", "kind"], unique=False)
