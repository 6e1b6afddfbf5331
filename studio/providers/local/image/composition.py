"""Composition: which place, which pictograms, where they stand and how large, for a request."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from math import cos, pi, sin
from random import Random

from studio.domain.ports import ImageRequest
from studio.domain.script import Shot
from studio.domain.style import Figure
from studio.providers.local.image.figures import HEAD_UNITS, feeling_of, head_units, look_of
from studio.providers.local.image.matching import Passage, find_counts, find_pictograms, find_settings
from studio.providers.local.image.settings import EMPTY, NEUTRAL, SETTINGS
from studio.providers.local.image.settings.world import BELOW_TITLE, GROUND_SHARE, subject_bottom

_HERO_SHARES = {Shot.WIDE: 0.40, Shot.MEDIUM: 0.52, Shot.CLOSE: 0.66, Shot.DETAIL: 0.84}
"""The hero's size as a share of the room it has."""
_PROMPT_WEIGHT = 1.15
_MIDDLE_Y = 0.345
_MOST_COMPANIONS = 4
_MOST_PEOPLE = 3
_HEAD_SHARES = {Shot.WIDE: 0.135, Shot.MEDIUM: 0.225, Shot.CLOSE: 0.32, Shot.DETAIL: 0.40}
"""The height of a head as a share of the room, and how high the face stands."""
_FACE_LEVELS = {Shot.WIDE: 0.27, Shot.MEDIUM: 0.30, Shot.CLOSE: 0.33, Shot.DETAIL: 0.34}
_CROWD_SCALES = (1.0, 0.86, 0.70)
_SPREADS: tuple[tuple[float, ...], ...] = ((0.0,), (-0.235, 0.235), (-0.31, 0.0, 0.31))
_GROUNDS = ("stage", "hills", "city", "interior", "sunburst", "cutouts", "shore")
"""Where people are when the words name no place, and where they are when no one could stand there."""
_ASHORE = {"seascape": "shore", "underwater": "shore", "space": "night", "vortex": "night"}
_ALIKE = {"bay": ("shore", "city"), "seascape": ("shore",), "mountains": ("hills",), "hills": ("meadow",)}
"""Places that fit where one fits: a film about Rio is not all bay."""
_LEANS = (0.0, -0.10, 0.10)
"""How far beside the middle a hero stands, by turns, as shares of the room; never where it fills the picture."""
_HAIR_SHARE = 0.70
"""How far hair rises above a face's middle."""
_SOLES_LEVEL = 0.665
_AIR_ABOVE = 0.11
_SHOWN_BY_SETTING = {
    "night": {"crescent-moon", "full-moon"},
    "hills": {"sun", "seedling"},
    "mountains": {"mountain", "snow-capped-mountain", "sun"},
    "forest": {"deciduous-tree", "evergreen-tree"},
    "seascape": {"water-wave", "sun"},
    "shore": {"water-wave", "sun", "beach-with-umbrella"},
    "bay": {"water-wave", "beach-with-umbrella", "mountain", "palm-tree", "sun"},
    "underwater": {"water-wave", "droplet"},
    "clouds": {"cloud", "sun"},
    "city": {"office-building", "cityscape"},
    "dunes": {"sun"},
    "space": {"star"},
}
"""What a place shows anyway is not laid on it again."""
_LIGHTS = frozenset(
    {
        "crescent-moon",
        "first-quarter-moon",
        "full-moon",
        "last-quarter-moon",
        "new-moon",
        "sun",
        "sun-behind-cloud",
        "sun-behind-large-cloud",
        "sun-behind-rain-cloud",
        "sun-behind-small-cloud",
        "waning-crescent-moon",
        "waning-gibbous-moon",
        "waxing-crescent-moon",
        "waxing-gibbous-moon",
    }
)
"""Pictograms of the sun and the moon. Where one is laid the place shows none of its own."""
_ARCS: dict[int, tuple[float, ...]] = {
    0: (),
    1: (-0.24,),
    2: (-0.24, -0.80),
    3: (-0.22, -0.5, -0.78),
    4: (-0.14, -0.38, -0.62, -0.86),
}
"""Where companions hang around the hero, in half turns from the right: all above its middle."""


@dataclass(frozen=True)
class Placed:
    """A pictogram on the canvas: its middle and size in pixels, how far back it stands (0 near, 1 far)."""

    name: str
    x: float
    y: float
    size: float
    turn_degrees: float = 0.0
    distance: float = 0.0


@dataclass(frozen=True)
class Standing:
    """A person on the canvas: the middle of the face and the height of the head in pixels, and what the body does."""

    figure: Figure
    x: float
    y: float
    head_height: float
    gaze: float
    pose: str
    feeling: str


@dataclass(frozen=True)
class Plan:
    """What is to be painted. `pictograms` come from back to front; people stand in front of them."""

    setting: str
    pictograms: tuple[Placed, ...]
    people: tuple[Standing, ...] = ()

    @property
    def lays_a_light(self) -> bool:
        """Whether a sun or a moon is among the pictograms."""
        return any(placed.name in _LIGHTS for placed in self.pictograms)


def dice(request: ImageRequest) -> Random:
    """Random numbers that depend on everything that was asked, and on nothing else."""
    figures = "|".join(figure.name for figure in request.figures)
    parts = (
        request.seed,
        request.prompt,
        request.narration,
        request.style.key,
        request.shot,
        figures,
        request.language,
    )
    return Random(sha256("\x1f".join(map(str, parts)).encode()).digest())


def plan(request: ImageRequest, rng: Random) -> Plan:
    passages = _passages(request)
    counts = find_counts(passages, request.language)
    names = [match.pictogram for match in find_pictograms(passages, request.language)]
    setting = _place(request, passages) or rng.choice(_GROUNDS if request.figures else NEUTRAL if names else EMPTY)
    if request.figures:
        setting = _ASHORE.get(setting, setting)
    names = _not_shown_by(setting, names)
    if request.figures:
        return Plan(setting, _beside_figures(request, names[:2], rng), _people(request, SETTINGS[setting].floats, rng))
    if setting == "vortex":
        return Plan(setting, _beside_hole(request, names[:1], rng))
    return Plan(setting, _around_hero(request, _repeated(names, counts), SETTINGS[setting].floats, rng))


def _place(request: ImageRequest, passages: list[Passage]) -> str | None:
    """One of the places the words speak of, or one like it: neighbouring scenes take them in turn."""
    places = find_settings(passages, request.language)
    if len(places) == 1:
        places = (*places, *_ALIKE.get(places[0], ()))
    return places[request.turn % len(places)] if places else None


def _not_shown_by(setting: str, names: list[str]) -> list[str]:
    """Without what the place shows anyway. Sun and moon together are both laid: a place shows one light alone."""
    shown = set(_SHOWN_BY_SETTING.get(setting, ()))
    if len(_LIGHTS.intersection(names)) > 1:
        shown -= _LIGHTS
    return [name for name in names if name not in shown]


def room(width: int, height: int) -> float:
    """The side of the square a hero may fill: the width of an upright picture, most of the upper part of others."""
    return min(width, height * 0.70)


def _passages(request: ImageRequest) -> list[Passage]:
    """The scene's own words: the style's standing prompt and the characters' names show nothing."""
    prompt = request.prompt.replace(request.style.visual_prompt, " ") if request.style.visual_prompt else request.prompt
    narration = request.narration
    for figure in request.figures:
        for standing in (figure.description, figure.name):
            prompt, narration = (text.replace(standing, " ") if standing else text for text in (prompt, narration))
    return [Passage(narration), Passage(prompt, _PROMPT_WEIGHT)]


def _around_hero(request: ImageRequest, names: list[str], floats: bool, rng: Random) -> tuple[Placed, ...]:
    if not names:
        return ()
    side = room(request.width, request.height)
    size = min(side * _HERO_SHARES[request.shot] * rng.uniform(0.96, 1.04), _height_below_title(request, floats))
    lean = _LEANS[request.turn % len(_LEANS)] if request.shot in (Shot.WIDE, Shot.MEDIUM) else 0.0
    x = request.width / 2 + side * (lean or rng.choice([-0.06, 0.0, 0.06]) * (len(names) > 1))
    y = (
        max(request.height * _MIDDLE_Y, request.height * request.headroom + size / 2)
        if floats
        else min(request.height * GROUND_SHARE - size * 0.47, request.height * (0.42 if not request.headroom else 1))
    )
    hero = Placed(names[0], x, y, size, rng.uniform(-7, 7) if floats else 0.0)
    return (*_companions(request, names[1:], hero, rng), hero)


def _height_below_title(request: ImageRequest, floats: bool) -> float:
    """The most a hero may be high, in pixels: as much as it likes where no title stands."""
    if not request.headroom:
        return request.height
    bottom = subject_bottom(request.width, request.height) if floats else GROUND_SHARE
    return request.height * (bottom - request.headroom + 0.02)


def _beside_hole(request: ImageRequest, names: list[str], rng: Random) -> tuple[Placed, ...]:
    """A black hole is its own hero; what else is spoken of passes it by."""
    side = room(request.width, request.height)
    x, size = request.width / 2 + side * rng.choice([-0.30, 0.30]), side * 0.26
    y = max(request.height * 0.345 - side * 0.36, request.height * request.headroom + size / 2)
    return tuple(Placed(name, x, y, size, rng.uniform(-20, 20), 0.1) for name in names)


def _repeated(names: list[str], counts: dict[str, int]) -> list[str]:
    """Three hearts are drawn three times, as companions of the hero; other companions give way."""
    counted = next((name for name in names if name in counts), None)
    if counted is None:
        return names
    hero = names[:1] if names[0] != counted else []
    return [*hero, *[counted] * counts[counted]]


def _companions(request: ImageRequest, names: list[str], hero: Placed, rng: Random) -> list[Placed]:
    """Smaller things that hang in an arc behind the hero. Equal ones are of equal size, others recede."""
    if request.shot is Shot.DETAIL and len(set(names)) > 1:
        names = []
    names = names[:_MOST_COMPANIONS] if len(set(names)) == 1 else names[:2]
    side = room(request.width, request.height)
    angles = _ARCS[len(names)] if rng.random() < 0.5 else tuple(-1 - angle for angle in _ARCS[len(names)])
    equal = len(names) > 1 and len(set(names)) == 1
    placed: list[Placed] = []
    for index, (name, share) in enumerate(zip(names, angles, strict=True)):
        angle, size = pi * share + rng.uniform(-0.06, 0.06), side * (0.23 if equal else 0.26 - 0.03 * index)
        reach = hero.size * 0.5 + size * rng.uniform(0.55, 0.7)
        x = min(max(hero.x + reach * cos(angle), size * 0.65), request.width - size * 0.65)
        y = max(hero.y + reach * sin(angle) * 0.9, request.height * 0.055 + size * 0.5)
        placed.append(Placed(name, x, y, size, rng.uniform(-12, 12), 0.3 if equal else 0.25 + 0.25 * index))
    return placed


def _beside_figures(request: ImageRequest, names: list[str], rng: Random) -> tuple[Placed, ...]:
    """What the people speak of hangs above and beside them."""
    side = room(request.width, request.height)
    spots = [(0.80, 0.20), (0.20, 0.24)] if len(request.figures) == 1 else [(0.50, 0.15), (0.84, 0.13)]
    if len(request.figures) == 1 and rng.random() < 0.5:
        spots = [(1 - x, y) for x, y in spots]
    sizes = (0.27, 0.20)
    return tuple(
        Placed(
            name,
            request.width / 2 + (x - 0.5) * min(request.width, request.height * 1.1),
            max(request.height * y, request.height * request.headroom + side * size / 2),
            side * size,
            rng.uniform(-10, 10),
            0.25,
        )
        for name, (x, y), size in zip(names, spots, sizes, strict=False)
    )


def _people(request: ImageRequest, floats: bool, rng: Random) -> tuple[Standing, ...]:
    """One person stands a little off the middle and looks across it; several look at each other."""
    figures = request.figures[:_MOST_PEOPLE]
    side = room(request.width, request.height) * _CROWD_SCALES[len(figures) - 1]
    shot = Shot.MEDIUM if request.shot is Shot.WIDE and (floats or request.headroom) else request.shot
    height, level = _face(request, side * _HEAD_SHARES[shot], _FACE_LEVELS[shot])
    feeling = feeling_of(f"{request.narration} {request.prompt}")
    spread = _SPREADS[len(figures) - 1]
    start = rng.choice([-1, 1])
    speaker = rng.randrange(len(figures))
    people = []
    for index, (figure, share) in enumerate(zip(figures, spread, strict=True)):
        x = request.width / 2 + (share if len(figures) > 1 else 0.07 * start) * room(request.width, request.height)
        gaze = -start * 0.8 if len(figures) == 1 else -1.0 if share > 0 else 1.0 if share < 0 else 0.0
        pose = (
            "think"
            if feeling == "thoughtful"
            else rng.choice(("open", "point", "hip"))
            if index == speaker
            else rng.choice(("rest", "hip"))
        )
        head = min(height, _tallest_head(figure, request.height)) if shot is Shot.WIDE else height
        y = _level_on_ground(figure, head, request.height) if shot is Shot.WIDE else level + head * (0.06 * (index % 2))
        people.append(Standing(figure, x, y, head, gaze, pose, feeling))
    return tuple(people)


def _face(request: ImageRequest, head_height: float, level: float) -> tuple[float, float]:
    """Height and middle of a face, in pixels: as the shot has them, or fitted between a title and the captions."""
    if not request.headroom:
        return head_height, request.height * level
    top = request.height * (request.headroom + BELOW_TITLE)
    bottom = request.height * subject_bottom(request.width, request.height)
    fitted = min(head_height, (bottom - top) / (_HAIR_SHARE + 0.5))
    return fitted, max(request.height * level, top + fitted * _HAIR_SHARE)


def _level_on_ground(figure: Figure, head_height: float, height: int) -> float:
    """Where the face is when the soles stand on the common ground."""
    face_units, sole_units = head_units(look_of(figure))
    return height * _SOLES_LEVEL - (sole_units - face_units) * head_height / HEAD_UNITS


def _tallest_head(figure: Figure, height: int) -> float:
    """The head with which the whole person fits above the ground, with air above the hair for the camera to move in."""
    face_units, sole_units = head_units(look_of(figure))
    return height * (_SOLES_LEVEL - _AIR_ABOVE) / ((sole_units - face_units) / HEAD_UNITS + _HAIR_SHARE)


def world_light(rng: Random) -> tuple[float, float]:
    """Where the light stands, as shares of the picture: high, and left or right of the subject."""
    beside = rng.uniform(0.14, 0.36)
    return (beside if rng.random() < 0.5 else 1 - beside), rng.uniform(0.10, 0.25)
