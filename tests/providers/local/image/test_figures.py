"""People: what their traits say is drawn, and the same person is the same in every scene."""

from __future__ import annotations

import re

import pytest

from studio.domain.style import Figure
from studio.providers.local.image.figures import draw_figure, feeling_of, look_of

MIA = Figure("Mia", age="9", gender="girl", hair_color="red", hair_style="long curly hair", clothing="yellow raincoat")


def colours(svg: str) -> set[str]:
    return set(re.findall(r"#[0-9a-f]{6}", svg))


def test_english_traits_are_understood() -> None:
    look = look_of(MIA)

    assert (look.age, look.is_feminine, look.hair_style, look.garment) == ("child", True, "curly", "coat")
    assert (look.hair, look.garment_colour) == ("#b4472a", "#f2c230")


def test_portuguese_traits_are_understood() -> None:
    figure = Figure(
        "Ana", gender="mulher", hair_style="cabelo comprido", hair_color="preto", skin_tone="pele morena",
        clothing="jaqueta azul", eye_color="olhos verdes", accessories="óculos e brincos",
    )  # fmt: skip

    look = look_of(figure)

    assert (look.hair_style, look.garment, look.accessories) == ("long", "jacket", {"glasses", "earrings"})
    assert (look.hair, look.garment_colour, look.eyes, look.skin) == ("#211c22", "#2f6fd0", "#4d8f5b", "#b07a4b")


def test_a_free_description_is_read_when_the_traits_are_empty() -> None:
    look = look_of(Figure("Otto", description="An old man with a white beard, long grey hair and a green sweater"))

    assert (look.age, look.is_feminine, look.hair_style, look.garment) == ("old", False, "long", "sweater")
    assert "beard" in look.accessories


def test_what_nobody_said_follows_from_the_name() -> None:
    assert look_of(Figure("Kim")) == look_of(Figure(" kim "))
    assert len({look_of(Figure(name)) for name in ("Kim", "Leo", "Zuri", "Tom", "Bia")}) == 5


@pytest.mark.parametrize("pose", ["rest", "hip", "open", "point", "think"])
def test_a_person_keeps_all_colours_in_every_pose_and_feeling(pose: str) -> None:
    look = look_of(MIA)
    own = {look.skin, look.hair, look.garment_colour, look.eyes}

    drawings = [
        draw_figure(look, feeling, pose, gaze) for feeling, gaze in (("happy", 1.0), ("sad", -1.0), ("friendly", 0.0))
    ]

    assert all(own <= colours(svg) for svg in drawings)


@pytest.mark.parametrize(
    "style",
    [
        "short",
        "buzz cut",
        "bald",
        "long",
        "wavy",
        "curly",
        "afro",
        "bob",
        "bun",
        "ponytail",
        "braids",
        "mohawk",
        "dreadlocks",
        "hijab",
    ],
)
def test_every_hair_style_is_drawn_differently(style: str) -> None:
    def drawn(hair: str) -> str:
        return draw_figure(look_of(Figure("Sam", hair_style=hair, hair_color="brown")), "friendly", "rest", 0.0)

    others = [other for other in ("short", "long", "afro") if other != style]

    assert all(drawn(style) != drawn(other) for other in others)


def test_no_word_of_a_user_reaches_the_drawing() -> None:
    nasty = '"/><image href="file:///etc/passwd"/><text>owned</text>'
    figure = Figure(**dict.fromkeys(Figure.__dataclass_fields__, nasty))

    svg = draw_figure(look_of(figure), feeling_of(nasty), "rest", 0.0)

    assert not re.search(r"passwd|owned|href|<image|<text", svg)


@pytest.mark.parametrize(
    ("text", "feeling"),
    [
        ("They laughed all day.", "happy"),
        ("Ela chorou sozinha.", "sad"),
        ("Suddenly a light!", "surprised"),
        ("A key.", "friendly"),
    ],
)
def test_the_words_of_the_scene_move_the_face(text: str, feeling: str) -> None:
    assert feeling_of(text) == feeling
