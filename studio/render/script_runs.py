"""Cutting text where its font must change: user-perceived characters, emoji, and runs of one script in one family."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from studio.render.fonts import EMOJI, Typeface, covers

_ZERO_WIDTH_JOINER = "\u200d"
_KEYCAP = "\u20e3"
_EMOJI_SELECTOR, _TEXT_SELECTOR = "\ufe0f", "\ufe0e"
_DIRECTION_CONTROLS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_EMOJI_BY_DEFAULT = frozenset(
    "⌚⌛⏩⏪⏫⏬⏰⏳◽◾☔☕♈♉♊♋♌♍♎♏♐♑♒♓♿⚓⚡⚪⚫⚽⚾⛄⛅⛎⛔⛪⛲⛳⛵⛺⛽✅✊✋✨❌❎❓❔❕❗➕➖➗➰➿⬛⬜⭐⭕"
)
"""Characters below U+1F000 that Unicode shows as emoji unless told otherwise (emoji-data.txt, Emoji_Presentation)."""

_ONE_FONT_SCRIPTS = {"HIRAGANA": "CJK", "KATAKANA": "CJK", "HANGUL": "CJK", "BOPOMOFO": "CJK", "IDEOGRAPHIC": "CJK"}


@dataclass(frozen=True)
class ScriptRun:
    """Characters `start` to `end` of a text, all of one script and set in one family."""

    start: int
    end: int
    family: str


@dataclass(frozen=True)
class _Cluster:
    start: int
    text: str
    script: str | None
    """None for what any script may use: digits, punctuation, spaces."""


def clean(text: str) -> str:
    """Text as it may be drawn: composed (NFC), on one line, without control and direction characters."""
    spaced = "".join(" " if character in "\t\n\r\v\f\x85\u2028\u2029" else character for character in text)
    return unicodedata.normalize("NFC", "".join(filter(_is_drawable, spaced)))


def clusters(text: str) -> list[str]:
    """Split into what a reader takes for one character: marks, emoji sequences, flags and keycaps stay whole."""
    found: list[str] = []
    for character in text:
        if found and _extends(found[-1], character):
            found[-1] += character
        else:
            found.append(character)
    return found


def is_emoji(cluster: str) -> bool:
    """Whether the cluster is shown as a picture rather than as a letter."""
    first = cluster[0]
    if _TEXT_SELECTOR in cluster:
        return False
    if _EMOJI_SELECTOR in cluster or _KEYCAP in cluster:
        return covers(EMOJI, first)
    return (first >= "\U0001f000" or first in _EMOJI_BY_DEFAULT) and covers(EMOJI, first)


def script_runs(text: str, typeface: Typeface) -> list[ScriptRun]:
    """Cut a cleaned text into runs that a shaper can take: one script, one family each, in reading order."""
    families = typeface.families()
    runs: list[ScriptRun] = []
    for _, group in groupby(_with_scripts(text), key=lambda cluster: cluster.script):
        for run in _family_runs(list(group), families):
            runs.append(run)
    return runs


def _is_drawable(character: str) -> bool:
    kind = unicodedata.category(character)
    return kind not in {"Cc", "Cs", "Cn", "Co"} and character not in _DIRECTION_CONTROLS and character != "\ufeff"


def _extends(cluster: str, character: str) -> bool:
    return (
        unicodedata.category(character) in {"Mn", "Mc", "Me"}
        or character == _ZERO_WIDTH_JOINER
        or (cluster.endswith(_ZERO_WIDTH_JOINER) and character >= "\u2190")
        or "\U0001f3fb" <= character <= "\U0001f3ff"
        or "\U000e0020" <= character <= "\U000e007f"
        or (_is_regional(character) and len(cluster) == 1 and _is_regional(cluster))
    )


def _is_regional(character: str) -> bool:
    return "\U0001f1e6" <= character <= "\U0001f1ff"


def _with_scripts(text: str) -> list[_Cluster]:
    """Digits and punctuation join the script before them, at the beginning the one after them."""
    found = list(_clusters_at(text))
    script = next((cluster.script for cluster in found if cluster.script not in {None, EMOJI}), None)
    joined = []
    for cluster in found:
        script = cluster.script if cluster.script not in {None, EMOJI} else script
        joined.append(_Cluster(cluster.start, cluster.text, cluster.script or script))
    return joined


def _clusters_at(text: str) -> Iterator[_Cluster]:
    start = 0
    for cluster in clusters(text):
        yield _Cluster(start, cluster, EMOJI if is_emoji(cluster) else _script(cluster[0]))
        start += len(cluster)


def _script(character: str) -> str | None:
    """The script as the first word of the character's name says it; Python has no table of scripts."""
    if not unicodedata.category(character).startswith(("L", "M")):
        return None
    word = unicodedata.name(character, "UNKNOWN").replace("-", " ").split()[0]
    return _ONE_FONT_SCRIPTS.get(word, word)


def _family_runs(group: Sequence[_Cluster], families: Sequence[str]) -> Iterator[ScriptRun]:
    """One family for all letters of the group if there is one, so that no word changes its face halfway."""
    if group[0].script == EMOJI:
        families = (EMOJI,)
    letters = "".join(cluster.text for cluster in group if _script(cluster.text[0]))
    favourite = _first_covering(letters, families) or families[0]
    chosen = [(_family_of(cluster, favourite, families), cluster) for cluster in group]
    for family, same in groupby(chosen, key=lambda pair: pair[0]):
        members = [cluster for _, cluster in same]
        yield ScriptRun(members[0].start, members[-1].start + len(members[-1].text), family)


def _family_of(cluster: _Cluster, favourite: str, families: Sequence[str]) -> str:
    if covers(favourite, cluster.text):
        return favourite
    return _first_covering(cluster.text, families) or _first_covering(cluster.text[0], families) or favourite


def _first_covering(text: str, families: Sequence[str]) -> str | None:
    return next((family for family in families if covers(family, text)), None)
