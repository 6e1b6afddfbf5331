"""What a short asks of models elsewhere: pictures, clips, voices and music in words such models understand."""

from __future__ import annotations

from collections.abc import Sequence

from studio.db.models.scene import ShortScene
from studio.db.models.short import Short
from studio.domain.credits import video_blocks
from studio.domain.formats import Aspect
from studio.domain.ports import SpeechRequest
from studio.domain.remote import ClipRequest, Reference, ScoreRequest
from studio.domain.style import Climate, Figure, MusicMood, Style
from studio.providers.catalogue import find_spec, suited
from studio.services.scripts import scene_of
from studio.services.wishes import MUSIC, PICTURE, SPEECH, VIDEO, Wish
from studio.services.writing.motion import motion_prompt
from studio.services.writing.pictures import negative_prompt, picture_prompt
from studio.services.writing.score import score_prompt

SLOWER = 1.5
"""How much more slowly a clip may play: the film goes to 1.6, and twice the length would be twice the price."""


def painted_wish(
    short: Short,
    scene: ShortScene,
    style: Style,
    figures: Sequence[Figure],
    references: Sequence[Reference],
    model: str,
) -> Wish:
    request = picture_prompt(scene_of(scene), style, figures, Aspect(short.aspect), scene.seed, references)
    return Wish(PICTURE, scene.id, scene.position, request, model, is_remote=True)


def clip_wish(
    short: Short,
    scene: ShortScene,
    style: Style,
    climate: Climate,
    figures: Sequence[Figure],
    start: Reference | None,
    seconds: float,
    model: str,
) -> Wish:
    """A clip that starts with the scene's picture; `start` is None where a plan only counts."""
    width, height = Aspect(short.aspect).size
    request = ClipRequest(
        prompt=motion_prompt(scene_of(scene), climate.pressure, scene.seed, figures),
        seconds=seconds,
        width=width,
        height=height,
        seed=scene.seed,
        negative_prompt=negative_prompt(style),
        start=start,
    )
    return Wish(VIDEO, scene.id, scene.position, request, model, video_blocks(seconds), is_remote=True)


def clip_seconds(model: str, target_seconds: float, scenes: int) -> float:
    """How long the clip of each scene is ordered: the length of an average scene, as near as the model makes it.

    It follows from what was asked for and not from the spoken words, so that a price told before the script is
    written is the price that is charged; a longer scene plays its clip more slowly."""
    shortest = target_seconds / max(1, scenes) / SLOWER
    duration = suited(find_spec(model), has_start=True).duration
    return float(duration.nearest(shortest)) if duration else shortest


def voiced_wish(short: Short, scene: ShortScene, model: str, voice: str | None) -> Wish:
    request = SpeechRequest(scene.narration, short.language or "en", voice)
    return Wish(SPEECH, scene.id, scene.position, request, model, is_remote=True)


def scored_wish(short: Short, mood: MusicMood, style: Style, seconds: float, model: str) -> Wish:
    """Music for the whole film; a shorter piece than the film is played again."""
    longest = (duration := find_spec(model).duration) and duration.longest
    wanted = min(seconds, float(longest)) if longest else seconds
    request = ScoreRequest(score_prompt(mood, style, wanted), round(wanted, 3), short.seed)
    return Wish(MUSIC, None, 0, request, model, is_remote=True)
