"""How long a text takes to be spoken, from its characters alone: no voice is asked.

The rates are those of unhurried narration: 165 words a minute in Latin script (the pace studio cuts scripts to),
fewer where words are longer, and characters a second where a script writes no spaces. They are rounded from common
newsreading figures (Japanese about 330 characters a minute, Mandarin 270, Korean 330) and are estimates; German,
Spanish and Italian lie between such figures and what the local voices were measured to speak (143, 142 and 130)."""

from __future__ import annotations

import re

from studio.domain.formats import SPEAKING_WORDS_PER_MINUTE
from studio.domain.language import guess_language, primary_language

_WORDS_PER_MINUTE = {
    **{"de": 145, "es": 150, "it": 140},
    **{"ar": 125, "he": 130, "fa": 140, "ur": 150, "hi": 150, "ru": 130, "uk": 130, "bg": 135, "el": 145},
}

_CHARACTERS_PER_SECOND: tuple[tuple[str, str, float], ...] = (
    ("ja", "\u3040-\u30ff\u31f0-\u31ff\u3400-\u9fff\uf900-\ufaff", 5.5),
    ("zh", "\u3040-\u30ff\u31f0-\u31ff\u3400-\u9fff\uf900-\ufaff", 4.5),
    ("ko", "\uac00-\ud7af", 5.5),
    ("th", "\u0e01-\u0e5b", 11.0),
    ("lo", "\u0e81-\u0edf", 11.0),
    ("km", "\u1780-\u17dd", 11.0),
    ("my", "\u1000-\u104f", 11.0),
)
_SPACELESS = {language: re.compile(f"[{ranges}]") for language, ranges, _ in _CHARACTERS_PER_SECOND}
_RATES = {language: rate for language, _, rate in _CHARACTERS_PER_SECOND}


def spoken_seconds(text: str, language: str | None = None) -> float:
    """Seconds a narrator takes for the text, pauses between sentences included.

    `language` is a BCP 47 tag; without it the text is looked at. Mixed scripts are each counted in their own way."""
    tongue = primary_language(language or guess_language(text))
    seconds, remainder = 0.0, text
    for name in _spaceless_languages(tongue):
        seconds += len(_SPACELESS[name].findall(remainder)) / _RATES[name]
        remainder = _SPACELESS[name].sub(" ", remainder)
    return seconds + _word_count(remainder) * 60 / words_per_minute(tongue)


def text_filling(seconds: float, language: str) -> tuple[int, str]:
    """How much text a narrator speaks in so many seconds: a count, and what is counted.

    It is `words`, or `characters` for a language that writes no spaces."""
    tongue = primary_language(language)
    if tongue in _RATES:
        return round(seconds * _RATES[tongue]), "characters"
    return round(seconds * words_per_minute(tongue) / 60), "words"


def words_per_minute(language: str) -> int:
    """The narrating pace for a language that writes spaces between its words."""
    return _WORDS_PER_MINUTE.get(primary_language(language), SPEAKING_WORDS_PER_MINUTE)


def _spaceless_languages(tongue: str) -> list[str]:
    others = [name for name in _SPACELESS if name != tongue]
    return [tongue, *others] if tongue in _SPACELESS else ["zh", *(name for name in others if name != "zh")]


def _word_count(text: str) -> int:
    return sum(1 for word in text.split() if any(character.isalnum() for character in word))
