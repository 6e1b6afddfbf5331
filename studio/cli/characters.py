"""`studio characters`: people who look the same in every scene and every film."""

from __future__ import annotations

from typing import Any

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
from studio.cli.fields import with_fields
from studio.cli.questions import ask_text
from studio.cli.shared import Cursor, Handle, Limit, command, group
from studio.contracts.characters import CharacterView, CreateCharacter, EditCharacter
from studio.contracts.definitions import checked

app = group("People who look the same in every scene and every film.")

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
