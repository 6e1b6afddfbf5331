"""Characters in words: the same traits, the same sentence; no painter has to know a name."""

from __future__ import annotations

import pytest

from studio.domain.style import Figure
from studio.services.writing.figures import completed, described, looks_of, without_names

VEGA = Figure(
    "Doctor Vega",
    age="60",
    gender="woman",
    hair_color="silver",
    hair_style="bun",
    skin_tone="olive",
    eye_color="green eyes",
    clothing="a white lab coat",
    accessories="round glasses",
    body_type="slim",
    distinctive_features="a scar over the left eyebrow",
)


def test_every_trait_is_in_the_sentence() -> None:
    assert looks_of(VEGA) == (
        "A 60-year-old woman with silver bun hair: olive skin; green eyes; slim build; wearing a white lab coat; with"
        " round glasses; a scar over the left eyebrow."
    )


@pytest.mark.parametrize(
    ("figure", "sentence"),
    [
        (Figure("A"), "A person."),
        (Figure("A", gender="male", age="8"), "An 8-year-old boy."),
        (Figure("A", gender="mulher", age="in her sixties"), "A woman: in her sixties."),
        (Figure("A", gender="robot", age="elderly"), "An elderly robot."),
        (Figure("A", hair_style="bald"), "A person with bald."),
        (Figure("A", accessories="none", clothing="wearing red"), "A person: wearing red."),
        (Figure("A", description="a small green dragon."), "A person. A small green dragon."),
    ],
)
def test_people_are_told_in_plain_english(figure: Figure, sentence: str) -> None:
    assert looks_of(figure) == sentence


def test_names_give_way_to_what_people_look_like() -> None:
    people = described([VEGA])

    told = without_names(
        "Doctor Vega's hands; VEGA is no name, Vega is; the vegan doctor waits for doctor vega.", people
    )

    who = "the 60-year-old woman with silver bun hair"
    assert told == f"{who}'s hands; VEGA is no name, {who} is; the vegan doctor waits for {who}."


def test_two_who_look_alike_are_told_apart() -> None:
    people = described([Figure("Ana Lima", gender="woman"), Figure("Bia Lima", gender="woman")])

    assert without_names("Ana greets Bia; Lima is a city.", people) == (
        "the first woman greets the second woman; Lima is a city."
    )


def test_a_name_in_a_language_without_spaces_is_found() -> None:
    people = described([Figure("ハナ", gender="woman")])

    assert without_names("ハナは海を見る", people) == "the womanは海を見る"


def test_traits_nobody_gave_are_chosen_from_the_name_once() -> None:
    first, second = completed(Figure("Maya")), completed(Figure("Maya"))

    assert first == second
    assert first.gender
    assert first.hair_color
    assert first.clothing


def test_nothing_is_chosen_for_somebody_described_in_other_words() -> None:
    dragon = Figure("Bo", description="a small green dragon")

    assert completed(dragon) == dragon
