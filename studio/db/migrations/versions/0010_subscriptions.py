"""Subscriptions, and what was paid for"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
OPEN = sa.text("state IN ('starting', 'pending')")
ACTIVE = sa.text("state = 'active'")
UNMATCHED = sa.text("user_id IS NULL")


def upgrade() -> None:
    _make_subscriptions()
    _make_events()
    _make_payments()


def _make_subscriptions() -> None:
    op.create_table(
        "subscription",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("created_at", WHOLE, nullable=False),
        sa.Column("updated_at", WHOLE, nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("plan", sa.Text(), nullable=False),
        sa.Column("months", WHOLE, nullable=False),
        sa.Column("price", WHOLE, nullable=False),
        sa.Column("credits", WHOLE, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("sent_at", WHOLE, nullable=True),
        sa.Column("busy_until", WHOLE, nullable=True),
        sa.Column("checkout_id", sa.Text(), nullable=True),
        sa.Column("checkout_url", sa.Text(), nullable=True),
        sa.Column("checkout_expires_at", WHOLE, nullable=True),
        sa.Column("asaas_subscription", sa.Text(), nullable=True),
        sa.Column("paid_until", WHOLE, nullable=True),
        sa.Column("canceled_at", WHOLE, nullable=True),
        sa.CheckConstraint(
            "state IN ('starting', 'pending', 'active', 'ended', 'abandoned')", name=op.f("subscription_state_check")
        ),
        sa.CheckConstraint("months IN (1, 12)", name=op.f("subscription_months_check")),
        sa.CheckConstraint("price > 0", name=op.f("subscription_price_check")),
        sa.CheckConstraint("credits > 0", name=op.f("subscription_credits_check")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("subscription_user_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("subscription_pkey")),
        sqlite_strict=True,
    )
    op.create_index("subscription_newest", "subscription", ["user_id", "created_at", "id"], unique=False)
    op.create_index(
        "subscription_open", "subscription", ["user_id"], unique=True, sqlite_where=OPEN, postgresql_where=OPEN
    )
    op.create_index(
        "subscription_due", "subscription", ["paid_until"], unique=False, sqlite_where=ACTIVE, postgresql_where=ACTIVE
    )
    op.create_index("subscription_checkout", "subscription", ["checkout_id"], unique=False)
    op.create_index("subscription_asaas", "subscription", ["asaas_subscription"], unique=False)


def _make_events() -> None:
    op.create_table(
        "subscriptionevent",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("created_at", WHOLE, nullable=False),
        sa.Column("subscription_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("payment_id", sa.Text(), nullable=True),
        sa.Column("paid_until", WHOLE, nullable=True),
        sa.CheckConstraint(
            "kind IN ('started', 'offered', 'paid', 'reversed', 'canceled', 'ended', 'abandoned')",
            name=op.f("subscriptionevent_kind_check"),
        ),
        sa.ForeignKeyConstraint(
            ["subscription_id"], ["subscription.id"], name=op.f("subscriptionevent_subscription_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("subscriptionevent_pkey")),
        sqlite_strict=True,
    )
    op.create_index(
        "subscriptionevent_order", "subscriptionevent", ["subscription_id", "created_at", "id"], unique=False
    )


def _make_payments() -> None:
    op.create_table(
        "payment",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("created_at", WHOLE, nullable=False),
        sa.Column("updated_at", WHOLE, nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("value", WHOLE, nullable=False),
        sa.Column("kept", WHOLE, nullable=False),
        sa.Column("due_at", WHOLE, nullable=False),
        sa.Column("billing_type", sa.Text(), nullable=True),
        sa.Column("customer", sa.Text(), nullable=True),
        sa.Column("user_id", sa.Text(), nullable=True),
        sa.Column("subscription_id", sa.Text(), nullable=True),
        sa.Column("matched_by", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("credits", WHOLE, nullable=False),
        sa.Column("credits_given", WHOLE, nullable=False),
        sa.Column("movements", WHOLE, nullable=False),
        sa.Column("period_end", WHOLE, nullable=True),
        sa.Column("version", WHOLE, nullable=False),
        sa.CheckConstraint("value >= 0", name=op.f("payment_value_check")),
        sa.CheckConstraint("kept >= 0", name=op.f("payment_kept_check")),
        sa.CheckConstraint("credits >= 0", name=op.f("payment_credits_check")),
        sa.CheckConstraint("credits_given >= 0", name=op.f("payment_credits_given_check")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("payment_user_id_fkey")),
        sa.ForeignKeyConstraint(["subscription_id"], ["subscription.id"], name=op.f("payment_subscription_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("payment_pkey")),
        sqlite_strict=True,
    )
    op.create_index("payment_newest", "payment", ["created_at", "id"], unique=False)
    op.create_index(
        "payment_unmatched",
        "payment",
        ["created_at", "id"],
        unique=False,
        sqlite_where=UNMATCHED,
        postgresql_where=UNMATCHED,
    )
    op.create_index("payment_subscription", "payment", ["subscription_id"], unique=False)
    op.create_index("payment_user", "payment", ["user_id"], unique=False)
