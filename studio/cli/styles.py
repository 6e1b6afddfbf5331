"""`studio styles`: how shorts speak and look."""

from __future__ import annotations

from typing import Any

import typer

from studio.cli.context import Context, context_of
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
from studio.contracts.definitions import checked
from studio.contracts.styles import CreateStyle, EditStyle, StyleData

app = group("How shorts speak and look.")


@command(app, "list", "studio styles list", "studio styles list --json")
def list_styles(ctx: typer.Context, limit: Limit = 20, cursor: Cursor = None) -> None:
    """The built-in styles, then your own, newest first."""
    context = context_of(ctx)
    page = context.studio.styles.list(limit=limit, cursor=cursor)
    headers = ("handle", "built in", "type", "description")
    rows = [(style.handle, in_words(style.built_in), style.content_type, style.description) for style in page.data]
    context.output.answer(page, lambda: tell_page(context.output, page, "style", headers, rows))


@command(app, "show", "studio styles show explainer", "studio styles show night-news --json")
def show(ctx: typer.Context, style: Handle) -> None:
    """One style with all its fields."""
    context = context_of(ctx)
    answer_one(context, context.studio.styles.show(style))


@command(
    app,
    "create",
    'studio styles create --like news --name "Night news"',
    "studio styles create --name Lab --content-type educational --keyword physics",
    "studio styles create --from style.yaml",
    "studio styles show news --json | studio styles create --from - --name Late",
)
@with_fields(EditStyle)
def create(ctx: typer.Context, like: Like = None, source: Source = None, *, fields: dict[str, Any]) -> None:
    """Write down a style of your own, from nothing or like another one.

    On a terminal and without options it asks."""
    context = context_of(ctx)
    given = given_fields(source, {**fields, "like": like} if like else fields, "style")
    given = given or asked(context, "style", "--name and --content-type, or --like HANDLE", lambda: _ask(context))
    view = context.studio.styles.create(creation(StyleData, CreateStyle, given, "style"))
    answer_one(context, view)
    context.output.note(f'Next: studio shorts make "Why octopuses have three hearts" --style {view.handle}')


def _ask(context: Context) -> dict[str, Any]:
    known = context.studio.styles.list(limit=100).data
    choices = [(style.handle, f"{style.name}: {style.description}") for style in known]
    like = ask_choice("Which style is it like?", choices)
    answers = {
        "name": ask_text("What is it called?", must=True),
        "description": ask_text("What is it, in a sentence? (empty: the same)"),
        "audience": ask_text("Who is it for? (empty: the same)"),
        "visual_prompt": ask_text("What do its pictures look like? (empty: the same)"),
    }
    return {"like": like, **{name: answer for name, answer in answers.items() if answer}}


@command(
    app,
    "edit",
    'studio styles edit night-news --palette-dark "#05070d" --captions-uppercase',
    'studio styles edit night-news --hook-example "It is official."',
    "studio styles edit night-news --from changes.yaml",
    "studio styles edit night-news   (opens your editor)",
)
@with_fields(EditStyle)
def edit(ctx: typer.Context, style: Handle, source: Source = None, *, fields: dict[str, Any]) -> None:
    """Change a style of your own; what you leave out stays.

    Shorts that use it follow at their next render."""
    context = context_of(ctx)
    styles = context.studio.styles
    given = given_fields(source, fields, "style") or fields_in_editor(context, styles.show(style), "style")
    answer_one(context, styles.edit(style, checked(EditStyle, given, "style")))


@command(app, "delete", "studio styles delete night-news", "studio styles delete night-news --yes")
def delete(ctx: typer.Context, style: Handle) -> None:
    """Remove a style of your own that no short uses."""
    context = context_of(ctx)
    view = context.studio.styles.show(style)
    gone = context.studio.styles.delete(confirm_deletion(context, view, "style"))
    answer_deletion(context, gone, view.handle)
