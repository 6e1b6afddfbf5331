"""How long and how dense the formats are."""

from __future__ import annotations

import itertools

import pytest

from studio.domain.formats import Aspect, Pressure, ShortFormat, scenes_for


def test_the_formats_have_the_bounds_of_the_design() -> None:
    found = {
        format.value: (
            format.rules.minimum_seconds,
            format.rules.default_seconds,
            format.rules.maximum_seconds,
            format.rules.base_scenes,
            format.rules.scene_minimum_seconds,
            format.rules.scene_maximum_seconds,
            format.rules.aspect,
        )
        for format in ShortFormat
    }

    assert found == {
        "short": (15, 30, 60, 4, 3, 10, Aspect.VERTICAL),
        "reel": (30, 60, 90, 6, 5, 12, Aspect.VERTICAL),
        "long": (60, 120, 180, 10, 8, 15, Aspect.VERTICAL),
        "youtube": (180, 300, 600, 20, 10, 20, Aspect.WIDE),
    }


@pytest.mark.parametrize(("format", "pressure"), list(itertools.product(ShortFormat, Pressure)))
def test_every_length_can_be_cut_into_scenes_within_bounds(format: ShortFormat, pressure: Pressure) -> None:
    rules = format.rules

    for seconds in range(rules.minimum_seconds, rules.maximum_seconds + 1):
        count = scenes_for(format, seconds, pressure)
        assert rules.scene_minimum_seconds <= seconds / count <= rules.scene_maximum_seconds


def test_pressure_changes_the_number_of_scenes() -> None:
    assert [scenes_for(ShortFormat.LONG, 120, pressure) for pressure in Pressure] == [8, 10, 14]


def test_sizes_fit_the_aspects() -> None:
    assert [aspect.size for aspect in Aspect] == [(1080, 1920), (1080, 1080), (1920, 1080)]
