"""Scenes that stand a little longer than their words, so that a film keeps its length under a voice faster than the
estimate, and stays within the bounds of its format."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from studio.domain.formats import FormatRules
from studio.domain.pacing import film_seconds, scene_frames
from studio.domain.reading import spoken_seconds
from studio.domain.script import ScriptScene

_FASTEST_VOICE = 0.75
"""What the quickest of the voices needs of the estimated time, with some to spare; measured: 0.82, the English one."""

_NEARLY = 0.9
"""A text that fills this much of its format's shortest film is given the rest; a shorter one makes a shorter film."""


def lasting(scenes: Sequence[ScriptScene], seconds: float, language: str) -> tuple[ScriptScene, ...]:
    """The scenes with wishes that together last `seconds`, each in proportion to its words."""
    spoken = [spoken_seconds(scene.narration, language) for scene in scenes]
    frames = [scene_frames(place, len(spoken), length, None) for place, length in enumerate(spoken)]
    shares = [math.ceil(10 * seconds * count / sum(frames)) / 10 for count in frames]
    return tuple(
        replace(scene, duration_seconds=max(scene.duration_seconds or 0.0, share))
        for scene, share in zip(scenes, shares, strict=True)
    )


def within_format(scenes: Sequence[ScriptScene], rules: FormatRules, language: str) -> tuple[ScriptScene, ...]:
    """The scenes of an author's text with the wishes that keep their film within the bounds of its format."""
    spoken = [spoken_seconds(scene.narration, language) for scene in scenes]
    seconds = film_seconds(spoken, [scene.duration_seconds for scene in scenes])
    if seconds > rules.maximum_seconds:
        # The shortest time of a scene gives way to the longest of the film.
        return tuple(replace(scene, duration_seconds=None) for scene in scenes)
    is_near_the_shortest = _NEARLY <= seconds / rules.minimum_seconds <= 1 / _FASTEST_VOICE
    return lasting(scenes, rules.minimum_seconds, language) if is_near_the_shortest else tuple(scenes)
