"""How long scenes and films last around their words."""

from __future__ import annotations

import pytest

from studio.domain.pacing import film_seconds, pauses_seconds, scene_frames


def test_a_scene_lasts_its_words_and_a_breath_in_whole_frames() -> None:
    frames = [scene_frames(place, 3, 2.0, None) for place in range(3)]

    assert frames == [86, 79, 97]


def test_a_wish_makes_a_scene_longer_and_never_shorter_than_its_words() -> None:
    assert scene_frames(1, 3, 2.0, 5.0) == 150
    assert scene_frames(1, 3, 2.0, 1.0) == scene_frames(1, 3, 2.0, None)


@pytest.mark.parametrize("count", [1, 2, 20])
def test_the_pauses_are_what_a_film_lasts_beyond_its_words(count: int) -> None:
    spoken = [2.0 + 0.013 * place for place in range(count)]

    beyond = film_seconds(spoken, [None] * count) - sum(spoken)

    assert beyond == pytest.approx(pauses_seconds(count), abs=count / 60)
