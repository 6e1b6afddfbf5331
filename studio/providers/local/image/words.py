"""Words as the pictogram search sees them: cut, lowered, without accents or plural endings."""

from __future__ import annotations

import re
import unicodedata

_LETTERS = r"(?:[^\W\d_]|[\u0900-\u0963\u3099\u309a])+"
"""Letters, and the vowel signs of Devanagari and Japanese that Unicode does not count among them."""
_WORD = re.compile(rf"{_LETTERS}(?:['’]{_LETTERS})?")
_SCRIPTS_WITHOUT_SPACES = frozenset({"ja", "zh"})
_LONGEST_GLYPH_RUN = 5

_PLURALS: dict[str, tuple[tuple[str, str], ...]] = {
    "en": (
        ("sses", "ss"),
        ("shes", "sh"),
        ("ches", "ch"),
        ("ouses", "ouse"),
        ("auses", "ause"),
        ("fuses", "fuse"),
        ("uses", "us"),
        ("xes", "x"),
        ("ies", "y"),
        ("oes", "o"),
        ("s", ""),
    ),
    "pt": (
        ("oes", "ao"),
        ("aes", "ao"),
        ("ais", "al"),
        ("eis", "el"),
        ("ois", "ol"),
        ("res", "r"),
        ("zes", "z"),
        ("ns", "m"),
        ("s", ""),
    ),
    "es": (("ciones", "cion"), ("ores", "or"), ("ales", "al"), ("eles", "el"), ("ces", "z"), ("s", "")),
    "fr": (("eaux", "eau"), ("aux", "al"), ("s", "")),
    "de": (("innen", "in"), ("en", ""), ("er", ""), ("e", ""), ("n", ""), ("s", "")),
    "nl": (("en", ""), ("s", "")),
    "it": (("chi", "co"), ("che", "ca"), ("ghi", "go"), ("i", "o"), ("e", "a")),
    "ru": (("ами", ""), ("ов", ""), ("ы", ""), ("и", ""), ("а", ""), ("я", ""), ("у", ""), ("е", "")),
}
_IRREGULAR = {
    "wolves": "wolf", "knives": "knife", "shelves": "shelf", "thieves": "thief", "mice": "mouse", "geese": "goose",
    "feet": "foot", "teeth": "tooth", "children": "child", "oxen": "ox", "octopi": "octopus", "cacti": "cactus",
    "muses": "muse", "amuses": "amuse", "excuses": "excuse", "accuses": "accuse", "abuses": "abuse", "ruses": "ruse",
}  # fmt: skip
_NOT_PLURAL = ("ss", "us", "is")
_SHORTEST_STEM = 3


def base_language(language: str) -> str:
    """`pt-BR` and `pt_br` both speak `pt`."""
    return re.split(r"[-_]", language.lower(), maxsplit=1)[0]


def has_no_spaces(language: str) -> bool:
    return base_language(language) in _SCRIPTS_WITHOUT_SPACES


def tokens(text: str, language: str) -> list[str]:
    """Words in order, lowered, without accents; in Japanese and Chinese every run of up to five glyphs is a word."""
    plain = _without_accents(text.lower())
    found = [re.sub(r"['’]s?$|^[dl]['’]", "", match) for match in _WORD.findall(plain)]
    if has_no_spaces(language):
        return [run for word in found for run in _runs(word)]
    return [part for word in found for part in re.split(r"['’]", word) if part]


def stem(word: str, language: str) -> str:
    """The word without its plural ending, as far as a few endings can tell."""
    base = base_language(language)
    if base == "en" and word in _IRREGULAR:
        return _IRREGULAR[word]
    if base == "en" and word.endswith(_NOT_PLURAL):
        return word
    for ending, replacement in _PLURALS.get(base, ()):
        if word.endswith(ending) and len(word) - len(ending) + len(replacement) >= _SHORTEST_STEM:
            return word[: len(word) - len(ending)] + replacement
    return word


def _without_accents(text: str) -> str:
    """Strip the marks of Latin letters only: in Hindi, Japanese and Korean they are part of the word."""
    return "".join(_bare(sign) for sign in text)


def _bare(sign: str) -> str:
    first = unicodedata.normalize("NFD", sign)[0]
    return first if "a" <= first <= "z" else sign


def _runs(word: str) -> list[str]:
    if word.isascii():
        return [word]
    starts = range(len(word))
    return [
        word[start : start + size]
        for size in range(_LONGEST_GLYPH_RUN, 0, -1)
        for start in starts
        if start + size <= len(word)
    ]
