"""The finished pictures: size, repeatability, variety, smoothness, and people who stay who they are."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from random import Random

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from studio.domain.errors import Invalid
from studio.domain.ports import ImageRequest, Picture
from studio.domain.script import Shot
from studio.domain.style import ContentType, Figure, MusicMood, Palette, Style
from studio.providers.local.image import LocalImages
from studio.providers.local.image.canvas import Canvas
from studio.providers.local.image.composition import dice, plan
from studio.providers.local.image.painter import _mirrored, _world
from studio.providers.local.image.palette import from_hex, tones_for
from studio.providers.local.image.settings import SETTINGS, World
from studio.providers.local.image.settings.world import GROUND_SHARE

STYLE = Style(key="test", name="Test", content_type=ContentType.EDUCATIONAL)
REQUEST = ImageRequest(prompt="", narration="An octopus has three hearts.", width=270, height=480, seed=1, style=STYLE)
ANA = Figure(
    "Ana",
    gender="woman",
    hair_style="long",
    hair_color="black",
    skin_tone="olive",
    clothing="blue jacket",
    accessories="none",
)


def pixels(picture: Picture) -> NDArray[np.uint8]:
    decoded = cv2.imdecode(np.frombuffer(picture.data, np.uint8), cv2.IMREAD_COLOR)
    assert decoded is not None
    return np.asarray(cv2.cvtColor(decoded, cv2.COLOR_BGR2RGB), np.uint8)


def share_near(image: NDArray[np.uint8], colour: str, tolerance: float) -> float:
    distance = np.abs(image.astype(np.float32) - from_hex(colour)).max(axis=2)
    return float((distance < tolerance).mean())


def test_the_same_request_gives_the_same_bytes() -> None:
    assert LocalImages().paint(REQUEST) == LocalImages().paint(REQUEST)


def test_another_seed_gives_another_picture() -> None:
    pictures = {LocalImages().paint(replace(REQUEST, seed=seed)).data for seed in range(4)}

    assert len(pictures) == 4


@pytest.mark.parametrize(("width", "height"), [(270, 480), (320, 320), (480, 270), (1080, 1920)])
def test_every_aspect_has_exactly_the_size_asked_for(width: int, height: int) -> None:
    picture = LocalImages().paint(replace(REQUEST, width=width, height=height))

    assert (picture.width, picture.height, picture.media_type) == (width, height, "image/png")
    assert pixels(picture).shape == (height, width, 3)
    assert len(picture.data) < 3_000_000


@pytest.mark.parametrize(("width", "height"), [(10, 480), (480, 9000), (0, 0)])
def test_a_size_out_of_range_is_refused(width: int, height: int) -> None:
    with pytest.raises(Invalid, match="out of range"):
        LocalImages().paint(replace(REQUEST, width=width, height=height))


@pytest.mark.parametrize("name", sorted(SETTINGS))
def test_every_place_fills_the_picture_with_light_and_dark(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("studio.providers.local.image.composition.find_settings", lambda passages, language: (name,))

    image = pixels(LocalImages().paint(replace(REQUEST, narration="It depends."))).astype(np.float32)

    assert image.std() > 14
    assert 25 < image.mean() < 215
    assert image.mean(axis=2).min(initial=255) < 90


def test_the_scenes_of_a_film_do_not_look_alike() -> None:
    small = [
        cv2.resize(pixels(LocalImages().paint(replace(REQUEST, narration="It depends.", seed=seed))), (18, 32)).astype(
            float
        )
        for seed in range(6)
    ]

    distances = [float(np.abs(a - b).mean()) for index, a in enumerate(small) for b in small[:index]]

    assert min(distances) > 3


def test_gradients_have_no_bands() -> None:
    request = replace(REQUEST, narration="Nothing escapes a black hole.", width=540, height=960)

    strip = pixels(LocalImages().paint(request))[700:940, 20:60].astype(np.float32).mean(axis=2)

    equal = np.abs(np.diff(strip.mean(axis=1))) < 1e-6
    longest = max((len(run) for run in "".join("x" if same else " " for same in equal).split()), default=0)
    assert longest < 4
    assert np.abs(np.diff(cv2.GaussianBlur(strip, (0, 0), 5).mean(axis=1))).max() < 1.5


def test_a_tense_style_is_darker_than_a_playful_one() -> None:
    tense, playful = (
        pixels(LocalImages().paint(replace(REQUEST, style=replace(STYLE, music_mood=mood)))).mean()
        for mood in (MusicMood.TENSE, MusicMood.PLAYFUL)
    )

    assert tense < playful


def test_the_palette_of_the_style_colours_the_picture() -> None:
    red = Palette(dark="#2a0808", light="#a02a2a", glow="#ffb0a0", accent="#ffd400")

    image = pixels(
        LocalImages().paint(replace(REQUEST, style=replace(STYLE, palette=red), narration="It depends."))
    ).mean(axis=(0, 1))

    assert image[0] > image[2] * 1.3


@pytest.mark.parametrize("shot", list(Shot))
def test_a_person_has_the_same_colours_in_every_shot(shot: Shot) -> None:
    request = replace(REQUEST, narration="Ana waits.", figures=(ANA,), shot=shot, width=540, height=960, seed=7)

    upper = pixels(LocalImages().paint(request))[: int(960 * 0.62)]

    assert share_near(upper, "#e9b48a", 46) > 0.004
    assert share_near(upper, "#2f6fd0", 70) > 0.006
    assert share_near(upper, "#211c22", 40) > 0.003


def test_a_nearer_shot_shows_a_larger_head() -> None:
    heights = [
        plan(request, dice(request)).people[0].head_height
        for request in (replace(REQUEST, narration="Ana is in the city.", figures=(ANA,), shot=shot) for shot in Shot)
    ]

    assert heights == sorted(heights)
    assert len(set(heights)) == len(Shot)


def test_faces_and_heroes_stand_above_the_captions() -> None:
    for seed in range(12):
        for shot in Shot:
            alone = replace(REQUEST, seed=seed, shot=shot)
            together = replace(alone, figures=(ANA, Figure("Leo"), Figure("Zuri")))

            hero = plan(alone, dice(alone)).pictograms[-1]
            people = plan(together, dice(together)).people

            assert 0.12 * alone.height < hero.y < 0.5 * alone.height
            assert all(person.y + person.head_height / 2 < 0.56 * alone.height for person in people)


def test_the_name_of_a_person_is_not_searched_for_pictograms() -> None:
    request = replace(REQUEST, narration="Rose waits.", figures=(Figure("Rose"),))

    assert plan(request, dice(request)).pictograms == ()


def test_the_standing_prompt_of_a_style_is_not_searched_for_pictograms() -> None:
    style = replace(STYLE, visual_prompt="a guitar in the corner of every picture")
    request = replace(REQUEST, style=style, narration="It depends.", prompt=f"{style.visual_prompt}. It depends.")

    assert plan(request, dice(request)).pictograms == ()


def test_three_hearts_are_three() -> None:
    scene = plan(REQUEST, dice(REQUEST))

    assert [placed.name for placed in scene.pictograms] == ["anatomical-heart"] * 3 + ["octopus"]


def test_a_laid_sun_is_the_only_one() -> None:
    request = replace(REQUEST, narration="", prompt="a low red sun behind a city")

    scene = plan(request, dice(request))

    assert scene.setting == "city"
    assert "sun" in [placed.name for placed in scene.pictograms]
    assert scene.lays_a_light


@pytest.mark.parametrize("name", ["city", "night", "hills"])
def test_a_place_that_shows_no_light_of_its_own_has_no_disc(name: str) -> None:
    def sky_of(shows_light: bool) -> float:
        tones = tones_for(STYLE, Random(1))
        canvas = Canvas(270, 480, np.random.default_rng(1))
        SETTINGS[name].behind(World(canvas, tones, Random(1), 0.3, 0.15, 0.9, shows_light=shows_light))
        return float(canvas.pixels[72, 81].mean())

    assert sky_of(shows_light=False) < sky_of(shows_light=True) - 8


def test_the_sun_and_the_moon_are_both_laid_where_both_are_spoken_of() -> None:
    request = replace(REQUEST, narration="", prompt="the sun and the moon over the hills")

    scene = plan(request, dice(request))

    assert {"sun", "full-moon"} <= {placed.name for placed in scene.pictograms}


def test_the_horizon_of_a_place_lies_higher_or_lower_from_scene_to_scene() -> None:
    worlds = [_world(replace(REQUEST, seed=seed), Random(seed)) for seed in range(12)]

    assert np.ptp([world.far(0.40) for world in worlds]) > 0.05
    assert np.ptp([world.light_x for world in worlds]) > 0.4
    assert {world.far(GROUND_SHARE) for world in worlds} == {GROUND_SHARE}


@pytest.mark.parametrize("size", [(270, 480), (270, 270), (480, 270)])
@pytest.mark.parametrize("shot", list(Shot))
def test_faces_stay_between_a_title_and_the_captions(shot: Shot, size: tuple[int, int]) -> None:
    width, height = size
    bottom = 0.56 if height > width else 0.74
    for figures in [(ANA,), (ANA, Figure("Leo"), Figure("Zuri"))]:
        request = replace(REQUEST, figures=figures, shot=shot, width=width, height=height, headroom=0.31)

        for person in plan(request, dice(request)).people:
            assert person.y - person.head_height * 0.65 > 0.31 * height
            assert person.y + person.head_height / 2 < bottom * height


def test_a_hero_stays_below_a_title() -> None:
    for narration in ("An octopus swims.", "A rocket stands in the city."):
        for shot in Shot:
            request = replace(REQUEST, narration=narration, shot=shot, headroom=0.31)

            hero = plan(request, dice(request)).pictograms[-1]

            assert hero.y - hero.size / 2 > 0.27 * request.height


@pytest.mark.parametrize("size", [(270, 480), (270, 270), (480, 270)])
def test_a_black_hole_stays_between_a_title_and_the_captions(size: tuple[int, int]) -> None:
    width, height = size
    request = replace(REQUEST, narration="A rocket and a black hole.", width=width, height=height, headroom=0.31)
    scene = plan(request, dice(request))

    picture = pixels(LocalImages().paint(replace(request, narration="A black hole.")))

    middle = picture[:, width // 2].astype(float).max(axis=1)
    title, subject = middle[: int(0.31 * height)], middle[int(0.31 * height) : int(0.74 * height)]
    assert scene.setting == "vortex"
    assert all(placed.y - placed.size / 2 >= 0.31 * height for placed in scene.pictograms)
    assert subject.max() > 2 * title.max()


def test_neighbouring_scenes_of_one_place_look_different() -> None:
    scenes = [replace(REQUEST, narration="Life in Rio.", seed=turn, turn=turn) for turn in range(3)]
    plans = [plan(scene, dice(scene)) for scene in scenes]
    small = [cv2.resize(pixels(LocalImages().paint(scene)), (18, 32)).astype(float) for scene in scenes]

    assert len({each.setting for each in plans}) == 3
    assert all(float(np.abs(a - b).mean()) > 12 for a, b in pairwise(small))


def test_every_second_scene_sees_a_place_as_in_a_mirror() -> None:
    world = _world(REQUEST, Random(1))
    light_x = world.light_x

    def paint(world: World) -> None:
        world.canvas.pixels[:, :10] = 255

    _mirrored(world, paint, True)

    assert world.canvas.pixels[:, -10:].min() == 255
    assert world.canvas.pixels[:, :10].max() < 255
    assert world.light_x == pytest.approx(light_x)


@pytest.mark.parametrize("size", [(270, 480), (270, 270), (480, 270)])
def test_a_whole_person_has_air_above(size: tuple[int, int]) -> None:
    for figures in [(ANA,), (ANA, Figure("Leo"), Figure("Zuri"))]:
        request = replace(REQUEST, figures=figures, shot=Shot.WIDE, width=size[0], height=size[1], narration="A city.")

        for person in plan(request, dice(request)).people:
            assert person.y - person.head_height * 0.65 > 0.10 * request.height
