"""Tightening drops asides and dangling links, and never changes a word."""

from __future__ import annotations

import pytest

from studio.providers.local.writer.tightening import tightened


@pytest.mark.parametrize(
    ("text", "language", "shorter"),
    [
        ("However, the blood (blue as ink) is thick.", "en", "The blood is thick."),
        ("But octopuses prefer to crawl.", "en", "Octopuses prefer to crawl."),
        ("The waves, however, ran the other way.", "en", "The waves, ran the other way."),
        ("Porém, o piso mudou depois.", "pt", "O piso mudou depois."),
        ("Cependant, le sang est bleu.", "fr", "Le sang est bleu."),
        ("Aber das Blut ist blau.", "de", "Das Blut ist blau."),
        ("(All of it.)", "en", "(All of it.)"),
        ("But why?", "en", "But why?"),
    ],
)
def test_drops_asides_and_links_to_what_is_not_there(text: str, language: str, shorter: str) -> None:
    assert tightened(text, language, follows_its_antecedent=False) == shorter


def test_keeps_the_link_to_a_sentence_that_is_spoken_before_it() -> None:
    text = "However, the blood is thick."

    assert tightened(text, "en", follows_its_antecedent=True) == text
