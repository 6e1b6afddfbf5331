"""One studio, three faces: what is done over HTTP ends as it does on the database."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.remote.conftest import Open
from tests.remote.stories import tell_of_a_film, tell_of_words


@pytest.mark.parametrize("way", ["asgi", "http"])
def test_words_settings_and_errors(open_studio: Open, tmp_path: Path, way: str) -> None:
    expected = tell_of_words(open_studio("direct"), tmp_path / "direct")

    assert tell_of_words(open_studio(way), tmp_path / way) == expected


@pytest.mark.parametrize("way", [pytest.param("asgi", marks=pytest.mark.nightly), "http"])
def test_a_film(open_studio: Open, tmp_path: Path, way: str) -> None:
    told = []
    for each in ("direct", way):
        studio, folder = open_studio(each), tmp_path / each / "home"
        folder.mkdir()
        told.append(tell_of_a_film(studio, folder))

    assert told[1] == told[0]
