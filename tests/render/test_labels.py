"""Labels on contact sheets."""

from __future__ import annotations

import numpy as np
import pytest

from studio.render.labels import label_image


def ink(image: np.ndarray) -> tuple[int, int]:
    columns = np.flatnonzero(image[..., 3].any(axis=0))
    return int(columns[0]), int(columns[-1])


@pytest.mark.parametrize("text", ["SCENE 1/6", "日本語のラベル", "हिन्दी", "🔥"])
def test_a_label_is_exactly_as_wide_as_asked(text: str) -> None:
    image = label_image(text, 160)

    assert image.shape == (33, 160, 4)
    assert image[..., 3].max() == 255


def test_a_long_label_is_cut_inside_its_width() -> None:
    _, right = ink(label_image("A label that certainly does not fit here", 160))

    assert 130 < right < 160


def test_labels_begin_where_their_script_does() -> None:
    assert ink(label_image("Hi", 160))[0] < 10
    assert ink(label_image("שלום", 160))[1] > 150


def test_letters_have_the_colour_asked_for() -> None:
    image = label_image("MMM", 100, colour="#ff0000")

    assert image[image[..., 3] == 255][:, :3].tolist()[0] == [255, 0, 0]


@pytest.mark.parametrize("text", ["", "   ", "\u200b"])
def test_a_label_of_nothing_is_transparent(text: str) -> None:
    assert not label_image(text, 50).any()
