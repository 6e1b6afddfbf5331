"""`studio admin`: looking after the studio."""

from __future__ import annotations

import typer

from studio.cli import admin_audit, admin_plans, admin_settings, admin_users, databases
from studio.cli.shared import group

app: typer.Typer = group("Looking after the studio: plans, prices, people and the database.")
app.add_typer(databases.app, name="db")
app.add_typer(admin_plans.app, name="plans")
app.add_typer(admin_settings.app, name="settings")
app.add_typer(admin_audit.app, name="audit")
app.add_typer(admin_users.app, name="users")
