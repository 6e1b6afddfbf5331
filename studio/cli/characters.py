"""`studio characters`: people who look the same in every scene and every film."""

from __future__ import annotations

import base64
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from studio.cli.context import context_of
from studio.cli.definitions import (
    Source,
    answer_deletion,
    answer_one,
    asked,
    confirm_deletion,
    fields_in_editor,
    given_fields,
    tell_page,
)
from studio.cli.delivery import check_output, write_file
from studio.cli.fields import with_fields
from studio.cli.progress import watched
from studio.cli.questions import ask_text
from studio.cli.shared import Cursor, Force, Handle, Limit, OutputFile, command, group
from studio.cli.spending import DryRun, MaxCredits, may_ask
from studio.contracts.characters import (
    LARGEST_PICTURE_BYTES,
    AnalyzePicture,
    CharacterView,
    CreateCharacter,
    EditCharacter,
    GeneratePortrait,
)
from studio.contracts.definitions import checked
from studio.domain.errors import Refused, TooLarge

app = group("People who look the same in every scene and every film.")

Model = Annotated[
    str | None, typer.Option("--model", help="The model: studio models list.", show_default="the setting", metavar="ID")
]

_EMPTY = 'No characters yet. Try: studio characters create --name "Doctor Vega" --hair-color silver'
_QUESTIONS = {
    "age": "How old?",
    "gender": "Woman, man, or in other words?",
    "hair_color": "Colour of the hair?",
    "hair_style": "How is the hair worn?",
    "skin_tone": "Colour of the skin?",
    "eye_color": "Colour of the eyes?",
    "clothing": "What is worn in every film?",
    "distinctive_features": "What does one know the person by?",
}


@command(app, "list", "studio characters list", "studio characters list --limit 50 --json")
def list_characters(ctx: typer.Context, limit: Limit = 20, cursor: Cursor = None) -> None:
    """Your characters, newest first."""
    context = context_of(ctx)
    page = context.studio.characters.list(limit=limit, cursor=cursor)
    rows = [(character.handle, character.name, _looks(character)) for character in page.data]

    def tell() -> None:
        if rows:
            tell_page(context.output, page, "character", ("handle", "name", "looks"), rows)
        else:
            context.output.note(_EMPTY)

    context.output.answer(page, tell)


def _looks(character: CharacterView) -> str:
    words = [word for word in (character.hair_style, character.hair_color) if word]
    hair = " ".join([*words, "hair"]) if words else ""
    traits = (character.age, character.gender, hair, character.clothing, character.accessories)
    return ", ".join(trait for trait in traits if trait)


@command(app, "show", "studio characters show doctor-vega", "studio characters show @last --json")
def show(ctx: typer.Context, character: Handle) -> None:
    """One character with every trait."""
    context = context_of(ctx)
    answer_one(context, context.studio.characters.show(character))


@command(
    app,
    "create",
    'studio characters create --name "Doctor Vega" --age 60 --hair-color silver',
    "studio characters create --from vega.yaml",
)
@with_fields(EditCharacter)
def create(ctx: typer.Context, source: Source = None, *, fields: dict[str, Any]) -> None:
    """Write down a character; traits you leave out are chosen once, from the name.

    On a terminal and without options it asks."""
    context = context_of(ctx)
    given = given_fields(source, fields, "character") or asked(context, "character", "--name", _ask)
    view = context.studio.characters.create(checked(CreateCharacter, given, "character"))
    answer_one(context, view)
    context.output.note(f'Next: studio shorts make "A day in the laboratory" --character {view.handle}')


def _ask() -> dict[str, Any]:
    name = ask_text("What is the person called?", must=True)
    answers = {trait: ask_text(f"{question} (may stay empty)") for trait, question in _QUESTIONS.items()}
    return {"name": name, **{trait: answer for trait, answer in answers.items() if answer}}


@command(
    app,
    "edit",
    'studio characters edit doctor-vega --accessories "round glasses"',
    "studio characters edit doctor-vega --from changes.yaml",
    "studio characters edit doctor-vega   (opens your editor)",
)
@with_fields(EditCharacter)
def edit(ctx: typer.Context, character: Handle, source: Source = None, *, fields: dict[str, Any]) -> None:
    """Change a character; what you leave out stays, and so do pictures that are made already."""
    context = context_of(ctx)
    characters = context.studio.characters
    given = given_fields(source, fields, "character")
    given = given or fields_in_editor(context, characters.show(character), "character")
    answer_one(context, characters.edit(character, checked(EditCharacter, given, "character")))


@command(app, "delete", "studio characters delete doctor-vega", "studio characters delete doctor-vega --yes")
def delete(ctx: typer.Context, character: Handle) -> None:
    """Remove a character that no short names."""
    context = context_of(ctx)
    view = context.studio.characters.show(character)
    gone = context.studio.characters.delete(confirm_deletion(context, view, "character"))
    answer_deletion(context, gone, view.handle)


@command(
    app,
    "generate",
    "studio characters generate doctor-vega",
    "studio characters generate @last --again --max-credits 4",
    "studio characters generate doctor-vega --model local --output vega.png",
    "studio characters generate doctor-vega --dry-run",
)
def generate(
    ctx: typer.Context,
    character: Handle,
    again: Annotated[bool, typer.Option("--again", help="Another picture although one that fits is there.")] = False,
    model: Model = None,
    output: OutputFile = None,
    force: Force = False,
    dry_run: DryRun = False,
    max_credits: MaxCredits = None,
) -> None:
    """Paint the picture by which a character is known again in every scene.

    The newest picture is shown to models that take references. Without a key this machine paints one, free."""
    context = context_of(ctx)
    check_output(output, force)
    characters, wish = context.studio.characters, GeneratePortrait(again=again, model=model)
    cost = characters.generation_cost(character, wish)
    if not may_ask(context, cost, dry_run=dry_run, max_credits=max_credits):
        return
    with watched(context) as watching:
        view = characters.generate(character, wish, **watching)
    if output is not None:
        write_file(output, characters.picture(view.handle))
    if str(output) != "-":
        answer_one(context, view)


@command(
    app,
    "analyze",
    "studio characters analyze vega.jpg",
    'studio characters analyze vega.jpg --save "Doctor Vega"',
    "studio characters analyze - --json < vega.jpg",
)
def analyze(
    ctx: typer.Context,
    picture: Annotated[str, typer.Argument(help="A PNG, JPEG or WebP file; - is standard input.", show_default=False)],
    save: Annotated[
        str | None,
        typer.Option("--save", help="Make a character of this name from it.", show_default=False, metavar="NAME"),
    ] = None,
    model: Model = None,
    dry_run: DryRun = False,
    max_credits: MaxCredits = None,
) -> None:
    """Have a vision model describe the character in a picture, trait by trait.

    With --save it becomes a character, and the picture the one it is known by. The same picture is paid for once."""
    context = context_of(ctx)
    data, source = _picture(picture)
    fields = {"picture": base64.b64encode(data), "source": source, "save": save, "model": model}
    wish = checked(AnalyzePicture, fields, "character", hint="studio characters analyze --help")
    characters = context.studio.characters
    cost = characters.analysis_cost(wish)
    if not may_ask(context, cost, dry_run=dry_run, max_credits=max_credits):
        return
    with watched(context) as watching:
        view = characters.analyze(wish, **watching)
    rows = [(name.replace("_", " "), word) for name, word in view.traits.items()]
    context.output.answer(view, lambda: context.output.record(rows))
    if view.character is not None:
        context.output.note(f"Saved as {view.character.handle}.")
    else:
        context.output.note(f"Next: studio characters analyze {picture} --save NAME")


def _picture(source: str) -> tuple[bytes, str]:
    """The bytes of a picture and what to call it. Raises Refused for what cannot be read, TooLarge beyond 10 MB."""
    name = "standard input" if source == "-" else Path(source).name
    try:
        if source == "-":
            data = sys.stdin.buffer.read(LARGEST_PICTURE_BYTES + 1)
        else:
            with Path(source).open("rb") as stream:
                data = stream.read(LARGEST_PICTURE_BYTES + 1)
    except FileNotFoundError as error:
        hint = "Save the picture on this machine first." if "://" in source else "Check the name."
        raise Refused(f"There is no file {source}.", hint=hint) from error
    except OSError as error:
        raise Refused(f"{source} cannot be read: {error.strerror}.") from error
    if len(data) > LARGEST_PICTURE_BYTES:
        raise TooLarge(f"{name} is larger than 10 MB.", hint="Make it smaller: 1024 pixels are enough.")
    return data, name
