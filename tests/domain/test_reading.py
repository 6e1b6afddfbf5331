"""How long texts take to be spoken."""

from __future__ import annotations

import pytest

from studio.domain.reading import spoken_seconds, text_filling


def test_reads_latin_script_at_165_words_a_minute() -> None:
    assert spoken_seconds("word " * 165, "en") == pytest.approx(60)
    assert spoken_seconds("palavra " * 165, "pt-BR") == pytest.approx(60)


@pytest.mark.parametrize(
    ("text", "language", "seconds"), [("タ" * 330, "ja", 60), ("心" * 270, "zh", 60), ("심" * 330, "ko", 60)]
)
def test_reads_scripts_without_spaces_by_the_character(text: str, language: str, seconds: float) -> None:
    assert spoken_seconds(text, language) == pytest.approx(seconds)


def test_counts_each_script_of_a_mixed_text_in_its_own_way() -> None:
    assert spoken_seconds("タコ two words", "ja") == pytest.approx(2 / 5.5 + 2 * 60 / 165)


@pytest.mark.parametrize("text", ["", " … — !", "\n"])
def test_takes_no_time_over_what_is_not_spoken(text: str) -> None:
    assert spoken_seconds(text, "en") == 0


def test_looks_at_the_text_when_no_language_is_given() -> None:
    assert spoken_seconds("タコには心臓が三つある") == pytest.approx(11 / 5.5)


@pytest.mark.parametrize(
    ("language", "count", "unit"), [("en", 82, "words"), ("pt-BR", 82, "words"), ("ja", 165, "characters")]
)
def test_the_text_that_fills_a_time_is_counted_as_its_language_is_written(language: str, count: int, unit: str) -> None:
    assert text_filling(30, language) == (count, unit)
