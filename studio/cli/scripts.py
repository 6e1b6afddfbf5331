"""`studio shorts script`: having it written, reading, changing, approving and exchanging it."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from studio.cli.context import Context, context_of
from studio.cli.delivery import check_output, write_file
from studio.cli.editor import edited, kept
from studio.cli.output import Output
from studio.cli.progress import watched
from studio.cli.shared import Force, Handle, OutputFile, command, group
from studio.cli.sources import read_text
from studio.cli.spending import DryRun, MaxCredits, may_ask
from studio.contracts.assists import LONGEST_TEXT, Assist, AssistScript, AssistView
from studio.contracts.scripts import LONGEST_INSTRUCTIONS, ImportScript
from studio.contracts.shorts import ShortView
from studio.domain.errors import Invalid, UsageError
from studio.domain.script import OUTLINE_HINT, OUTLINE_NOTICE

app = group("The words of a short: having them written, changing and approving them.")


class TextFormat(StrEnum):
    YAML = "yaml"
    JSON = "json"
    MARKDOWN = "markdown"


Instructions = Annotated[
    str, typer.Option("--instructions", help="What you wish of it, in your own words.", show_default=False)
]
As = Annotated[TextFormat, typer.Option("--as", help="How the script is written down.")]


@command(app, "generate", "studio shorts script generate octopus-hearts", "studio shorts script generate @last --again")
def generate(
    ctx: typer.Context,
    short: Handle,
    again: Annotated[bool, typer.Option("--again", help="Write it anew even if there is one.")] = False,
    dry_run: DryRun = False,
    max_credits: MaxCredits = None,
) -> None:
    """Have the script written."""
    context = context_of(ctx)
    if not again and context.studio.shorts.show(short).scenes:
        context.output.note("The script stands; --again writes it anew.")
    cost = context.studio.scripts.cost(short, again=again)
    if may_ask(context, cost, dry_run=dry_run, max_credits=max_credits):
        view = _written(context, short, again=again)
        context.output.note(f"Next: studio shorts script approve {view.handle}")


@command(app, "show", "studio shorts script show octopus-hearts", "studio shorts script show @last --as yaml")
def show(ctx: typer.Context, short: Handle, as_: As = TextFormat.MARKDOWN) -> None:
    """Read the script."""
    context = context_of(ctx)
    script = context.studio.scripts.export(short, format=as_.value)
    context.output.answer(script, lambda: context.output.line(script.text.rstrip("\n")))


@command(app, "edit", "studio shorts script edit octopus-hearts", "EDITOR=nano studio shorts script edit @last")
def edit(ctx: typer.Context, short: Handle) -> None:
    """Change the script in your editor ($VISUAL or $EDITOR)."""
    context = context_of(ctx)
    before = context.studio.scripts.export(short, format="yaml").text
    after = edited(before, suffix=".yaml", can_prompt=context.can_prompt)
    # By its handle: @last may be another short by the time the text is corrected.
    again = f"import it with studio shorts script import {context.studio.shorts.show(short).handle} {{file}}"
    with kept(context, after, suffix=".yaml", again=again):
        view = context.studio.scripts.import_(short, ImportScript(text=after, source="edited.yaml"))
    context.output.answer(view, lambda: _tell(context.output, view))


@command(app, "approve", "studio shorts script approve octopus-hearts")
def approve(ctx: typer.Context, short: Handle) -> None:
    """Say that the script is good: media may be made from it."""
    context = context_of(ctx)
    view = context.studio.scripts.approve(short)
    context.output.answer(view, lambda: context.output.line(f"Approved the script of {view.handle}."))
    context.output.note(f"Next: studio shorts media generate {view.handle}")


@command(
    app,
    "regenerate",
    "studio shorts script regenerate octopus-hearts --yes",
    'studio shorts script regenerate @last --instructions "Funnier, and begin with the third heart." --yes',
)
def regenerate(
    ctx: typer.Context,
    short: Handle,
    instructions: Instructions = "",
    dry_run: DryRun = False,
    max_credits: MaxCredits = None,
) -> None:
    """Have the script written anew; the present one is replaced.

    With instructions a language model writes it, also where your own text was cut before."""
    context = context_of(ctx)
    check_instructions(instructions)
    cost = context.studio.scripts.cost(short, again=True, instructions=instructions)
    if not may_ask(context, cost, dry_run=dry_run, max_credits=max_credits):
        return
    if not cost.credits_missing:
        context.confirm(f"Replace the script of {short}?")
    _written(context, short, again=True, instructions=instructions)


@command(
    app,
    "assist",
    "studio shorts script assist octopus-hearts improve",
    "studio shorts script assist @last translate --language pt-BR",
    'studio shorts script assist @last rewrite --scene 2 --instructions "As a question."',
    "studio shorts script assist @last summarize --propose --json",
    "studio shorts script assist @last expand --from notes.md",
    "studio shorts script assist @last improve --dry-run",
)
def assist(
    ctx: typer.Context,
    short: Handle,
    kind: Annotated[Assist, typer.Argument(help="What to do with the words.", show_default=False)],
    scene: Annotated[int | None, typer.Option(help="Only this scene.", show_default="all", min=1)] = None,
    language: Annotated[
        str | None,
        typer.Option(help="What a translation is made into, as BCP 47.", show_default=False, metavar="TAG"),
    ] = None,
    instructions: Instructions = "",
    source: Annotated[
        str | None,
        typer.Option(
            "--from",
            help="Work on this text instead of the script and print it; - is standard input.",
            show_default=False,
            metavar="FILE",
        ),
    ] = None,
    propose: Annotated[bool, typer.Option("--propose", help="Only show the new words and change nothing.")] = False,
    dry_run: DryRun = False,
    max_credits: MaxCredits = None,
) -> None:
    """Have a language model improve, expand, rewrite, summarize or translate what the script says.

    Scenes keep their pictures; what is said anew is spoken anew at the next render."""
    context = context_of(ctx)
    check_instructions(instructions)
    _check_language(kind, language)
    text = read_text(source)
    if text is not None and len(text) > LONGEST_TEXT:
        raise Invalid(
            f"The text has {len(text)} characters; at most {LONGEST_TEXT} are taken.", hint="Give a part of it."
        )
    wish = AssistScript(
        kind=kind, scene=scene, text=text, language=language, instructions=instructions, propose=propose
    )
    cost = context.studio.assists.cost(short, wish)
    if not may_ask(context, cost, dry_run=dry_run, max_credits=max_credits):
        return
    with watched(context) as watching:
        view = context.studio.assists.assist(short, wish, **watching)
    context.output.answer(view, lambda: _tell_changes(context.output, view))
    if view.applied:
        context.output.note(f"Next: studio shorts render {short}")


def check_instructions(instructions: str) -> None:
    """Raise Invalid for wishes that are longer than is taken."""
    if len(instructions) > LONGEST_INSTRUCTIONS:
        raise Invalid(f"Instructions have at most {LONGEST_INSTRUCTIONS} characters, not {len(instructions)}.")


def _check_language(kind: Assist, language: str | None) -> None:
    """A translation is made into a language, and nothing else is."""
    if kind is Assist.TRANSLATE and not language:
        raise UsageError("A translation needs the language it is made into.", hint="Add --language, such as pt-BR.")
    if kind is not Assist.TRANSLATE and language:
        raise UsageError(
            "Only a translation is made into another language.", hint="Leave --language out, or translate."
        )


def _tell_changes(output: Output, view: AssistView) -> None:
    if len(view.changes) == 1:
        output.line(view.changes[0].after)
        return
    output.table(("#", "what", "words"), [(change.scene, change.field, change.after) for change in view.changes])


@command(
    app, "export", "studio shorts script export octopus-hearts -o script.yaml", "studio shorts script export @last -o -"
)
def export(
    ctx: typer.Context, short: Handle, output: OutputFile = None, as_: As = TextFormat.YAML, force: Force = False
) -> None:
    """Write the script to a file that can be imported again."""
    context = context_of(ctx)
    script = context.studio.scripts.export(short, format=as_.value)
    if output is None or str(output) == "-":
        context.output.answer(script, lambda: context.output.line_raw(script.text.rstrip("\n")))
        return
    check_output(output, force)
    write_file(output, script.text.encode())
    context.output.answer(script, lambda: context.output.line(str(output.absolute())))


@command(
    app,
    "import",
    "studio shorts script import octopus-hearts script.yaml",
    "studio shorts script import @last - < script.json",
)
def import_(
    ctx: typer.Context,
    short: Handle,
    file: Annotated[
        str, typer.Argument(help="A finished script as JSON or YAML; - is standard input.", show_default=False)
    ],
) -> None:
    """Replace the script by a finished one; scenes that stay equal keep their takes."""
    context = context_of(ctx)
    text = read_text(file) or ""
    view = context.studio.scripts.import_(short, ImportScript(text=text, source=Path(file).name))
    context.output.answer(view, lambda: _tell(context.output, view))


def _written(context: Context, short: str, *, again: bool, instructions: str = "") -> ShortView:
    with watched(context) as watching:
        view = context.studio.scripts.generate(short, again=again, instructions=instructions, **watching)
    context.output.answer(view, lambda: _tell(context.output, view))
    if view.is_outline:
        context.output.warning(f"{OUTLINE_NOTICE} {OUTLINE_HINT}")
    return view


def _tell(output: Output, short: ShortView) -> None:
    output.table(("#", "words", "seen"), [(scene.order, scene.narration, scene.visual) for scene in short.scenes])
