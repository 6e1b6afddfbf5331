"""`studio admin db`: the database itself."""

from __future__ import annotations

import typer

from studio.cli.context import Context, context_of
from studio.cli.shared import command, group
from studio.services.database import DatabaseStatus, status_of, upgraded

app = group("The database: where it stands, and bringing it up to date.")


@command(app, "status", "studio admin db status", "studio admin db status --json")
def status(ctx: typer.Context) -> None:
    """Which database this is and whether its tables fit this version."""
    context = context_of(ctx)
    _answer(context, status_of(context.settings.effective_database_url))


@command(app, "upgrade", "studio admin db upgrade", "STUDIO_DATABASE_URL=postgresql://… studio admin db upgrade")
def upgrade(ctx: typer.Context) -> None:
    """Bring the tables up to date; safe to run from several places at once."""
    context = context_of(ctx)
    _answer(context, upgraded(context.settings.effective_database_url))


def _answer(context: Context, found: DatabaseStatus) -> None:
    def tell() -> None:
        context.output.record(
            [
                ("database", found.url),
                ("state", found.state),
                ("revision", found.revision),
                ("newest", found.newest_revision),
            ]
        )

    context.output.answer(found, tell)
