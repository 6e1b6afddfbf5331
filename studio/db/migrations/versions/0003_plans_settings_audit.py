"""Plans, administrators' settings and the audit trail, which triggers keep append-only"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from studio.domain.clock import system_clock

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
FLAG = sa.Boolean().with_variant(sa.Integer(), "sqlite")
FREE_PLAN_CREDITS = 100

SQLITE_TRIGGER = """
CREATE TRIGGER auditentry_no_{verb} BEFORE {verb} ON auditentry
BEGIN SELECT RAISE(ABORT, 'auditentry is append-only'); END
"""

# The function came with the ledger.
POSTGRESQL_TRIGGERS = (
    "CREATE TRIGGER auditentry_append_only BEFORE UPDATE OR DELETE ON auditentry"
    " FOR EACH ROW EXECUTE FUNCTION studio_append_only()",
    "CREATE TRIGGER auditentry_no_truncate BEFORE TRUNCATE ON auditentry"
    " FOR EACH STATEMENT EXECUTE FUNCTION studio_append_only()",
)


def upgrade() -> None:
    plans = op.create_table(
        "billingplan",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("created_at", WHOLE, nullable=False),
        sa.Column("updated_at", WHOLE, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("credits", WHOLE, nullable=False),
        sa.Column("price_monthly", WHOLE, nullable=False),
        sa.Column("price_yearly", WHOLE, nullable=True),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("features", sa.Text(), nullable=False),
        sa.Column("limits", sa.Text(), nullable=False),
        sa.Column("checkout_url", sa.Text(), nullable=True),
        sa.Column("active", FLAG, nullable=False),
        sa.Column("sort_order", WHOLE, nullable=False),
        sa.Column("badge", sa.Text(), nullable=True),
        sa.Column("version", WHOLE, nullable=False),
        sa.CheckConstraint("credits > 0", name=op.f("billingplan_credits_check")),
        sa.CheckConstraint("price_monthly >= 0", name=op.f("billingplan_price_monthly_check")),
        sa.CheckConstraint("price_yearly >= 0", name=op.f("billingplan_price_yearly_check")),
        sa.PrimaryKeyConstraint("id", name=op.f("billingplan_pkey")),
        sa.UniqueConstraint("key", name=op.f("billingplan_key_unique")),
        sqlite_strict=True,
    )
    op.create_index("billingplan_order", "billingplan", ["sort_order", "key"], unique=False)
    op.create_table(
        "adminsetting",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("version", WHOLE, nullable=False),
        sa.Column("updated_at", WHOLE, nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("adminsetting_pkey")),
        sqlite_strict=True,
    )
    op.create_table(
        "auditentry",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("created_at", WHOLE, nullable=False),
        sa.Column("actor_id", sa.Text(), nullable=False),
        sa.Column("actor_email", sa.Text(), nullable=False),
        sa.Column("key_id", sa.Text(), nullable=True),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("subject_type", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Text(), nullable=False),
        sa.Column("before", sa.Text(), nullable=True),
        sa.Column("after", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("auditentry_pkey")),
        sqlite_strict=True,
    )
    op.create_index("auditentry_newest", "auditentry", ["created_at", "id"], unique=False)
    op.create_index("auditentry_actor", "auditentry", ["actor_email", "created_at", "id"], unique=False)
    op.create_index("auditentry_actor_id", "auditentry", ["actor_id", "created_at", "id"], unique=False)
    op.create_index("auditentry_action", "auditentry", ["action", "created_at", "id"], unique=False)
    op.create_index(
        "auditentry_subject", "auditentry", ["subject_type", "subject_id", "created_at", "id"], unique=False
    )
    op.create_index("auditentry_subject_type", "auditentry", ["subject_type", "created_at", "id"], unique=False)
    make_append_only()
    op.bulk_insert(plans, [free_plan(system_clock())])


def make_append_only() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("update", "delete"):
            op.execute(SQLITE_TRIGGER.format(verb=verb))
        return
    for trigger in POSTGRESQL_TRIGGERS:
        op.execute(trigger)


def free_plan(now: int) -> dict[str, object]:
    """The plan everybody begins with; administrators may change it."""
    return {
        "id": "00000000-0000-7000-8000-000000000001",
        "created_at": now,
        "updated_at": now,
        "key": "free",
        "name": "Free",
        "credits": FREE_PLAN_CREDITS,
        "price_monthly": 0,
        "price_yearly": None,
        "currency": "BRL",
        "features": "[]",
        "limits": "{}",
        "checkout_url": None,
        "active": True,
        "sort_order": 0,
        "badge": None,
        "version": 1,
    }
