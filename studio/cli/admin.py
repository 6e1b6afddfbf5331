"""`studio admin`: looking after the studio."""

from __future__ import annotations

from typing import ClassVar

from studio.cli.lazy import LazyGroup
from studio.cli.shared import group


class Group(LazyGroup):
    lazy: ClassVar = {
        "db": ("databases", "The database: where it stands, upgrades and backups."),
        "plans": ("admin_plans", "Plans: making, changing and archiving what people can subscribe to."),
        "settings": ("admin_settings", "Settings: prices, multipliers, default models and limits."),
        "prompts": ("admin_prompts", "Prompts: what language models are told before people's words."),
        "credits": ("admin_credits", "Credits: granting, correcting and proving them."),
        "payments": ("admin_payments", "Payments: what was paid, and whose money it is that nobody is known for."),
        "audit": ("admin_audit", "The audit trail: who changed what, when and why."),
        "webhooks": (
            "admin_webhooks",
            "Messages from outside: what came, what became of it, and asking for it again.",
        ),
        "users": ("admin_users", "Users: letting people in, changing what they may do, and seeing them off."),
    }


app = group("Looking after the studio: plans, prices, people and the database.", cls=Group)


# Typer makes a group of an app without commands of its own only when it has a callback.
app.callback(help=app.info.help)(lambda: None)
