"""What the tests of the offline writer share: a style, a climate, briefs and a reader of source words."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

from studio.domain.formats import Pressure, ShortFormat, scenes_for
from studio.domain.pacing import film_seconds
from studio.domain.reading import spoken_seconds
from studio.domain.script import Script, ScriptBrief
from studio.domain.style import Climate, ContentType, EmotionalState, Figure, RevelationDynamic, Style

EXAMPLES = Path(__file__).parents[4] / "examples"
STYLE = Style(key="plain", name="Plain", content_type=ContentType.EDUCATIONAL, visual_prompt="flat illustration")
NEUTRAL_INVITATION = "Follow for the next one."


def brief(
    topic: str = "",
    text: str | None = None,
    *,
    format: ShortFormat = ShortFormat.SHORT,
    seconds: float | None = None,
    scenes: int | None = None,
    language: str | None = None,
    pressure: Pressure = Pressure.FLUID,
    style: Style = STYLE,
    figures: tuple[Figure, ...] = (),
) -> ScriptBrief:
    length = seconds or format.rules.default_seconds
    climate = Climate("calm", "Calm", EmotionalState.CURIOSITY, RevelationDynamic.PROGRESSIVE, pressure)
    count = scenes or scenes_for(format, length, pressure)
    return ScriptBrief(topic, style, climate, text, format, length, count, language, figures)


def example(name: str) -> str:
    return (EXAMPLES / name).read_text(encoding="utf-8")


def narration(script: Script) -> str:
    return " ".join(scene.narration for scene in script.scenes)


def seconds_of(script: Script) -> float:
    return sum(spoken_seconds(scene.narration, script.language) for scene in script.scenes)


def film_seconds_of(script: Script) -> float:
    """How long the film of this script lasts when it is spoken at the estimated pace."""
    spoken = [spoken_seconds(scene.narration, script.language) for scene in script.scenes]
    return film_seconds(spoken, [scene.duration_seconds for scene in script.scenes])


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def is_subsequence(part: list[str], whole: list[str]) -> bool:
    remaining = iter(whole)
    return all(word in remaining for word in part)


def has_no_equal_neighbours(values: list[object]) -> bool:
    return all(first != second for first, second in pairwise(values))
