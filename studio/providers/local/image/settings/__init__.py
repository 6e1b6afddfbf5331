"""The places a scene can stand in, by name."""

from __future__ import annotations

from studio.providers.local.image.settings.abstract import Cutouts, Meadow, Orbits, Ribbons, Sunburst
from studio.providers.local.image.settings.built import City, Colonnade, Interior, Stage
from studio.providers.local.image.settings.land import Dunes, Forest, Hills, Mountains
from studio.providers.local.image.settings.sky import Clouds, Night, Space, Vortex
from studio.providers.local.image.settings.water import Bay, Seascape, Shore, Underwater
from studio.providers.local.image.settings.world import Setting, World

__all__ = ["EMPTY", "NEUTRAL", "SETTINGS", "Setting", "World"]

SETTINGS: dict[str, Setting] = {
    "underwater": Underwater(),
    "seascape": Seascape(),
    "shore": Shore(),
    "bay": Bay(),
    "hills": Hills(),
    "mountains": Mountains(),
    "forest": Forest(),
    "dunes": Dunes(),
    "space": Space(),
    "vortex": Vortex(),
    "clouds": Clouds(),
    "night": Night(),
    "city": City(),
    "colonnade": Colonnade(),
    "interior": Interior(),
    "stage": Stage(),
    "cutouts": Cutouts(),
    "sunburst": Sunburst(),
    "ribbons": Ribbons(),
    "orbits": Orbits(),
    "meadow": Meadow(),
}

NEUTRAL = ("stage", "sunburst", "cutouts", "orbits", "ribbons", "stage", "meadow")
"""Where a thing is shown when the words name no place."""

EMPTY = ("hills", "mountains", "seascape", "clouds", "cutouts", "ribbons", "night", "forest", "orbits", "city", "dunes")
"""What is shown when the words name no thing either: places that are a picture by themselves."""
