"""Looking at credits: indexes for what was spent on a short and in a month"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

NOT_SPENT = sa.text("kind <> 'usage'")


def upgrade() -> None:
    op.create_index("usagehistory_short", "usagehistory", ["user_id", "short_id", "created_at", "id"], unique=False)
    op.create_index("creditentry_time", "creditentry", ["user_id", "created_at", "seq"], unique=False)
    op.create_index(
        "creditentry_not_spent",
        "creditentry",
        ["user_id", "created_at"],
        unique=False,
        sqlite_where=NOT_SPENT,
        postgresql_where=NOT_SPENT,
    )
