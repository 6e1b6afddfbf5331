"""What every command shares: its class, its options, and the shape of its help."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer
from typer.core import TyperCommand, TyperGroup, TyperOption

from studio.cli.completion import handles_of_argument
from studio.cli.context import Context
from studio.domain.errors import UsageError

HELP_OPTIONS = {"help_option_names": ["-h", "--help"]}

EXAMPLES = (
    'studio shorts make "Why octopuses have three hearts"',
    "studio shorts make --from notes.md --style story",
    "studio shorts list",
    "studio doctor",
)

LAST = "@last"
"""Names the newest of a kind wherever a handle does."""

_Function = TypeVar("_Function", bound=Callable[..., Any])

Handle = Annotated[
    str,
    typer.Argument(
        help="A handle, the start of an id, or @last.", show_default=False, autocompletion=handles_of_argument
    ),
]
SceneNumber = Annotated[int, typer.Argument(help="The scene's number, from 1.", show_default=False, min=1)]
Limit = Annotated[int, typer.Option("--limit", help="Entries on a page, 1 to 100.", min=1, max=100)]
Cursor = Annotated[
    str | None, typer.Option("--cursor", help="Where the next page begins, as the last one said.", show_default=False)
]
Force = Annotated[bool, typer.Option("--force", help="Replace what is there.")]
OutputFile = Annotated[
    Path | None, typer.Option("--output", "-o", help="Where to write it; - is standard output.", show_default=False)
]


class StudioCommand(TyperCommand):
    """A command with the options that mean the same everywhere."""

    def __init__(self, *arguments: Any, params: list[Any] | None = None, **options: Any) -> None:
        super().__init__(*arguments, params=[*(params or []), *_common_options()], **options)


def _common_options() -> list[TyperOption]:
    return [
        _flag("--json", "Print the result as JSON.", _set_json),
        _flag("--yes", "Answer every question with yes.", _set_yes, short="-y"),
        _flag("--no-input", "Never ask anything.", _set_no_input),
        _flag("--quiet", "Print nothing but the result.", _set_quiet, short="-q"),
        _flag("--verbose", "Also say what was reused, and show the log.", _set_verbose, short="-v"),
    ]


def _flag(name: str, help: str, setter: Callable[[Context], None], *, short: str | None = None) -> TyperOption:
    def callback(ctx: typer.Context, param: Any, value: bool | None) -> None:
        context = ctx.find_object(Context)
        if value and context is not None:
            setter(context)

    names = [name, short] if short else [name]
    return TyperOption(
        param_decls=names,
        is_flag=True,
        default=False,
        expose_value=False,
        callback=callback,
        help=help,
        rich_help_panel="Common options",
    )


def _set_json(context: Context) -> None:
    context.output.wants_json = True


def _set_yes(context: Context) -> None:
    context.yes = True


def _set_no_input(context: Context) -> None:
    context.no_input = True


def _set_quiet(context: Context) -> None:
    context.output.is_quiet = True


def _set_verbose(context: Context) -> None:
    context.output.is_verbose = True


def said(text: str | None) -> str | None:
    """An option that holds words. Raises UsageError when there are none in it."""
    if text is not None and not text.strip():
        raise UsageError("The reason is empty.", hint="Say why in a few words.")
    return text


def group(help: str, cls: type[TyperGroup] = TyperGroup) -> typer.Typer:
    """A group of commands; called without one it shows its help."""
    return typer.Typer(
        cls=cls,
        help=help,
        no_args_is_help=True,
        context_settings=HELP_OPTIONS,
        add_completion=False,
        pretty_exceptions_enable=False,
    )


def command(
    app: typer.Typer, name: str | None, *examples: str, takes_negatives: bool = False
) -> Callable[[_Function], _Function]:
    """Add a command whose help is its docstring followed by the examples.

    One that `takes_negatives` reads -50 as an argument; a misspelt option is then an argument too many."""

    def add(function: _Function) -> _Function:
        app.command(
            name,
            cls=StudioCommand,
            help=help_text(function.__doc__ or "", examples),
            short_help=(function.__doc__ or "").strip().split("\n")[0],
            context_settings={**HELP_OPTIONS, "ignore_unknown_options": takes_negatives},
        )(function)
        return function

    return add


def help_text(summary: str, examples: Sequence[str]) -> str:
    r"""The words of a help page: what it does, then how one writes it. `\b` keeps the lines of the examples apart."""
    words = "\n\n".join(" ".join(paragraph.split()) for paragraph in summary.split("\n\n"))
    if not examples:
        return words
    lines = "\n".join(f"  $ {example}" for example in examples)
    return f"{words}\n\n\b\nExamples:\n{lines}"
