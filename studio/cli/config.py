"""`studio config`: every setting, its value and where it came from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import typer
from pydantic import SecretStr

from studio.cli.context import context_of
from studio.cli.shared import command, group
from studio.cli.wrong_settings import settings_with_faults

if TYPE_CHECKING:
    from studio.config import Settings, WrongSetting

app = group("Every setting, its value and where it came from.")


@command(app, "show", "studio config show", "studio config show --json")
def show(ctx: typer.Context) -> None:
    """Every setting with its value and its origin; secrets are masked.

    Ends with code 1 when one of them cannot be used."""
    context = context_of(ctx)
    settings, wrong = settings_with_faults(context)
    rows = _rows(settings, wrong)
    if context.output.wants_json:
        context.output.json({"data": rows, "next_cursor": None})
    else:
        context.output.table(("setting", "value", "from", "meaning"), [_cells(row) for row in rows])
    if wrong:
        raise typer.Exit(1)


def _rows(settings: Settings, wrong: Mapping[str, WrongSetting]) -> list[dict[str, str | None]]:
    from studio.config import Settings, origins

    found = origins(settings)
    rows: list[dict[str, str | None]] = []
    for name, field in Settings.model_fields.items():
        bad = wrong.get(str(field.alias))
        # A secret that cannot be used is a secret still.
        hides = isinstance(getattr(settings, name), SecretStr)
        value = _value("********" if hides else bad.value) if bad else _value(getattr(settings, name))
        row = {"name": str(field.alias), "value": value, "origin": found[name], "description": field.description}
        rows.append(row | {"fault": bad.fault if bad else None})
    return rows


def _value(value: object) -> str | None:
    from studio.config import shown

    return str(value).lower() if isinstance(value, bool) else shown(value)


def _cells(row: Mapping[str, str | None]) -> tuple[str | None, ...]:
    meaning = f"WRONG: {row['fault']}. {row['description']}" if row["fault"] else row["description"]
    return row["name"], row["value"], row["origin"], meaning


@command(app, "path", "studio config path")
def path(ctx: typer.Context) -> None:
    """The files settings are read from, and where data and logs lie."""
    from studio.places import state_folder, user_config_file

    context = context_of(ctx)
    places = {
        "config_file": str(user_config_file()),
        "data_folder": str(settings_with_faults(context)[0].data_dir),
        "log_file": str(state_folder() / "studio.log"),
    }
    if context.output.wants_json:
        context.output.json(places)
    else:
        context.output.record([(name.replace("_", " "), value) for name, value in places.items()])
