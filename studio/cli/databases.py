"""`studio admin db`: the database itself."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from studio.cli.context import Context, context_of
from studio.cli.output import megabytes
from studio.cli.shared import Force, command, group

if TYPE_CHECKING:
    from studio.services.database import DatabaseStatus

app = group("The database: where it stands, upgrades and backups.")


@command(app, "status", "studio admin db status", "studio admin db status --json")
def status(ctx: typer.Context) -> None:
    """Which database this is and whether its tables fit this version."""
    context = context_of(ctx)
    url = context.database_url
    from studio.services.database import status_of  # late: who works on a server is turned away without it

    _answer(context, status_of(url))


@command(app, "upgrade", "studio admin db upgrade", "STUDIO_DATABASE_URL=postgresql://… studio admin db upgrade")
def upgrade(ctx: typer.Context) -> None:
    """Bring the tables up to date; safe to run from several places at once."""
    context = context_of(ctx)
    url = context.database_url
    from studio.services.database import upgraded  # late: as above

    _answer(context, upgraded(url))


@command(
    app,
    "backup",
    "studio admin db backup studio-monday.sqlite3",
    "studio admin db backup /backups/studio.sqlite3 --force",
)
def backup(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(help="Where to write it.", show_default=False)],
    force: Force = False,
) -> None:
    """Copy the embedded database while it is in use, and check the copy.

    A PostgreSQL is backed up with pg_dump, as docs/operations/backup.md shows."""
    context = context_of(ctx)
    url = context.database_url
    from studio.services import backups  # late: as above

    made = backups.backup(url, file, force=force)
    context.output.answer(made, lambda: context.output.line(made.path))
    context.output.note(f"{megabytes(made.size_bytes)} at revision {made.revision}, checked and whole.")


@command(
    app, "restore", "studio admin db restore studio-monday.sqlite3", "studio admin db restore monday.sqlite3 --yes"
)
def restore(ctx: typer.Context, file: Annotated[Path, typer.Argument(help="A backup.", show_default=False)]) -> None:
    """Put a backup in the place of the embedded database, which is kept beside it.

    The backup is checked and brought up to date on a copy first."""
    context = context_of(ctx)
    url = context.database_url
    from studio.services import backups  # late: as above

    backups.check_restorable(url, file)
    context.confirm(f"Replace the database by {file}? The present one is kept beside it.")
    done = backups.restore(url, file)
    context.output.answer(done, lambda: context.output.line(done.path))
    if done.kept:
        context.output.note(f"The database it replaced is {done.kept}.")


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
