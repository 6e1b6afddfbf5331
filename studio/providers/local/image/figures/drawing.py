"""A whole person as SVG, and the feeling that a scene's words put on the face."""

from __future__ import annotations

from studio.providers.local.image.figures.body import body
from studio.providers.local.image.figures.face import face, head_wear
from studio.providers.local.image.figures.hair import hair_before, hair_behind
from studio.providers.local.image.figures.ink import CENTRE_X
from studio.providers.local.image.figures.traits import Look
from studio.providers.local.image.figures.vocabulary import vocabulary
from studio.providers.local.image.words import stem, tokens

FIGURE_WIDTH_UNITS = 400
"""Figures are drawn on a sheet of 400 units across; the head's top is near 30 and the feet of a grown person at 986."""

HEAD_UNITS = 150
"""The height of a grown person's head."""

_CHILD_HEAD_SCALE = 1.22
_CHILD_BODY_SCALE = 0.68
_CHIN_Y = 190.0


def feeling_of(text: str) -> str:
    """The first feeling the words name; friendly when they name none."""
    words = [form for token in tokens(text, "en") for form in (token, stem(token, "en"))]
    feelings = vocabulary("feeling")
    return next((feelings[word] for word in words if word in feelings), "friendly")


def draw_figure(look: Look, feeling: str, pose: str, gaze: float) -> str:
    """SVG elements of the whole person. `gaze` -1 looks to the left edge, 1 to the right one."""
    head = face(look, feeling, gaze) + hair_before(look) + head_wear(look)
    if look.age != "child":
        return hair_behind(look) + body(look, pose) + head
    small = (
        f"translate({CENTRE_X * (1 - _CHILD_BODY_SCALE):g} {_CHIN_Y * (1 - _CHILD_BODY_SCALE) + 14:g}) "
        f"scale({_CHILD_BODY_SCALE:g})"
    )
    large = (
        f"translate({CENTRE_X * (1 - _CHILD_HEAD_SCALE):g} {_CHIN_Y * (1 - _CHILD_HEAD_SCALE) + 10:g}) "
        f"scale({_CHILD_HEAD_SCALE:g})"
    )
    return (
        f'<g transform="{large}">{hair_behind(look)}</g><g transform="{small}">{body(look, pose)}</g><g '
        f'transform="{large}">{head}</g>'
    )


def head_units(look: Look) -> tuple[float, float]:
    """The middle of the face and the soles, in units from the top of the sheet."""
    if look.age == "child":
        return 118.0, _CHIN_Y + 14 + (986 - _CHIN_Y) * _CHILD_BODY_SCALE
    return 122.0, 986.0
