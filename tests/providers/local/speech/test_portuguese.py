"""Brazilian Portuguese from spelling to sound; the readings are those of common pronouncing dictionaries."""

from __future__ import annotations

import re
import unicodedata

import pytest

from studio.providers.local.speech import kokoro
from studio.providers.local.speech.portuguese import phonemes


@pytest.mark.parametrize(
    ("word", "sounds"),
    [
        ("coração", "kˌoɾasˈɐ̃ʊ̃"),
        ("corações", "kˌoɾasˈõjs"),
        ("mãe", "mˈɐ̃y"),
        ("rainha", "xˌaˈiɲæ"),
        ("carro", "kˈaxʊ"),
        ("noite", "nˈoɪʧy"),
        ("dia", "ʤˈiæ"),
        ("queijo", "kˈAʒʊ"),
        ("quatro", "kwˈatrʊ"),
        ("linguiça", "lˌiŋɡwˈisæ"),
        ("exame", "ˌezˈɐ̃my"),
        ("texto", "tˈestʊ"),
        ("táxi", "tˈaksi"),
        ("próximo", "prˈɔsimʊ"),
        ("caixa", "kˈIʃæ"),
        ("mesmo", "mˈezmʊ"),
        ("nascer", "nasˈer"),
        ("Brasil", "brazˈiʊ"),
        ("saúde", "sˌaˈuʤy"),
        ("país", "paˈis"),
        ("pais", "pˈIs"),
        ("falam", "fˈalɐ̃ʊ̃"),
        ("porta", "pˈɔɾətæ"),
        ("janela", "ʒˌænˈɛlæ"),
        ("história", "ˌistˈɔɾjæ"),
    ],
)
def test_words_sound_as_they_are_spelt(word: str, sounds: str) -> None:
    assert phonemes(word) == sounds


def test_every_sound_is_one_that_the_voice_knows() -> None:
    text = """Você sabia que o xícara excêntrico do químico Washington à tarde pôs três pães, um lampião, a hélice e o
    jacaré-açu em guerra? Quanto ônibus, ruim, Raul, juízes, psicologia, pneu, advogado, ritmo, kiwi, yoga, show."""

    sounds = "".join(phonemes(word) for word in re.split(r"[\s,.?-]+", text))

    assert set(unicodedata.normalize("NFD", sounds)) <= set(kokoro._NUMBERS)


def test_anything_with_letters_can_be_read() -> None:
    for strange in ("", "q", "gu", "xx", "h", "ãõ", "ŝpécial", "straße", "日本", "aaaa", "uuu", "qüi", "'", "ção"):
        assert isinstance(phonemes(strange), str)
