"""What is somebody else's answers exactly like what never was: styles, climates and characters."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from studio.app import Studio
from studio.contracts.characters import CreateCharacter, EditCharacter
from studio.contracts.climates import CreateClimate, EditClimate
from studio.contracts.styles import CreateStyle, EditStyle
from studio.domain.errors import NotFound

CREATIONS = {
    "styles": CreateStyle(like="news", name="Private"),
    "climates": CreateClimate(like="alarm", name="Private"),
    "characters": CreateCharacter(name="Private"),
}
EDITS = {
    "styles": EditStyle(name="Stolen"),
    "climates": EditClimate(name="Stolen"),
    "characters": EditCharacter(name="Stolen"),
}
NOUNS = list(CREATIONS)
ATTEMPTS: dict[str, Callable[[Any, str, str], object]] = {
    "show": lambda service, noun, reference: service.show(reference),
    "edit": lambda service, noun, reference: service.edit(reference, EDITS[noun]),
    "delete": lambda service, noun, reference: service.delete(reference),
}


def refusal_of(attempt: Callable[[], object]) -> tuple[str, str | None, dict[str, Any]]:
    with pytest.raises(NotFound) as refusal:
        attempt()
    return refusal.value.message, refusal.value.hint, refusal.value.details


@pytest.mark.parametrize("attempt", ATTEMPTS.values(), ids=list(ATTEMPTS))
@pytest.mark.parametrize("noun", NOUNS)
def test_somebody_elses_thing_answers_like_a_missing_one(
    studio: Studio, other_studio: Studio, noun: str, attempt: Callable[[Any, str, str], object]
) -> None:
    made = getattr(studio, noun).create(CREATIONS[noun])
    strange = getattr(other_studio, noun)

    by_id = refusal_of(lambda: attempt(strange, noun, made.id))
    by_handle = refusal_of(lambda: attempt(strange, noun, "private"))
    missing = refusal_of(lambda: attempt(strange, noun, "missing"))

    assert by_handle == (missing[0].replace("missing", "private"), *missing[1:])
    assert by_id == (missing[0].replace("missing", made.id), *missing[1:])
    assert getattr(studio, noun).show(made.id) == made


@pytest.mark.parametrize("noun", NOUNS)
def test_somebody_elses_things_are_in_no_list(studio: Studio, other_studio: Studio, noun: str) -> None:
    getattr(studio, noun).create(CREATIONS[noun])

    page = getattr(other_studio, noun).list(limit=100)

    assert [item.handle for item in page.data if not item.built_in] == []


@pytest.mark.parametrize("noun", NOUNS)
def test_two_people_can_use_the_same_name(studio: Studio, other_studio: Studio, noun: str) -> None:
    handles = [getattr(each, noun).create(CREATIONS[noun]).handle for each in (studio, other_studio)]

    assert handles == ["private", "private"]


@pytest.mark.parametrize("noun", ["styles", "climates"])
def test_nobody_can_start_from_somebody_elses(studio: Studio, other_studio: Studio, noun: str) -> None:
    getattr(studio, noun).create(CREATIONS[noun])
    like = type(CREATIONS[noun]).model_validate({"like": "private"})

    with pytest.raises(NotFound):
        getattr(other_studio, noun).create(like)
