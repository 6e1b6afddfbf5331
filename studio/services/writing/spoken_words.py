"""Words for a voice: what is cleaned away, what cannot be spoken, and whether they are in the right language."""

from __future__ import annotations

import re
from collections.abc import Iterator

from studio.domain.language import STOP_WORDS, guess_language, primary_language
from studio.domain.text import one_line

_EMPHASIS = re.compile(r"[*`~]+|(?<!\w)_+|_+(?!\w)|^\s*#+\s*|^\s*[-•]\s+")
_EMOJI = re.compile("\\s*(?:[\u2600-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff\ufe0f\u20e3]\u200d?)+")
_MARKUP = re.compile(r"[\[\]<>{}|]|https?://|www\.")
_LABEL = re.compile(
    r"^(?:scene|cena|escena|scène|szene|scena|narrat\w+|narrador\w*|voice ?-?over|host)\b[^.!?]{0,12}:", re.I
)


def spoken(text: str) -> str:
    """The words alone: marks of emphasis and pictograms are for the eye, and no voice can say them."""
    return one_line(_EMOJI.sub("", _EMPHASIS.sub("", one_line(text))))


def narration_faults(narration: str) -> Iterator[str]:
    """What keeps these words from being spoken, as ends of sentences."""
    if not has_words(narration):
        yield "the narration has no words."
    if _MARKUP.search(narration):
        yield "the narration has brackets, tags or links; it must be plain words to be spoken."
    if _LABEL.match(narration):
        yield "the narration begins with a label; it must hold only what the voice says."


def has_words(text: str) -> bool:
    return any(map(str.isalnum, text))


def is_in_language(text: str, language: str) -> bool:
    """Whether the words look like the language; one that studio cannot tell apart is only held to be not English."""
    tongue = primary_language(language)
    guessed = primary_language(guess_language(text, default=tongue))
    return guessed == tongue or (tongue not in STOP_WORDS and guessed != "en")
