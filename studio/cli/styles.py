"""`studio styles`: how shorts speak and look."""

from __future__ import annotations

from typing import Annotated, Any

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
from studio.cli.progress import watched
from studio.cli.questions import ask_choice, ask_text
from studio.cli.shared import Cursor, Handle, Limit, command, group
from studio.cli.spending import DryRun, MaxCredits, may_ask
from studio.contracts.definitions import checked
from studio.contracts.styles import CreateStyle, EditStyle, StyleData, SuggestionView, SuggestStyle

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


@command(
    app,
    "suggest",
    'studio styles suggest "The deep sea"',
    'studio styles suggest "The deep sea" --audience "people who dive" --save "Deep sea notes"',
    'studio styles suggest "Sourdough for beginners" --json',
)
def suggest(
    ctx: typer.Context,
    topic: Annotated[str, typer.Argument(help="What the films are about.", show_default=False)],
    audience: Annotated[str, typer.Option("--audience", help="Who they are for.", show_default=False)] = "",
    save: Annotated[
        str | None,
        typer.Option("--save", help="Keep it as a style of this name.", show_default=False, metavar="NAME"),
    ] = None,
    again: Annotated[bool, typer.Option("--again", help="Another one than for the same topic before.")] = False,
    dry_run: DryRun = False,
    max_credits: MaxCredits = None,
) -> None:
    """Have a style made for a topic, or without a language model find the built-in one that fits best.

    The same topic is paid for once: --save keeps what was suggested before."""
    context = context_of(ctx)
    fields = {"topic": topic, "audience": audience, "save": save, "again": again}
    wish = checked(SuggestStyle, fields, "style", hint="studio styles suggest --help")
    cost = context.studio.styles.suggestion_cost(wish)
    if not may_ask(context, cost, dry_run=dry_run, max_credits=max_credits):
        return
    with watched(context) as watching:
        view = context.studio.styles.suggest(wish, **watching)
    told = view.suggestion.model_dump(mode="json")
    rows = [(name.replace("_", " "), in_words(value)) for name, value in told.items()]
    context.output.answer(view, lambda: context.output.record(rows))
    _tell_next(context, view, topic)


def _tell_next(context: Context, view: SuggestionView, topic: str) -> None:
    if view.like is not None:
        context.output.note(f"No language model was asked: this is the built-in style {view.like}, which fits best.")
    handle = view.style.handle if view.style else view.like
    if handle is not None:
        context.output.note(f'Next: studio shorts make "{topic}" --style {handle}')
    else:
        context.output.note(f'Next: studio styles suggest "{topic}" --save NAME')
