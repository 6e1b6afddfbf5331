"""Files that people have put into the storage themselves"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

UPLOADED = sa.text("name IS NOT NULL")


def upgrade() -> None:
    op.add_column("asset", sa.Column("name", sa.Text(), nullable=True))
    op.create_index("asset_newest", "asset", ["owner_id", "created_at", "id"], unique=False)
    op.create_index("asset_sizes", "asset", ["owner_id", "media_type", "size_bytes"], unique=False)
    op.create_index(
        "asset_uploads",
        "asset",
        ["owner_id", "created_at", "id"],
        unique=False,
        sqlite_where=UPLOADED,
        postgresql_where=UPLOADED,
    )
    # Whether a file is still used is asked at every deletion.
    op.create_index("media_asset", "media", ["asset_id"], unique=False)
    op.create_index("short_film", "short", ["film_asset_id"], unique=False)
    op.create_index("short_music", "short", ["music"], unique=False)
