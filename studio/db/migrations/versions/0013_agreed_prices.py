"""The price that was agreed on when the credits of a paid call were set aside"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("generation", sa.Column("agreed_price", sa.Text(), nullable=True))
