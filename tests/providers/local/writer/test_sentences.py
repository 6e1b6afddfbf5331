"""Splitting paragraphs into sentences without losing a letter."""

from __future__ import annotations

import pytest

from studio.providers.local.writer.sentences import finished, split_sentences


@pytest.mark.parametrize(
    ("text", "language", "sentences"),
    [
        ("Dr. Smith came on Jan. 5. It rained.", "en", ["Dr. Smith came on Jan. 5.", "It rained."]),
        ("A Dra. Lima chegou. Choveu muito.", "pt", ["A Dra. Lima chegou.", "Choveu muito."]),
        ("¿Por qué? Nadie lo sabe.", "es", ["¿Por qué?", "Nadie lo sabe."]),
        ("It costs $9.99! Really?", "en", ["It costs $9.99!", "Really?"]),
        ("心臓は三つある。血は青い。", "ja", ["心臓は三つある。", "血は青い。"]),
        ("له ثلاثة قلوب، ودمه أزرق. لماذا؟", "ar", ["له ثلاثة قلوب، ودمه أزرق.", "لماذا؟"]),
        ("दिल तीन हैं। खून नीला है।", "hi", ["दिल तीन हैं।", "खून नीला है।"]),
    ],
)
def test_splits_where_sentences_end(text: str, language: str, sentences: list[str]) -> None:
    assert split_sentences(text, language) == sentences


@pytest.mark.parametrize("language", ["en", "pt", "de", "ja", "ar", "th", "ko", "sw"])
def test_loses_nothing_but_white_space(language: str) -> None:
    text = 'A. "B?" c! 3.5 km; (x) — y… 心臓。 قلب؟ दिल। หัวใจ U.S. end'

    parts = split_sentences(text, language)

    assert "".join("".join(parts).split()) == "".join(text.split())


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("An item", "An item."),
        ("Done!", "Done!"),
        ("心臓", "心臓。"),
        ("दिल", "दिल।"),
        ("Wait,", "Wait."),
        ("หัวใจ", "หัวใจ"),
    ],
)
def test_gives_a_line_without_a_mark_one_in_its_script(text: str, spoken: str) -> None:
    assert finished(text) == spoken
