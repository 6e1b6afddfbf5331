"""The fonts that come with studio."""

from __future__ import annotations

import pytest

from studio.domain.errors import Invalid
from studio.domain.style import CaptionLook
from studio.render.fonts import (
    Typeface,
    absent_fonts,
    covers,
    font_versions,
    look_fonts,
    missing_glyphs,
    open_font,
)

SENTENCES = {
    "Latin": "Ação, Übergröße, Łódź, đường, İstanbul",
    "Cyrillic": "Съешь ещё этих мягких булок, їжак",
    "Greek": "Ξεσκεπάζω την ψυχοφθόρα βδελυγμία",
    "Japanese": "タコには三つの心臓があります。",
    "Chinese": "章鱼有三颗心脏，章魚有三顆心臟。",
    "Korean": "문어는 심장이 세 개입니다.",
    "Arabic": "للأخطبوط ثلاثة قلوب، ٣ پنج",
    "Hebrew": "לתמנון יש שלושה לבבות",
    "Devanagari": "ऑक्टोपस के तीन दिल होते हैं।",
    "Thai": "ปลาหมึกมีหัวใจสามดวง",
    "Bengali": "অক্টোপাসের তিনটি হৃদয়",
    "Tamil": "எண்காலிக்கு மூன்று இதயங்கள்",
    "Georgian": "რვაფეხას სამი გული აქვს",
    "Amharic": "ኦክቶፐስ ሦስት ልብ አለው",
    "Emoji": "👨‍👩‍👧 🇧🇷 👍🏽 ❤️ 1️⃣ 🏴󠁧󠁢󠁳󠁣󠁴󠁿",
}


@pytest.mark.parametrize("text", SENTENCES.values(), ids=SENTENCES)
def test_every_script_has_a_font(text: str) -> None:
    assert missing_glyphs(text, CaptionLook()) == []


def test_names_each_character_without_a_glyph_once() -> None:
    missing = missing_glyphs("a 𓀀 b 𓀀 ᚠ", CaptionLook())

    assert missing == ["U+13000 EGYPTIAN HIEROGLYPH A001", "U+16A0 RUNIC LETTER FEHU FEOH FE F"]


def test_joiners_selectors_and_controls_need_no_glyph() -> None:
    assert missing_glyphs("a\u200d\ufe0f\u200b\u202b\n\t\x00", CaptionLook()) == []


def test_all_fonts_are_installed() -> None:
    assert absent_fonts() == []


@pytest.mark.parametrize("font", look_fonts())
def test_every_look_font_writes_english(font: str) -> None:
    assert covers(font, "The quick brown fox, 12 times!")


def test_an_unknown_font_is_refused_and_the_known_ones_are_named() -> None:
    with pytest.raises(Invalid) as refused:
        Typeface("Comic Sans", 400).families()

    assert refused.value.hint == "Choose one of: Montserrat, Anton, Bebas Neue, Inter, Noto Sans."


@pytest.mark.parametrize(
    ("language", "family"),
    [("ja", "JP"), ("ko", "KR"), ("zh", "SC"), ("zh-CN", "SC"), ("zh-TW", "TC"), ("zh-Hant-HK", "HK"), ("en", "SC")],
)
def test_han_characters_are_drawn_as_the_language_writes_them(language: str, family: str) -> None:
    families = Typeface("Montserrat", 800, language).families()

    assert next(name for name in families if "CJK" in name) == f"Noto Sans CJK {family}"


@pytest.mark.parametrize("family", ["Montserrat", "Noto Sans CJK JP", "Noto Sans Devanagari"])
def test_weights_are_real(family: str) -> None:
    glyph = 40

    thin, bold = (open_font(family, weight).get_glyph_extents(glyph) for weight in (300, 800))

    assert thin != bold


def test_versions_name_every_distribution_that_draws_text() -> None:
    names = {name for name, _ in font_versions()}

    assert {"uharfbuzz", "resvg-py", "budoux", "manimgx-fonts", "manimgx-fonts-cjk", "fontpkg-montserrat"} <= names
