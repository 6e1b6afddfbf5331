"""Cutting narration into the words and pages that captions show: where words end in each script, what stays whole."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import budoux

from studio.domain.ports import WordTime
from studio.render.fonts import is_invisible
from studio.render.script_runs import clean, clusters, is_emoji

LONGEST_PHRASE = 14
"""Columns after which a phrase of a script without spaces is cut: two caption lines of seven Han characters."""

_PHRASE_COLUMNS = 6
"""Columns of a phrase without spaces that weigh as much as one spaced word."""

_CLOSERS = "\"'”’»›)]}」』）】》"
_SENTENCE_ENDS = tuple(".!?…。！？؟۔।॥።။។")
_CLAUSE_ENDS = tuple(",;:—–-、，；：،؛")
_INITIALS = re.compile(r"^\W*(\w\.)+$")
_ABBREVIATIONS = frozenset(
    {"dr.", "mr.", "mrs.", "ms.", "st.", "vs.", "no.", "prof.", "sr.", "sra.", "dra.", "approx."}
)
_SHORT_WORD = 3


@dataclass(frozen=True)
class Token:
    """What lights up as one word: characters `start` to `end` of the narration, and how they are shown."""

    start: int
    end: int
    text: str
    is_spaced: bool
    """Whether a space stands before it."""
    is_phrase: bool = False
    """Whether its script writes no spaces, so that it is a phrase of any length rather than a word."""
    ends_sentence: bool = False
    ends_clause: bool = False

    @property
    def weight(self) -> float:
        """Its share of `words_per_page`; emoji are no words."""
        if all(map(is_emoji, clusters(self.text))):
            return 0.0
        return columns(self.text) / _PHRASE_COLUMNS if self.is_phrase else 1.0


Page = tuple[Token, ...]


class Span(NamedTuple):
    """When something is heard, in seconds from the first sample of the speech."""

    start_seconds: float
    end_seconds: float


def columns(text: str) -> int:
    """Width in terminal columns: Han, kana, Hangul and emoji take two, marks none."""
    return sum(_column_count(character) for character in text)


def tokens(text: str, language: str) -> list[Token]:
    """The words of a narration in order. Lone punctuation goes with the word before it."""
    pieces = _with_lone_marks_joined(text, list(_pieces(text, language)))
    shown = [(start, end) for start, end in pieces if not all(map(is_invisible, clean(text[start:end])))]
    found = []
    for i, (start, end) in enumerate(shown):
        following = text[shown[i + 1][0]] if i + 1 < len(shown) else ""
        gap = text[end : shown[i + 1][0]] if following else ""
        found.append(_token(text, start, end, following=following, gap=gap))
    return found


def pages(found: Sequence[Token], *, words_per_page: int, line_columns: int) -> list[Page]:
    """Group tokens into pages that read well: full but not crowded, broken at punctuation, never across a sentence."""
    result: list[Page] = []
    for sentence in _sentences(found):
        result += _best_pages(sentence, max(1, words_per_page), line_columns)
    return result


def token_spans(found: Sequence[Token], words: Sequence[WordTime]) -> list[Span]:
    """When each token is heard, interpolated over the characters of the words that were timed.

    Starts never go back, and no token ends after the next one begins."""
    if not words:
        return []
    starts: list[float] = []
    for token in found:
        starts.append(max(_start_of(token, words), starts[-1] if starts else 0.0))
    limits = [*starts[1:], float("inf")]
    ends = (_end_of(token, words) for token in found)
    return [Span(start, max(start, min(end, limit))) for start, end, limit in zip(starts, ends, limits, strict=True)]


def _column_count(character: str) -> int:
    if unicodedata.category(character) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _pieces(text: str, language: str) -> Iterator[tuple[int, int]]:
    for word in re.finditer(r"\S+", text):
        start = word.start()
        for phrase in _phrases(word.group(), language):
            yield start, start + len(phrase)
            start += len(phrase)


def _phrases(word: str, language: str) -> list[str]:
    """A word of a spaced script is one phrase; budoux finds them in Japanese, Chinese and Thai."""
    model = _phrase_model(word, language)
    if model is None:
        return [word]
    return [piece for phrase in _parser(model).parse(word) for piece in _cut(phrase)]


def _phrase_model(word: str, language: str) -> str | None:
    names = {unicodedata.name(character, "").split(" ")[0].split("-")[0] for character in word}
    if names & {"HIRAGANA", "KATAKANA"}:
        return "ja"
    if "THAI" in names:
        return "th"
    if "CJK" not in names or "HANGUL" in names:
        return None
    primary, *rest = language.lower().replace("_", "-").split("-")
    if primary == "ja":
        return "ja"
    return "zh-hant" if {"tw", "hk", "hant", "mo"} & set(rest) else "zh-hans"


@lru_cache(maxsize=4)
def _parser(model: str) -> budoux.Parser:
    loaders = {
        "ja": budoux.load_default_japanese_parser,
        "th": budoux.load_default_thai_parser,
        "zh-hans": budoux.load_default_simplified_chinese_parser,
        "zh-hant": budoux.load_default_traditional_chinese_parser,
    }
    return loaders[model]()


def _cut(phrase: str) -> list[str]:
    pieces = [""]
    for cluster in clusters(phrase):
        if pieces[-1] and columns(pieces[-1] + cluster) > LONGEST_PHRASE and columns(cluster):
            pieces.append("")
        pieces[-1] += cluster
    if len(pieces) > 1 and not any(character.isalnum() for character in pieces[-1]):
        pieces[-2:] = [pieces[-2] + pieces[-1]]
    return pieces


def _with_lone_marks_joined(text: str, pieces: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """A dash between two words belongs to the first; a mark before all words belongs to the next."""
    joined: list[tuple[int, int]] = []
    for start, end in pieces:
        if joined and (_is_lone_mark(text[start:end]) or _is_lone_mark(text[joined[-1][0] : joined[-1][1]])):
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


def _is_lone_mark(piece: str) -> bool:
    return all(unicodedata.category(character)[0] in "PZ" for character in piece)


def _token(text: str, start: int, end: int, *, following: str, gap: str) -> Token:
    shown = clean(text[start:end]).strip()
    return Token(
        start,
        end,
        shown,
        is_spaced=start > 0 and text[start - 1].isspace(),
        is_phrase=_phrase_model(shown, "zh") is not None,
        ends_sentence=not following or "\n" in gap or _ends_sentence(shown, following),
        ends_clause=shown.rstrip(_CLOSERS).endswith(_CLAUSE_ENDS) or shown.endswith(tuple(_CLOSERS)),
    )


def _ends_sentence(shown: str, following: str) -> bool:
    bare = shown.rstrip(_CLOSERS)
    if not bare.endswith(_SENTENCE_ENDS):
        return False
    is_abbreviation = bare.lower() in _ABBREVIATIONS or bool(_INITIALS.match(bare))
    return not (bare.endswith((".", "…")) and (following.islower() or is_abbreviation))


def _sentences(found: Sequence[Token]) -> Iterator[list[Token]]:
    sentence: list[Token] = []
    for token in found:
        sentence.append(token)
        if token.ends_sentence:
            yield sentence
            sentence = []
    if sentence:
        yield sentence


def _best_pages(sentence: list[Token], words_per_page: int, line_columns: int) -> list[Page]:
    """The cheapest way to cut the sentence, found by dynamic programming over where the last page begins."""
    best: list[tuple[float, list[Page]]] = [(0.0, [])]
    for end in range(1, len(sentence) + 1):
        choices = []
        for start in range(end - 1, -1, -1):
            page = tuple(sentence[start:end])
            if len(page) > 1 and not _fits(page, words_per_page, line_columns):
                break
            cost = best[start][0] + _cost(page, sentence, words_per_page)
            choices.append((cost, [*best[start][1], page]))
        best.append(min(choices, key=lambda choice: choice[0]))
    return best[-1][1]


def _fits(page: Page, words_per_page: int, line_columns: int) -> bool:
    width = sum(columns(token.text) + token.is_spaced for token in page)
    # Two lines, less what is lost because no word is cut in the middle to fill the first.
    return sum(token.weight for token in page) <= words_per_page and width <= 1.7 * line_columns


def _cost(page: Page, sentence: Sequence[Token], words_per_page: int) -> float:
    """What is wrong with a page: emptiness, punctuation in its middle, a lone or dangling short word, a late emoji."""
    emptiness = max(0.0, 1 - sum(token.weight for token in page) / words_per_page)
    crossed = sum(token.ends_clause for token in page[:-1])
    last = page[-1]
    is_short = len(last.text) <= (1 if last.is_phrase else _SHORT_WORD)
    is_orphan = len(page) == 1 and columns(last.text) <= _SHORT_WORD + 1 and len(sentence) > 1
    is_dangling = is_short and not (last.ends_clause or last.ends_sentence)
    is_late_emoji = page[0] is not sentence[0] and is_emoji(clusters(page[0].text)[0])
    return 1 + 0.6 * emptiness**2 + 0.9 * crossed + 1.5 * (is_orphan or is_late_emoji) + 0.35 * is_dangling


def _start_of(token: Token, words: Sequence[WordTime]) -> float:
    at = bisect_right(words, token.start, key=lambda word: word.start_char) - 1
    if at >= 0 and token.start < words[at].end_char:
        return _time_at(words[at], token.start)
    return words[at + 1].start_seconds if at + 1 < len(words) else words[-1].end_seconds


def _end_of(token: Token, words: Sequence[WordTime]) -> float:
    at = bisect_right(words, token.end - 1, key=lambda word: word.start_char) - 1
    if at < 0:
        return words[0].start_seconds
    return _time_at(words[at], min(token.end, words[at].end_char))


def _time_at(word: WordTime, character: int) -> float:
    share = (character - word.start_char) / max(1, word.end_char - word.start_char)
    return word.start_seconds + share * (word.end_seconds - word.start_seconds)
