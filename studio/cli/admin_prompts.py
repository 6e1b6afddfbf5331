"""`studio admin prompts`: what language models are told."""

from __future__ import annotations

from typing import Annotated

import typer

from studio.cli.admin_settings import Reason
from studio.cli.context import Context, context_of
from studio.cli.editor import edited, kept
from studio.cli.files import read_data
from studio.cli.shared import command, group
from studio.contracts.prompts import LONGEST_TEXT, EditPrompt, PromptView, ResetPrompt
from studio.domain.errors import Invalid

app = group("Prompts: what language models are told before people's words.")

Name = Annotated[str, typer.Argument(help="The prompt, such as script.craft.", show_default=False)]
Version = Annotated[
    int | None,
    typer.Option(
        "--version", help="Refuse if it is no longer at this version, as show tells it.", show_default=False, min=0
    ),
]


@command(app, "list", "studio admin prompts list", "studio admin prompts list --json")
def list_prompts(ctx: typer.Context) -> None:
    """Every system prompt, and whether it is the built-in one."""
    context = context_of(ctx)
    found = context.studio.admin_prompts.list()
    rows = [(each.name, "" if each.is_default else "yes", each.version, each.description) for each in found.data]
    context.output.answer(
        found, lambda: context.output.table(("prompt", "own text", "version", "what it is for"), rows)
    )


@command(
    app,
    "show",
    "studio admin prompts show script.craft",
    "studio admin prompts show script.craft --default > craft.txt",
    "studio admin prompts show script.craft --json",
)
def show(
    ctx: typer.Context,
    name: Name,
    default: Annotated[bool, typer.Option("--default", help="The built-in text instead of the one in force.")] = False,
) -> None:
    """The text that is in force, alone, so that it can be written to a file and given to edit."""
    context = context_of(ctx)
    view = context.studio.admin_prompts.show(name)
    context.output.answer(view, lambda: context.output.line_raw(view.default if default else view.text))
    context.output.note(_state(view))


def _state(view: PromptView) -> str:
    own = "This is the built-in text" if view.is_default else "This is a text of your own"
    must = f"; it holds {', '.join(f'{{{name}}}' for name in view.placeholders)}" if view.placeholders else ""
    return f"{own}, version {view.version}{must}."


@command(
    app,
    "edit",
    "studio admin prompts edit script.craft   (opens your editor)",
    "studio admin prompts edit script.craft --from craft.txt --version 3 --reason 'shorter hooks'",
    "studio admin prompts edit assist.translate --from - < translate.txt",
)
def edit(
    ctx: typer.Context,
    name: Name,
    source: Annotated[
        str | None,
        typer.Option("--from", help="A text file; - is standard input.", show_default=False, metavar="FILE"),
    ] = None,
    version: Version = None,
    reason: Reason = None,
) -> None:
    """Put another text in the place of a prompt; scripts and pictures of later questions follow it.

    What guards people's words from being taken as instructions is always added and is no part of the text."""
    context = context_of(ctx)
    _check_reason(reason)
    if source is not None:
        text, _ = read_data(source)
        _answer(context, context.studio.admin_prompts.edit(name, _edit(text, version, reason)))
        return
    before = context.studio.admin_prompts.show(name)
    text = edited(before.text + "\n", suffix=".txt", can_prompt=context.can_prompt)
    with kept(context, text, suffix=".txt", again=f"give it with studio admin prompts edit {name} --from {{file}}"):
        # Whoever edits has seen this version, also where they did not name it.
        seen = before.version if version is None else version
        _answer(context, context.studio.admin_prompts.edit(name, _edit(text, seen, reason)))


@command(app, "reset", "studio admin prompts reset script.craft --yes")
def reset(ctx: typer.Context, name: Name, version: Version = None, reason: Reason = None) -> None:
    """Give a prompt its built-in text back."""
    context = context_of(ctx)
    _check_reason(reason)
    view = context.studio.admin_prompts.show(name)
    if not view.is_default:
        context.confirm(f"Give {view.name} its built-in text back?")
    _answer(context, context.studio.admin_prompts.reset(name, ResetPrompt(version=version, reason=reason)))


def _edit(text: str, version: int | None, reason: str | None) -> EditPrompt:
    if len(text) > LONGEST_TEXT:
        raise Invalid(
            f"The text has {len(text)} characters; at most {LONGEST_TEXT} are taken.", hint="Make it shorter."
        )
    return EditPrompt(text=text, version=version, reason=reason)


def _check_reason(reason: str | None) -> None:
    longest = 500
    if reason is not None and len(reason) > longest:
        raise Invalid(f"A reason has at most {longest} characters.")


def _answer(context: Context, view: PromptView) -> None:
    def tell() -> None:
        state = "has its built-in text" if view.is_default else "has a text of your own"
        context.output.line(f"{view.name} {state}, version {view.version}.")

    context.output.answer(view, tell)
