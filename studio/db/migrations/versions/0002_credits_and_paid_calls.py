"""The credits ledger and the paid calls, with the triggers that keep the ledger append-only"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
APPEND_ONLY = ("creditentry", "usagehistory")

SQLITE_TRIGGER = """
CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table}
BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END
"""

POSTGRESQL_FUNCTION = """
CREATE FUNCTION studio_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation'; END $$
"""

# Row triggers do not see TRUNCATE; the statement trigger does, also when it comes by CASCADE.
POSTGRESQL_TRIGGERS = (
    "CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}"
    " FOR EACH ROW EXECUTE FUNCTION studio_append_only()",
    "CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}"
    " FOR EACH STATEMENT EXECUTE FUNCTION studio_append_only()",
)


def upgrade() -> None:
    op.create_table(
        "webhookevent",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("event_id", sa.Text(), nullable=False),
        sa.Column("body_sha256", sa.Text(), nullable=False),
        sa.Column("received_at", WHOLE, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "state IN ('received', 'applied', 'ignored', 'dead')", name=op.f("webhookevent_state_check")
        ),
        sa.PrimaryKeyConstraint("source", "event_id", name=op.f("webhookevent_pkey")),
        sqlite_strict=True,
    )
    op.create_table(
        "creditbalance",
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("balance", WHOLE, nullable=False),
        sa.Column("held", WHOLE, nullable=False),
        sa.Column("debt", WHOLE, nullable=False),
        sa.Column("version", WHOLE, nullable=False),
        sa.CheckConstraint("balance >= held", name=op.f("creditbalance_available_check")),
        sa.CheckConstraint("debt = 0 OR balance = held", name=op.f("creditbalance_no_spending_in_debt_check")),
        sa.CheckConstraint("debt >= 0", name=op.f("creditbalance_debt_check")),
        sa.CheckConstraint("held >= 0", name=op.f("creditbalance_held_check")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("creditbalance_user_id_fkey")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("creditbalance_pkey")),
        sqlite_strict=True,
    )
    op.create_table(
        "creditgrant",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("created_at", WHOLE, nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.Column("amount", WHOLE, nullable=False),
        sa.Column("remaining", WHOLE, nullable=False),
        sa.Column("priority", WHOLE, nullable=False),
        sa.Column("effective_at", WHOLE, nullable=False),
        sa.Column("expires_at", WHOLE, nullable=True),
        sa.Column("voided_at", WHOLE, nullable=True),
        sa.CheckConstraint(
            "source IN ('payment', 'plan', 'promo', 'admin', 'external', 'regrant')",
            name=op.f("creditgrant_source_check"),
        ),
        sa.CheckConstraint("amount > 0", name=op.f("creditgrant_amount_check")),
        sa.CheckConstraint(
            "expires_at IS NULL OR expires_at > effective_at", name=op.f("creditgrant_expires_later_check")
        ),
        sa.CheckConstraint("priority BETWEEN 0 AND 100", name=op.f("creditgrant_priority_check")),
        sa.CheckConstraint("remaining <= amount", name=op.f("creditgrant_remaining_within_amount_check")),
        sa.CheckConstraint("remaining >= 0", name=op.f("creditgrant_remaining_check")),
        sa.ForeignKeyConstraint(["user_id"], ["creditbalance.user_id"], name=op.f("creditgrant_user_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("creditgrant_pkey")),
        sa.UniqueConstraint("source", "source_id", name=op.f("creditgrant_source_source_id_unique")),
        sqlite_strict=True,
    )
    op.create_index(
        "creditgrant_burn",
        "creditgrant",
        ["user_id", "priority", "expires_at", "created_at", "id"],
        unique=False,
        sqlite_where=sa.text("remaining > 0"),
        postgresql_where=sa.text("remaining > 0"),
    )
    op.create_index(
        "creditgrant_due",
        "creditgrant",
        ["expires_at"],
        unique=False,
        sqlite_where=sa.text("remaining > 0"),
        postgresql_where=sa.text("remaining > 0"),
    )
    op.create_table(
        "credithold",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("created_at", WHOLE, nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("op_key", sa.Text(), nullable=False),
        sa.Column("amount", WHOLE, nullable=False),
        sa.Column("captured", WHOLE, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("expires_at", WHOLE, nullable=False),
        sa.Column("resolved_at", WHOLE, nullable=True),
        sa.CheckConstraint(
            "(state = 'captured' AND captured > 0) OR (state <> 'captured' AND captured = 0)",
            name=op.f("credithold_captured_when_check"),
        ),
        sa.CheckConstraint(
            "(state = 'pending' AND resolved_at IS NULL) OR (state <> 'pending' AND resolved_at IS NOT NULL)",
            name=op.f("credithold_resolved_when_check"),
        ),
        sa.CheckConstraint("state IN ('pending', 'captured', 'released')", name=op.f("credithold_state_check")),
        sa.CheckConstraint("amount > 0", name=op.f("credithold_amount_check")),
        sa.CheckConstraint("captured <= amount", name=op.f("credithold_captured_within_amount_check")),
        sa.CheckConstraint("captured >= 0", name=op.f("credithold_captured_check")),
        sa.ForeignKeyConstraint(["user_id"], ["creditbalance.user_id"], name=op.f("credithold_user_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("credithold_pkey")),
        sa.UniqueConstraint("user_id", "op_key", name=op.f("credithold_user_id_op_key_unique")),
        sqlite_strict=True,
    )
    op.create_index(
        "credithold_pending",
        "credithold",
        ["expires_at"],
        unique=False,
        sqlite_where=sa.text("state = 'pending'"),
        postgresql_where=sa.text("state = 'pending'"),
    )
    op.create_table(
        "externalmark",
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("sequence", WHOLE, nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["creditbalance.user_id"], name=op.f("externalmark_user_id_fkey")),
        sa.PrimaryKeyConstraint("user_id", "source", name=op.f("externalmark_pkey")),
        sqlite_strict=True,
    )
    op.create_table(
        "idempotencykey",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("body_sha256", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("created_at", WHOLE, nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["creditbalance.user_id"], name=op.f("idempotencykey_user_id_fkey")),
        sa.PrimaryKeyConstraint("scope", "key", name=op.f("idempotencykey_pkey")),
        sqlite_strict=True,
    )
    op.create_table(
        "creditentry",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("created_at", WHOLE, nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("seq", WHOLE, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("amount", WHOLE, nullable=False),
        sa.Column("net_after", WHOLE, nullable=False),
        sa.Column("grant_id", sa.Text(), nullable=True),
        sa.Column("hold_id", sa.Text(), nullable=True),
        sa.Column("idem_key", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("event_at", WHOLE, nullable=False),
        sa.CheckConstraint(
            "(kind = 'usage' AND hold_id IS NOT NULL) OR (kind <> 'usage' AND hold_id IS NULL)",
            name=op.f("creditentry_usage_has_hold_check"),
        ),
        sa.CheckConstraint(
            "(kind IN ('grant', 'refund') AND amount > 0) OR (kind IN ('usage', 'expire', 'clawback') AND amount < 0)"
            " OR kind IN ('adjust', 'external')",
            name=op.f("creditentry_sign_check"),
        ),
        sa.CheckConstraint("kind <> 'adjust' OR reason IS NOT NULL", name=op.f("creditentry_adjust_has_reason_check")),
        sa.CheckConstraint(
            "kind IN ('grant', 'usage', 'expire', 'clawback', 'refund', 'adjust', 'external')",
            name=op.f("creditentry_kind_check"),
        ),
        sa.CheckConstraint("amount <> 0", name=op.f("creditentry_amount_check")),
        sa.ForeignKeyConstraint(["grant_id"], ["creditgrant.id"], name=op.f("creditentry_grant_id_fkey")),
        sa.ForeignKeyConstraint(["hold_id"], ["credithold.id"], name=op.f("creditentry_hold_id_fkey")),
        sa.ForeignKeyConstraint(["user_id"], ["creditbalance.user_id"], name=op.f("creditentry_user_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("creditentry_pkey")),
        sa.UniqueConstraint("hold_id", name=op.f("creditentry_hold_id_unique")),
        sa.UniqueConstraint("idem_key", name=op.f("creditentry_idem_key_unique")),
        sa.UniqueConstraint("user_id", "seq", name=op.f("creditentry_user_id_seq_unique")),
        sqlite_strict=True,
    )
    op.create_index(
        "creditentry_clawback",
        "creditentry",
        ["grant_id"],
        unique=False,
        sqlite_where=sa.text("kind = 'clawback'"),
        postgresql_where=sa.text("kind = 'clawback'"),
    )
    op.create_table(
        "generation",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("created_at", WHOLE, nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("client_key", sa.Text(), nullable=False),
        sa.Column("request_hash", sa.Text(), nullable=False),
        sa.Column("hold_id", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("short_id", sa.Text(), nullable=True),
        sa.Column("scene_id", sa.Text(), nullable=True),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("provider_request_id", sa.Text(), nullable=True),
        sa.Column("attempt", WHOLE, nullable=False),
        sa.Column("lease_until", WHOLE, nullable=True),
        sa.Column("cost_microusd", WHOLE, nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "state <> 'submitted' OR provider_request_id IS NOT NULL",
            name=op.f("generation_submitted_has_request_check"),
        ),
        sa.CheckConstraint(
            "state IN ('ready', 'submitting', 'submitted', 'uncertain', 'succeeded', 'failed')",
            name=op.f("generation_state_check"),
        ),
        sa.CheckConstraint("attempt >= 0", name=op.f("generation_attempt_check")),
        sa.CheckConstraint("cost_microusd >= 0", name=op.f("generation_cost_check")),
        sa.ForeignKeyConstraint(["hold_id"], ["credithold.id"], name=op.f("generation_hold_id_fkey")),
        sa.ForeignKeyConstraint(["user_id"], ["creditbalance.user_id"], name=op.f("generation_user_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("generation_pkey")),
        sa.UniqueConstraint("hold_id", name=op.f("generation_hold_id_unique")),
        sa.UniqueConstraint(
            "provider", "provider_request_id", name=op.f("generation_provider_provider_request_id_unique")
        ),
        sa.UniqueConstraint("user_id", "client_key", name=op.f("generation_user_id_client_key_unique")),
        sqlite_strict=True,
    )
    op.create_index(
        "generation_open",
        "generation",
        ["state", "lease_until"],
        unique=False,
        sqlite_where=sa.text("state IN ('ready', 'submitting', 'submitted', 'uncertain')"),
        postgresql_where=sa.text("state IN ('ready', 'submitting', 'submitted', 'uncertain')"),
    )
    op.create_table(
        "usagehistory",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("created_at", WHOLE, nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("hold_id", sa.Text(), nullable=False),
        sa.Column("operation", sa.Text(), nullable=False),
        sa.Column("credits", WHOLE, nullable=False),
        sa.Column("feature", sa.Text(), nullable=False),
        sa.Column("unit_price", WHOLE, nullable=False),
        sa.Column("quantity", WHOLE, nullable=False),
        sa.Column("multiplier_permille", WHOLE, nullable=False),
        sa.Column("price_rule", sa.Text(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=True),
        sa.Column("provider_request_id", sa.Text(), nullable=True),
        sa.Column("model", sa.Text(), nullable=True),
        sa.Column("short_id", sa.Text(), nullable=True),
        sa.Column("scene_order", WHOLE, nullable=True),
        sa.Column("cost_microusd", WHOLE, nullable=True),
        sa.CheckConstraint("cost_microusd >= 0", name=op.f("usagehistory_cost_check")),
        sa.CheckConstraint("credits > 0", name=op.f("usagehistory_credits_check")),
        sa.CheckConstraint("multiplier_permille >= 0", name=op.f("usagehistory_multiplier_check")),
        sa.CheckConstraint("quantity > 0", name=op.f("usagehistory_quantity_check")),
        sa.CheckConstraint("unit_price >= 0", name=op.f("usagehistory_unit_price_check")),
        sa.ForeignKeyConstraint(["hold_id"], ["credithold.id"], name=op.f("usagehistory_hold_id_fkey")),
        sa.ForeignKeyConstraint(["user_id"], ["creditbalance.user_id"], name=op.f("usagehistory_user_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("usagehistory_pkey")),
        sa.UniqueConstraint("hold_id", name=op.f("usagehistory_hold_id_unique")),
        sqlite_strict=True,
    )
    op.create_index("usagehistory_user", "usagehistory", ["user_id", "created_at", "id"], unique=False)
    op.create_table(
        "creditallocation",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("grant_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("hold_id", sa.Text(), nullable=True),
        sa.Column("entry_id", sa.Text(), nullable=True),
        sa.Column("ord", WHOLE, nullable=False),
        sa.Column("amount", WHOLE, nullable=False),
        sa.Column("captured", WHOLE, nullable=False),
        sa.CheckConstraint(
            "(kind = 'hold' AND hold_id IS NOT NULL AND entry_id IS NULL)"
            " OR (kind = 'entry' AND entry_id IS NOT NULL AND hold_id IS NULL)"
            " OR (kind = 'debt' AND hold_id IS NULL AND entry_id IS NULL)",
            name=op.f("creditallocation_purpose_check"),
        ),
        sa.CheckConstraint("kind IN ('hold', 'entry', 'debt')", name=op.f("creditallocation_kind_check")),
        sa.CheckConstraint("amount > 0", name=op.f("creditallocation_amount_check")),
        sa.CheckConstraint("captured <= amount", name=op.f("creditallocation_captured_within_amount_check")),
        sa.CheckConstraint("captured >= 0", name=op.f("creditallocation_captured_check")),
        sa.ForeignKeyConstraint(["entry_id"], ["creditentry.id"], name=op.f("creditallocation_entry_id_fkey")),
        sa.ForeignKeyConstraint(["grant_id"], ["creditgrant.id"], name=op.f("creditallocation_grant_id_fkey")),
        sa.ForeignKeyConstraint(["hold_id"], ["credithold.id"], name=op.f("creditallocation_hold_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("creditallocation_pkey")),
        sa.UniqueConstraint("hold_id", "grant_id", name=op.f("creditallocation_hold_id_grant_id_unique")),
        sqlite_strict=True,
    )
    op.create_index("creditallocation_entry", "creditallocation", ["entry_id"], unique=False)
    op.create_index("creditallocation_grant", "creditallocation", ["grant_id"], unique=False)
    make_append_only()


def make_append_only() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for table in APPEND_ONLY:
            for verb in ("update", "delete"):
                op.execute(SQLITE_TRIGGER.format(table=table, verb=verb))
        return
    op.execute(POSTGRESQL_FUNCTION)
    for table in APPEND_ONLY:
        for trigger in POSTGRESQL_TRIGGERS:
            op.execute(trigger.format(table=table))
