"""Making a sentence shorter without touching its words: what goes are asides and links to a sentence left out."""

from __future__ import annotations

import re

from studio.domain.language import primary_language
from studio.providers.local.writer.cues import cues_for

_ASIDE = re.compile(r"\s*[(（\[]([^()（）\[\]]{1,120})[)）\]]")
_INNER_LINK = re.compile(
    r",\s*(?:however|moreover|therefore|nevertheless|porém|contudo|no entanto|entretanto|além disso|sin embargo"
    r"|no obstante|además|cependant|toutefois|néanmoins|en revanche|jedoch|allerdings|tuttavia|però|inoltre)\s*,",
    re.IGNORECASE,
)
_SPACE_BEFORE_MARK = re.compile(r"\s+([,.;:!?…])")
_BARE_LINKS = {
    language: re.compile(rf"(?:{words})\s+", re.IGNORECASE)
    for language, words in {
        "en": "but|and|yet",
        "pt": "mas|porém|e",
        "es": "pero|y",
        "fr": "mais|et",
        "it": "ma|e",
        "de": "aber|und|doch",
    }.items()
}


def tightened(text: str, language: str, *, follows_its_antecedent: bool) -> str:
    """The sentence without parentheses and, where the sentence before it is not kept, without its leading link.

    What is left are the author's words in their order; the first may gain a capital letter."""
    shorter = without_asides(text)
    return shorter if follows_its_antecedent else without_link(shorter, language)


def without_asides(text: str) -> str:
    """The sentence without what stands in parentheses, unless hardly anything else is there."""
    shorter = _SPACE_BEFORE_MARK.sub(r"\1", _ASIDE.sub("", text)).strip()
    return shorter if sum(character.isalnum() for character in shorter) >= 8 else text


def without_link(text: str, language: str) -> str:
    """The sentence without a leading `However,` or `But`, which points at nothing when the sentence stands alone."""
    text = _INNER_LINK.sub(",", text)
    match = cues_for(language).connective.match(text)
    if match and text[match.end() : match.end() + 1] in (",", ":"):
        return _capitalised(text[match.end() + 1 :].lstrip(), text)
    bare = _BARE_LINKS.get(primary_language(language))
    link = bare.match(text) if bare else None
    return _capitalised(text[link.end() :], text) if link else text


def _capitalised(rest: str, whole: str) -> str:
    """The rest with a capital, or the whole sentence where too little would be left."""
    return rest[0].upper() + rest[1:] if len(rest.split()) >= 3 else whole
