"""People: the same name and traits give the same face, hair, skin and clothes in every scene."""

from __future__ import annotations

from studio.providers.local.image.figures.drawing import (
    FIGURE_WIDTH_UNITS,
    HEAD_UNITS,
    draw_figure,
    feeling_of,
    head_units,
)
from studio.providers.local.image.figures.traits import Look, chosen_traits, look_of

__all__ = [
    "FIGURE_WIDTH_UNITS",
    "HEAD_UNITS",
    "Look",
    "chosen_traits",
    "draw_figure",
    "feeling_of",
    "head_units",
    "look_of",
]
