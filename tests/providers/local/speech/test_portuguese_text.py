"""Portuguese figures and signs as they are said."""

from __future__ import annotations

import pytest

from studio.providers.local.speech.portuguese_text import cardinal, spoken_words


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (0, "zero"),
        (16, "dezesseis"),
        (100, "cem"),
        (101, "cento e um"),
        (1000, "mil"),
        (1001, "mil e um"),
        (1969, "mil novecentos e sessenta e nove"),
        (2024, "dois mil e vinte e quatro"),
        (1_250_000, "um milhão duzentos e cinquenta mil"),
        (2_000_000_000, "dois bilhões"),
    ],
)
def test_whole_numbers(number: int, said: str) -> None:
    assert cardinal(number) == said


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("R$9,99", "nove reais e noventa e nove centavos"),
        ("R$ 1", " um real"),
        ("US$5", "cinco dólares"),
        ("20%", "vinte por cento"),
        ("5km", "cinco quilômetros"),
        ("5 km", "cinco quilômetros"),
        ("3,05", "três vírgula zero cinco"),
        ("1.250", "mil duzentos e cinquenta"),
        ("19h30", "dezenove e trinta"),
        ("1º 2ª", "primeiro segunda"),
        ("1999-2004", "mil novecentos e noventa e nove dois mil e quatro"),
        ("CPF ONU", "cê pê éfi ONU"),
        ("GPT-4", "gê pê tê quatro"),
        ("example.com/oi", "example ponto com barra oi"),
        ("Dr. Silva & Sra. Lima", "doutor Silva e senhora Lima"),
    ],
)
def test_signs_and_figures(written: str, said: str) -> None:
    words = spoken_words(written.split())

    assert " ".join(" ".join(word) for word in words) == said


def test_each_written_word_keeps_its_own_spoken_words() -> None:
    assert spoken_words(["custa", "R$", "2,50", "hoje"]) == [
        ["custa"],
        [],
        ["dois", "reais", "e", "cinquenta", "centavos"],
        ["hoje"],
    ]
