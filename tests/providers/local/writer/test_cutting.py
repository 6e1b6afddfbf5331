"""Cutting lines into scenes: the right number, within bounds, every word in place."""

from __future__ import annotations

import pytest

from studio.domain.formats import ShortFormat
from studio.providers.local.writer.cutting import Line, cut_into_scenes

RULES = ShortFormat.SHORT.rules


def lines_of(*word_counts: int) -> list[Line]:
    return [Line(" ".join(["word"] * count) + ".", place) for place, count in enumerate(word_counts)]


@pytest.mark.parametrize("scenes", [3, 4, 5, 6])
def test_makes_as_many_scenes_as_asked_where_the_bounds_allow_it(scenes: int) -> None:
    cuts = cut_into_scenes(lines_of(*[9] * 9), scenes=scenes, rules=RULES, language="en")

    assert len(cuts) == scenes


def test_divides_a_sentence_no_scene_can_hold_and_keeps_its_words() -> None:
    line = Line("The first half goes on and on until it stops, " * 6 + "and then it ends.", 0)

    cuts = cut_into_scenes([line], scenes=2, rules=RULES, language="en")

    assert " ".join(cut.text for cut in cuts) == line.text
    assert all(cut.seconds <= RULES.scene_maximum_seconds for cut in cuts)


def test_cuts_between_sentences_rather_than_inside_them() -> None:
    lines = [Line("One two three, four five six seven, eight nine ten eleven twelve.", place) for place in range(4)]

    cuts = cut_into_scenes(lines, scenes=4, rules=RULES, language="en")

    assert [cut.text for cut in cuts] == [line.text for line in lines]


def test_makes_one_scene_of_very_little_text() -> None:
    assert [cut.text for cut in cut_into_scenes(lines_of(2), scenes=4, rules=RULES, language="en")] == ["word word."]
