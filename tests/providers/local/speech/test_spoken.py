"""English as it is said, and whose words those are."""

from __future__ import annotations

import pytest

from studio.providers.local.speech.spoken import spoken, written_times


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("See https://www.example.com/a-b.", "See example dot com slash a dash b."),
        ("Mail me@example.org!", "Mail me at example dot org!"),
        ("#LifeHacks for @maria", "hashtag Life Hacks for at maria"),
        ("It costs $9.99, or 3.5 km.", "It costs $9.99, or 3.5 km."),
        ("**bold** fire 🔥", "bold fire "),
    ],
)
def test_addresses_and_tags_are_written_out_and_the_rest_left_alone(written: str, said: str) -> None:
    assert spoken(written) == said


def test_one_written_word_takes_all_the_words_said_for_it() -> None:
    times = written_times(
        ["ran", "5km", "today"], ["ran", "5", "kilometers", "today"], [(0, 1), (1, 2), (2, 4), (4, 5)]
    )

    assert times == [(0, 1), (1, 4), (4, 5)]


def test_a_word_that_is_not_said_gets_the_moment_where_it_stands() -> None:
    times = written_times(["fire", "🔥", "now"], ["fire", "now"], [(0, 1), (1.2, 2)])

    assert times == [(0, 1), (1, 1), (1.2, 2)]
