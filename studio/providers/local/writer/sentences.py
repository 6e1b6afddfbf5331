"""Passages as sentences, each still the author's own, with what choosing among them needs to know."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import pysbd
from pysbd.languages import LANGUAGE_CODES

from studio.domain.language import primary_language
from studio.domain.reading import spoken_seconds
from studio.providers.local.writer.article import SENTENCE_ENDS, Article, Kind, Passage, ends_sentence
from studio.providers.local.writer.tightening import without_asides
from studio.providers.local.writer.words import stems

_SEGMENTER_OF = {"pt": "es", "uk": "ru", "ca": "es", "gl": "es"}
"""Languages pysbd has no rules for, and the nearest it has."""

_PYSBD_LANGUAGES = frozenset(LANGUAGE_CODES)

_CUT_BY_MARKS = frozenset(("hi", "ar", "fa", "ur"))
"""Where pysbd cuts at commas, or joins everything that lacks its own full stop."""

_ABBREVIATION = re.compile(
    r"(?:^|[\s(])(?:[A-Z]|Dr|Dra|Drs|Mr|Mrs|Ms|Sr|Sra|Srta|Prof|Profa|St|Sta|Sto|Mt|Gen|Col|Capt|Lt|No|nº|Nr|Art|Jan|Feb"
    r"|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|vs|approx|ca|bzw|Hr|Fr|Mme|Mlle|Av|Ave|Exmo|Ltda|Inc|Ltd|Co|ed|vol|fig|p)\.$"
)
_MARK = re.compile(r"[.!?\"']")
_FEWEST_CHARACTERS_PER_MARK = 6
"""Text denser in marks than this is no prose, and pysbd takes minutes over it."""

_LONGEST_SEGMENT = 4_000
"""Characters handed to the segmenter at once: its rules take more than linear time on one endless paragraph."""

_LONGEST_LABEL_WORDS = 12

_LONGEST_CLAUSE_WITHOUT_STOP = 60
"""Characters after which a space ends a clause in scripts that write no full stop."""


@dataclass(frozen=True)
class Sentence:
    """One sentence of the author. `index` is its place in the text, `passage` that of its paragraph.

    `continues` says that it is a further part of a sentence too long to be chosen as one. `is_label` marks bylines,
    captions and the like: short lines without a full stop among paragraphs that have one."""

    index: int
    text: str
    passage: int
    is_first_in_passage: bool
    continues: bool
    is_item: bool
    is_label: bool
    heading: str | None
    stems: tuple[str, ...]
    seconds: float


def sentences_of(article: Article, language: str, *, longest_seconds: float) -> tuple[Sentence, ...]:
    """All spoken sentences of the article in their order; those beyond `longest_seconds` in parts."""
    sentences: list[Sentence] = []
    labels = _labels(article)
    for number, passage in enumerate(article.spoken):
        parts = [
            (text, bool(part))
            for whole in split_sentences(passage.text, language)
            for part, text in enumerate(_parts(whole, longest_seconds, language))
        ]
        for place, (text, continues) in enumerate(parts):
            sentences.append(
                Sentence(
                    index=len(sentences),
                    text=text,
                    passage=number,
                    is_first_in_passage=place == 0,
                    continues=continues,
                    is_item=passage.kind is Kind.ITEM,
                    is_label=passage in labels,
                    heading=passage.heading,
                    stems=stems(text, language),
                    seconds=spoken_seconds(without_asides(text), language),
                )
            )
    return tuple(sentences)


def _parts(text: str, longest_seconds: float, language: str) -> list[str]:
    """The sentence whole, or cut at commas and then at spaces where no film could hold it."""
    seconds = spoken_seconds(text, language)
    if seconds <= longest_seconds:
        return [text]
    longest = max(1, int(len(text) * longest_seconds / seconds))
    parts: list[str] = []
    while len(text) > longest:
        end = _cut_place(text[: longest + 1])
        parts.append(text[:end].strip())
        text = text[end:].strip()
    return [part for part in [*parts, text] if any(character.isalnum() for character in part)]


def _cut_place(window: str) -> int:
    for marks in (";:；：", ",，、،", " "):
        end = max(window.rfind(mark) for mark in marks) + 1
        if end > len(window) // 2:
            return end
    return len(window) - 1


def _labels(article: Article) -> set[Passage]:
    paragraphs = [passage for passage in article.spoken if passage.kind is Kind.PARAGRAPH]
    unfinished = [passage for passage in paragraphs if not ends_sentence(passage.text)]
    if len(paragraphs) < 4 or len(unfinished) > 0.4 * len(paragraphs):
        return set()
    return {passage for passage in unfinished if len(passage.text.split()) <= _LONGEST_LABEL_WORDS}


def split_sentences(text: str, language: str) -> list[str]:
    """The sentences of one paragraph. Nothing but white space is lost between them."""
    parts: list[str] = []
    for piece in _pieces(text):
        parts.extend(_segmented(piece, primary_language(language)))
    return [part for part in _mended(parts) if any(character.isalnum() for character in part)]


def finished(text: str) -> str:
    """The sentence with a mark at its end, so that a voice comes to rest there; a list item often has none."""
    bare = text.rstrip()
    if ends_sentence(bare):
        return bare
    stop = "。" if re.search("[\u3040-\u30ff\u3400-\u9fff]", bare[-1:]) else "."
    stop = "।" if re.search("[\u0900-\u097f]", bare[-1:]) else stop
    return bare if re.search("[\u0e00-\u0eff]", bare[-1:]) else bare.rstrip(",;:、，；：،؛") + stop


def _pieces(text: str) -> Iterator[str]:
    while len(text) > _LONGEST_SEGMENT:
        window = text[:_LONGEST_SEGMENT]
        end = max(window.rfind(mark) for mark in ("。", ". ", "! ", "? ", "।", "؟", "！", "？")) + 1
        end = end or window.rfind(" ") + 1 or _LONGEST_SEGMENT
        yield text[:end]
        text = text[end:]
    yield text


def _segmented(text: str, tongue: str) -> list[str]:
    known = _SEGMENTER_OF.get(tongue, tongue)
    if tongue in ("th", "lo", "km"):
        return _by_spaces(text)
    if tongue in _CUT_BY_MARKS or len(_MARK.findall(text)) > len(text) / _FEWEST_CHARACTERS_PER_MARK:
        return _by_marks(text)
    parts = [part.strip() for part in _segmenter(known if known in _PYSBD_LANGUAGES else "en").segment(text)]
    # pysbd works by substituting marks in the text; where it gives other characters back, plain rules are safer.
    return parts if _letters("".join(parts)) == _letters(text) else _by_marks(text)


@lru_cache(maxsize=8)
def _segmenter(language: str) -> pysbd.Segmenter:
    return pysbd.Segmenter(language=language, clean=False)


def _letters(text: str) -> str:
    return "".join(text.split())


def _by_marks(text: str) -> list[str]:
    ends = re.escape(SENTENCE_ENDS)
    return [part.strip() for part in re.findall(rf".+?(?:[{ends}]+[\"'”’»)\]」』]*(?=\s|$)|$)", text, re.DOTALL)]


def _by_spaces(text: str) -> list[str]:
    parts: list[str] = []
    for word in text.split():
        if parts and len(parts[-1]) < _LONGEST_CLAUSE_WITHOUT_STOP and not ends_sentence(parts[-1]):
            parts[-1] += " " + word
        else:
            parts.append(word)
    return parts


def _mended(parts: list[str]) -> list[str]:
    """Join what was cut after an abbreviation, before a small letter, or within a quotation of one sentence."""
    groups: list[list[str]] = []
    for part in filter(None, parts):
        if groups and _belongs_together(groups[-1][-1], part):
            groups[-1].append(part)
        else:
            groups.append([part])
    return [" ".join(group) for group in groups]


def _belongs_together(before: str, after: str) -> bool:
    if _ABBREVIATION.search(before) and not re.match(r"[\"“«]", after):
        return True
    starts_small = after[0].islower() and after[0].isascii()
    goes_on = starts_small and not before.endswith((":", ";"))
    return goes_on or not any(character.isalnum() for character in after)
