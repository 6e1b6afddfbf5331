"""`studio admin`: looking after the studio."""

from __future__ import annotations

import typer

from studio.cli import databases
from studio.cli.shared import group

app: typer.Typer = group("Looking after the studio: the database and, on a server, its people.")
app.add_typer(databases.app, name="db")
