"""`studio config`: every setting, its value and where it came from."""

from __future__ import annotations

import typer

from studio.cli.context import context_of
from studio.cli.shared import command, group

app = group("Every setting, its value and where it came from.")


@command(app, "show", "studio config show", "studio config show --json")
def show(ctx: typer.Context) -> None:
    """Every setting with its value and its origin; secrets are masked."""
    from studio.config import Settings, origins, shown

    context = context_of(ctx)
    settings = context.settings
    found = origins(settings)
    rows = [
        {
            "name": str(field.alias),
            "value": shown(getattr(settings, name)),
            "origin": found[name],
            "description": field.description,
        }
        for name, field in Settings.model_fields.items()
    ]
    if context.output.wants_json:
        context.output.json({"data": rows, "next_cursor": None})
    else:
        context.output.table(
            ("setting", "value", "from", "meaning"),
            [(row["name"], row["value"], row["origin"], row["description"]) for row in rows],
        )


@command(app, "path", "studio config path")
def path(ctx: typer.Context) -> None:
    """The files settings are read from, and where data and logs lie."""
    from studio.config import state_folder, user_config_file

    context = context_of(ctx)
    places = {
        "config_file": str(user_config_file()),
        "data_folder": str(context.settings.data_dir),
        "log_file": str(state_folder() / "studio.log"),
    }
    if context.output.wants_json:
        context.output.json(places)
    else:
        context.output.record([(name.replace("_", " "), value) for name, value in places.items()])
