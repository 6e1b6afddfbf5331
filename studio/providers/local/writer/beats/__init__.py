"""The sentences an outline is made of, one module per language. True of any topic, so that nothing is invented."""

from __future__ import annotations

from studio.domain.language import primary_language
from studio.providers.local.writer.beats.de import GERMAN
from studio.providers.local.writer.beats.en import ENGLISH
from studio.providers.local.writer.beats.es import SPANISH
from studio.providers.local.writer.beats.fr import FRENCH
from studio.providers.local.writer.beats.it import ITALIAN
from studio.providers.local.writer.beats.phrasebook import Beat, Phrasebook, TopicKind
from studio.providers.local.writer.beats.pt import PORTUGUESE

__all__ = ["Beat", "Phrasebook", "TopicKind", "phrasebook_for"]

_BOOKS = {"en": ENGLISH, "pt": PORTUGUESE, "es": SPANISH, "fr": FRENCH, "de": GERMAN, "it": ITALIAN}


def phrasebook_for(language: str) -> Phrasebook:
    """The phrasebook of the language, or the English one, whose `language` then says so."""
    return _BOOKS.get(primary_language(language), ENGLISH)
