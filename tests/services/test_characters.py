"""Characters: their traits, their order, and the shorts that name them."""

from __future__ import annotations

import itertools

import pytest

from studio.app import Studio
from studio.contracts.characters import CharacterFields, CreateCharacter, EditCharacter
from studio.contracts.shorts import CreateShort
from studio.domain.errors import Conflict, Invalid, NotFound
from studio.services.catalogue import figures_of
from studio.services.characters import CharactersService

TRAITS = {name: f"some {name}" for name in CharacterFields.model_fields}


def test_keeps_every_trait(studio: Studio) -> None:
    studio.characters.create(CreateCharacter.model_validate({"name": "Doctor Vega", **TRAITS}))

    shown = studio.characters.show("doctor-vega").model_dump()

    assert {name: shown[name] for name in TRAITS} == TRAITS
    assert (shown["name"], shown["built_in"]) == ("Doctor Vega", False)


def test_pages_lead_from_the_newest_to_the_oldest(studio: Studio) -> None:
    ticks = itertools.count(1_700_000_000_000)
    characters = CharactersService(studio.database, studio.principal, studio.models, studio.assets, lambda: next(ticks))
    for number in range(5):
        characters.create(CreateCharacter(name=f"Person {number}"))

    first = characters.list(limit=3)
    second = characters.list(limit=3, cursor=first.next_cursor)

    handles = [character.handle for character in (*first.data, *second.data)]
    assert handles == ["person-4", "person-3", "person-2", "person-1", "person-0"]
    assert second.next_cursor is None


def test_the_list_of_nobody_is_empty(studio: Studio) -> None:
    page = studio.characters.list()

    assert (page.data, page.next_cursor) == ([], None)


def test_a_name_of_nothing_but_spaces_is_refused(studio: Studio) -> None:
    with pytest.raises(Invalid, match="cannot be taken"):
        studio.characters.create(CreateCharacter(name=" \n "))


def test_an_edit_changes_only_what_is_given_and_can_empty_a_trait(studio: Studio) -> None:
    made = studio.characters.create(CreateCharacter(name="Doctor Vega", age="60", clothing="a lab coat"))

    edited = studio.characters.edit("doctor-vega", EditCharacter(clothing="", accessories="round glasses"))

    assert edited == made.model_copy(
        update={
            "clothing": "",
            "accessories": "round glasses",
            "chosen": edited.chosen,
            "updated_at": edited.updated_at,
        }
    )


def test_a_short_sees_the_character_as_edited(studio: Studio) -> None:
    studio.characters.create(CreateCharacter(name="Doctor Vega", age="60"))
    short = studio.shorts.create(CreateShort(topic="A day in the laboratory", characters=("doctor-vega",)))

    studio.characters.edit("doctor-vega", EditCharacter(age="61"))

    with studio.database.read() as session:
        assert [figure.age for figure in figures_of(session, short.id)] == ["61"]


def test_a_character_that_a_short_names_is_kept(studio: Studio) -> None:
    studio.characters.create(CreateCharacter(name="Doctor Vega"))
    short = studio.shorts.create(CreateShort(topic="A day in the laboratory", characters=("doctor-vega",)))

    with pytest.raises(Conflict, match="1 short uses the character doctor-vega"):
        studio.characters.delete("doctor-vega")

    assert studio.shorts.show(short.id).characters == ["Doctor Vega"]


def test_a_character_can_go_once_its_short_is_gone(studio: Studio) -> None:
    studio.characters.create(CreateCharacter(name="Doctor Vega"))
    short = studio.shorts.create(CreateShort(topic="A day in the laboratory", characters=("doctor-vega",)))
    studio.shorts.delete(short.id)

    studio.characters.delete("doctor-vega")

    with pytest.raises(NotFound):
        studio.characters.show("doctor-vega")
