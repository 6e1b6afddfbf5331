"""The offline picture maker: from a request to a finished PNG, the same bytes for the same request."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from random import Random

import numpy as np

from studio.domain.errors import Invalid
from studio.domain.ports import ImageRequest, Picture
from studio.domain.style import MusicMood, Style
from studio.providers.local.image.canvas import Canvas
from studio.providers.local.image.composition import Placed, Plan, Standing, dice, plan, world_light
from studio.providers.local.image.figures import FIGURE_WIDTH_UNITS, HEAD_UNITS, draw_figure, head_units, look_of
from studio.providers.local.image.palette import tones_for
from studio.providers.local.image.pictograms import VIEW_BOX_UNITS, shipped_pictograms
from studio.providers.local.image.settings import SETTINGS, World
from studio.providers.local.image.sprites import (
    MARGIN_SHARE,
    Sprite,
    blur_sprite,
    cast_shadow,
    contact_shadow,
    darkness,
    draw_svg,
    halo,
    lay_sprite,
    light_sprite,
    trim_sprite,
    turn_sprite,
)

_SMALLEST_SIDE = 64
_LARGEST_SIDE = 4096
_GRAIN = 2.2
_STRETCHES = (0.7, 1.55)
_LIGHT_SIZES = (0.75, 1.3)
_SHARP_DISTANCE = 0.3
_BASE_SHARE = 0.475
"""Of a pictogram's size: how far below its middle the ground is."""
_ENERGIES = {MusicMood.TENSE: 0.7, MusicMood.CALM: 0.8, MusicMood.EPIC: 1.0, MusicMood.PLAYFUL: 1.0}
_VIGNETTES = {MusicMood.TENSE: 0.26, MusicMood.EPIC: 0.20, MusicMood.PLAYFUL: 0.10}


class LocalImages:
    """An ImageModel that needs no network and no model: about one CPU second for a 1080x1920 picture."""

    name = "local/storyboard"

    def paint(self, request: ImageRequest) -> Picture:
        """Paint the scene. Raises Invalid when a side is not between 64 and 4096 pixels."""
        _check_size(request)
        rng = dice(request)
        world = _world(request, rng)
        scene = plan(request, rng)
        world = replace(world, shows_light=not scene.lays_a_light)
        setting = SETTINGS[scene.setting]
        # A place is drawn as in a mirror for every second scene: its landmarks stand elsewhere then.
        _mirrored(world, setting.behind, request.turn % 2 == 1)
        _pictograms(world, scene, floats=setting.floats)
        for person in scene.people:
            _person(world, person)
        _mirrored(world, setting.before, request.turn % 2 == 1)
        world.canvas.vignette(_VIGNETTES.get(request.style.music_mood, 0.15))
        return Picture(world.canvas.png(_GRAIN), request.width, request.height)


def _mirrored(world: World, paint: Callable[[World], None], is_mirrored: bool) -> None:
    if not is_mirrored:
        paint(world)
        return
    _turn_over(world)
    paint(world)
    _turn_over(world)


def _turn_over(world: World) -> None:
    world.canvas.pixels[:] = world.canvas.pixels[:, ::-1].copy()
    world.light_x = 1 - world.light_x


def _person(world: World, person: Standing) -> None:
    """Draw as much of a person as the picture shows. The sheet's units grow with the head."""
    look = look_of(person.figure)
    face_units, sole_units = head_units(look)
    scale = person.head_height / HEAD_UNITS
    top = person.y - face_units * scale
    visible_units = min(sole_units + 14, (world.height - top) / scale + 10)
    svg = draw_figure(look, person.feeling, person.pose, person.gaze)
    sheet_width = round(FIGURE_WIDTH_UNITS * scale * (1 + 2 * MARGIN_SHARE))
    trimmed, beside, below = trim_sprite(draw_svg(svg, FIGURE_WIDTH_UNITS, visible_units, sheet_width))
    sprite = light_sprite(trimmed, world.light, world.tones, relief=0.35)
    contact_shadow(world.canvas, person.x, top + sole_units * scale, person.head_height * 0.75, world.tones)
    _lay_person(world, sprite, person.x + beside, top + visible_units * scale / 2 + below, person.head_height)


def _lay_person(world: World, sprite: Sprite, x: float, y: float, head_height: float) -> None:
    halo(world.canvas, sprite, x, y, world.tones.glow, radius=head_height * 0.14, strength=0.30 * world.energy)
    cast_shadow(world.canvas, sprite, x, y, world.light, world.tones, distance=head_height * 0.10, strength=0.30)
    lay_sprite(world.canvas, sprite, x, y)


def _check_size(request: ImageRequest) -> None:
    if not all(_SMALLEST_SIDE <= side <= _LARGEST_SIDE for side in (request.width, request.height)):
        raise Invalid(
            f"A picture of {request.width}x{request.height} pixels is out of range: {_SMALLEST_SIDE} "
            f"to {_LARGEST_SIDE} a side."
        )


def _world(request: ImageRequest, rng: Random) -> World:
    canvas = Canvas(request.width, request.height, np.random.default_rng(rng.getrandbits(64)))
    light_x, light_y = world_light(rng)
    return World(
        canvas,
        tones_for(request.style, rng, request.turn),
        rng,
        light_x,
        light_y,
        _energy(request.style),
        stretch=rng.uniform(*_STRETCHES),
        light_size=rng.uniform(*_LIGHT_SIZES),
        headroom=request.headroom,
    )


def _energy(style: Style) -> float:
    return _ENERGIES.get(style.music_mood, 0.9)


def _pictograms(world: World, scene: Plan, *, floats: bool) -> None:
    if scene.pictograms and not scene.people:
        hero = scene.pictograms[-1]
        world.canvas.glow(hero.x, hero.y, hero.size * 0.62, world.tones.bright(0.2), 0.30 * world.energy)
    for placed in scene.pictograms:
        _pictogram(world, placed, stands=not floats and placed is scene.pictograms[-1])


def _pictogram(world: World, placed: Placed, *, stands: bool) -> None:
    flat = draw_svg(shipped_pictograms().body(placed.name), VIEW_BOX_UNITS, VIEW_BOX_UNITS, round(placed.size * 1.08))
    y = _standing_y(flat, placed) if stands else placed.y
    if placed.turn_degrees:
        flat = turn_sprite(flat, placed.turn_degrees)
    sprite = light_sprite(flat, world.light, world.tones, haze=0.30 * placed.distance)
    if placed.distance > _SHARP_DISTANCE:
        sprite = blur_sprite(sprite, placed.size * 0.012 * placed.distance)
    # A dark thing on a dark ground is only seen by the light around it.
    shine = (0.30 + 0.40 * darkness(sprite)) * world.energy
    halo(world.canvas, sprite, placed.x, y, world.tones.glow, radius=placed.size * 0.06, strength=shine)
    if stands:
        contact_shadow(world.canvas, placed.x, placed.y + placed.size * _BASE_SHARE, placed.size * 0.40, world.tones)
    away = placed.size * 0.045
    cast_shadow(world.canvas, sprite, placed.x, y, world.light, world.tones, distance=away, strength=0.38)
    lay_sprite(world.canvas, sprite, placed.x, y)


def _standing_y(flat: Sprite, placed: Placed) -> float:
    """Where the middle of a drawing is when its lowest mark touches the ground."""
    trimmed, _, below = trim_sprite(flat)
    return placed.y + placed.size * (_BASE_SHARE + 0.01) - below - trimmed.height / 2
