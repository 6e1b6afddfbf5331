"""Music in words: what a music model is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from studio.domain.style import ContentType, MusicMood, Style

_MOODS: Mapping[MusicMood, str] = MappingProxyType(
    {
        MusicMood.CALM: "calm and warm, soft piano and pads, about 70 beats a minute",
        MusicMood.CURIOUS: "curious and light, plucked strings, marimba and soft pulses, about 95 beats a minute",
        MusicMood.TENSE: "tense and dark, low drones, ticking percussion, held strings, about 85 beats a minute",
        MusicMood.EPIC: "epic and wide, orchestral strings, brass and deep drums that grow, about 100 beats a minute",
        MusicMood.PLAYFUL: "playful and bouncy, ukulele, claps and whistles without a voice, about 115 beats a minute",
    }
)
_KINDS: Mapping[ContentType, str] = MappingProxyType(
    {
        ContentType.NEWS: "as the bed under a news report",
        ContentType.STORIES: "as the score of a short story",
        ContentType.MEMES_HUMOR: "as the bed under a comic clip",
        ContentType.EDUCATIONAL: "as the bed under an explanation",
        ContentType.MOTIVATIONAL: "as the score of an encouraging film that rises towards its end",
        ContentType.TUTORIAL: "as the bed under a tutorial",
        ContentType.CUSTOM: "as the bed under a narrated film",
    }
)


def score_prompt(mood: MusicMood, style: Style, seconds: float) -> str:
    """The music of a film of so many seconds. Raises ValueError for the mood `none`, which is no music."""
    if mood not in _MOODS:
        raise ValueError("no music is asked for")
    return (
        f"Instrumental background music, {_MOODS[mood]}, {_KINDS[style.content_type]}. It is {seconds:.0f} seconds "
        "long, begins at once, stays behind a speaking voice and ends cleanly. No vocals, no "
        "spoken words, no sound effects."
    )
