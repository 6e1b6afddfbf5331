"""The telling words of a sentence, cut to stems so that `octopus` and `octopuses` are one."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from studio.domain.language import STOP_WORDS, primary_language

STEM_LENGTH = 6

_WORD = re.compile(r"[^\W_]+(?:[-’'][^\W_]+)*")
_SPACELESS_RUN = re.compile("[\u3040-\u30ff\u3400-\u9fff\u0e00-\u0e7f]+")
_HIRAGANA = re.compile("[\u3040-\u309f]+")
_ARTICLE = re.compile(r"^(?:[cdjlmnst]|qu|dell|all|dall|nell|sull|un|quest)[’'](?=\w{2})")
_ENDINGS: tuple[tuple[str, str], ...] = (
    ("coes", "cao"),
    ("oes", "ao"),
    ("ches", "ch"),
    ("shes", "sh"),
    ("sses", "ss"),
    ("uses", "us"),
    ("xes", "x"),
    ("ies", "y"),
)


def stems(text: str, language: str) -> tuple[str, ...]:
    """Stems of the words that carry meaning, in their order; pairs of characters where no spaces are written."""
    small_words = STOP_WORDS.get(primary_language(language), frozenset())
    found: list[str] = []
    for run in _SPACELESS_RUN.findall(text):
        found.extend(_pairs(run))
    for word in _WORD.findall(_SPACELESS_RUN.sub(" ", text).lower()):
        bare = _without_article(word)
        if bare not in small_words and (len(bare) > 1 or bare.isdigit()):
            found.append(stem(bare))
    return tuple(found)


@cache
def stem(word: str) -> str:
    """The word without accents and plural, cut to a length at which its forms meet."""
    plain = unicodedata.normalize("NFKD", word.lower())
    plain = "".join(character for character in plain if not unicodedata.combining(character))
    for ending, base in _ENDINGS:
        if plain.endswith(ending) and len(plain) > len(ending) + 2:
            return (plain[: -len(ending)] + base)[:STEM_LENGTH]
    if plain.endswith("s") and len(plain) > 3 and not plain.endswith(("ss", "us", "is")):
        plain = plain[:-1]
    return plain[:STEM_LENGTH]


def _pairs(run: str) -> list[str]:
    # Hiragana alone is mostly grammar in Japanese; pairs that hold another script carry the meaning.
    pairs = [run[index : index + 2] for index in range(len(run) - 1)] or [run]
    return [pair for pair in pairs if not _HIRAGANA.fullmatch(pair)]


def _without_article(word: str) -> str:
    """French and Italian hang articles on words: `l'eau` is `eau`."""
    return _ARTICLE.sub("", word) if "'" in word or "’" in word else word
