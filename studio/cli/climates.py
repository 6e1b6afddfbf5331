"""`studio climates`: what shorts feel like while one watches."""

from __future__ import annotations

from typing import Any

import typer

from studio.cli.context import context_of
from studio.cli.definitions import (
    Like,
    Source,
    answer_deletion,
    answer_one,
    asked,
    confirm_deletion,
    creation,
    fields_in_editor,
    given_fields,
    in_words,
    tell_page,
)
from studio.cli.fields import with_fields
from studio.cli.questions import ask_choice, ask_text
from studio.cli.shared import Cursor, Handle, Limit, command, group
from studio.contracts.climates import ClimateData, ClimateView, CreateClimate, EditClimate
from studio.contracts.definitions import checked
from studio.domain.formats import Pressure
from studio.domain.style import EmotionalState, RevelationDynamic, contradiction

app = group("What shorts feel like while one watches.")

_NEEDED = "--name, --emotional-state and --revelation-dynamic, or --like HANDLE"


@command(app, "list", "studio climates list", "studio climates list --json")
def list_climates(ctx: typer.Context, limit: Limit = 20, cursor: Cursor = None) -> None:
    """The built-in climates, then your own, newest first."""
    context = context_of(ctx)
    page = context.studio.climates.list(limit=limit, cursor=cursor)
    headers = ("handle", "built in", "feels like", "description")
    rows = [_line(climate) for climate in page.data]
    context.output.answer(page, lambda: tell_page(context.output, page, "climate", headers, rows))


def _line(climate: ClimateView) -> tuple[object, ...]:
    feeling = f"{climate.emotional_state} {climate.revelation_dynamic} {climate.pressure}"
    return climate.handle, in_words(climate.built_in), feeling, climate.description


@command(app, "show", "studio climates show curiosity", "studio climates show slow-dread --json")
def show(ctx: typer.Context, climate: Handle) -> None:
    """One climate with all its fields."""
    context = context_of(ctx)
    answer_one(context, context.studio.climates.show(climate))


@command(
    app,
    "create",
    'studio climates create --like alarm --name "Slow dread" --pressure SLOW',
    "studio climates create --name Dread --emotional-state threat --revelation-dynamic hidden",
    "studio climates create --from climate.yaml",
)
@with_fields(EditClimate)
def create(ctx: typer.Context, like: Like = None, source: Source = None, *, fields: dict[str, Any]) -> None:
    """Write down a climate of your own, from nothing or like another one.

    On a terminal and without options it asks. Some states and dynamics contradict each other and are refused."""
    context = context_of(ctx)
    given = given_fields(source, {**fields, "like": like} if like else fields, "climate")
    given = given or asked(context, "climate", _NEEDED, _ask)
    view = context.studio.climates.create(creation(ClimateData, CreateClimate, given, "climate"))
    answer_one(context, view)
    context.output.note(f'Next: studio shorts make "Why octopuses have three hearts" --climate {view.handle}')


def _ask() -> dict[str, Any]:
    name = ask_text("What is it called?", must=True)
    state = EmotionalState(ask_choice("Which state does it put one in?", [(kind, kind) for kind in EmotionalState]))
    possible = [(kind, kind) for kind in RevelationDynamic if contradiction(state, kind) is None]
    return {
        "name": name,
        "emotional_state": state,
        "revelation_dynamic": ask_choice("How does it let one know?", possible),
        "pressure": ask_choice("How densely does it cut?", [(kind, kind) for kind in Pressure]),
        "description": ask_text("What is it, in a sentence? (may stay empty)"),
    }


@command(
    app,
    "edit",
    "studio climates edit slow-dread --pressure FLUID",
    "studio climates edit slow-dread --from changes.yaml",
    "studio climates edit slow-dread   (opens your editor)",
)
@with_fields(EditClimate)
def edit(ctx: typer.Context, climate: Handle, source: Source = None, *, fields: dict[str, Any]) -> None:
    """Change a climate of your own; what you leave out stays."""
    context = context_of(ctx)
    climates = context.studio.climates
    given = given_fields(source, fields, "climate") or fields_in_editor(context, climates.show(climate), "climate")
    answer_one(context, climates.edit(climate, checked(EditClimate, given, "climate")))


@command(app, "delete", "studio climates delete slow-dread", "studio climates delete slow-dread --yes")
def delete(ctx: typer.Context, climate: Handle) -> None:
    """Remove a climate of your own that no short uses."""
    context = context_of(ctx)
    view = context.studio.climates.show(climate)
    gone = context.studio.climates.delete(confirm_deletion(context, view, "climate"))
    answer_deletion(context, gone, view.handle)
