"""Guessing languages and spelling their tags."""

from __future__ import annotations

import pytest

from studio.domain.errors import Invalid
from studio.domain.language import guess_language, language_tag, primary_language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Why octopuses have three hearts", "en"),
        ("Por que o polvo tem três corações", "pt"),
        ("Por qué los pulpos tienen tres corazones", "es"),
        ("Pourquoi les pieuvres ont trois cœurs", "fr"),
        ("Warum Oktopusse drei Herzen haben", "de"),
        ("Perché i polpi hanno tre cuori", "it"),
        ("Waarom heeft een octopus drie harten", "nl"),
        ("タコには心臓が三つある", "ja"),
        ("章鱼有三颗心脏", "zh"),
        ("문어는 심장이 세 개다", "ko"),
        ("للأخطبوط ثلاثة قلوب", "ar"),
        ("ऑक्टोपस के तीन दिल", "hi"),
        ("หมึกยักษ์มีหัวใจสามดวง", "th"),
        ("Почему у осьминога три сердца, мы знаем", "ru"),
        ("Чому в восьминога три серця, і як", "uk"),
        ("Γιατί το χταπόδι έχει τρεις καρδιές", "el"),
    ],
)
def test_guesses_the_language_of_a_line(text: str, language: str) -> None:
    assert guess_language(text) == language


@pytest.mark.parametrize("text", ["", "12345", "🎉", "Photosynthesis"])
def test_falls_back_where_nothing_tells(text: str) -> None:
    assert guess_language(text, default="pt-BR") == "pt-BR"


@pytest.mark.parametrize(
    ("written", "tag"), [("pt_br", "pt-BR"), ("EN", "en"), ("zh-hant-tw", "zh-Hant-TW"), ("es-419", "es-419")]
)
def test_spells_a_tag_in_the_usual_way(written: str, tag: str) -> None:
    assert language_tag(written) == tag
    assert primary_language(tag) == tag.split("-")[0]


@pytest.mark.parametrize("written", ["", "english language", "p", "pt-", "../x"])
def test_refuses_what_is_no_tag(written: str) -> None:
    with pytest.raises(Invalid, match="is not a language tag"):
        language_tag(written)
