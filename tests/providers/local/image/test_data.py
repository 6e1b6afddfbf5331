"""The data that ships with the picture maker stays small and keeps its licences."""

from __future__ import annotations

from importlib.resources import files

import resvg_py

from studio.providers.local.image.pictograms import shipped_pictograms

DATA = files("studio.providers.local.image") / "data"


def test_no_file_is_larger_than_a_megabyte_and_all_together_are_under_one_and_a_half() -> None:
    sizes = [len(entry.read_bytes()) for entry in DATA.iterdir()]

    assert max(sizes) < 700_000
    assert sum(sizes) < 1_500_000


def test_the_licences_of_what_is_included_lie_beside_it() -> None:
    texts = [(DATA / f"LICENSE-{name}.txt").read_text() for name in ("fluent-emoji", "emojilib", "emojibase")]

    assert all("Permission is hereby granted, free of charge" in text for text in texts)
    assert "Microsoft" in texts[0]


def test_no_pictogram_carries_text_or_a_reference_to_a_file() -> None:
    pictograms = shipped_pictograms()

    offenders = [
        name for name in pictograms.names if any(mark in pictograms.body(name) for mark in ("<text", "<image", "http"))
    ]

    assert offenders == []


def test_pictograms_are_whole_drawings() -> None:
    pictograms = shipped_pictograms()
    sheet = "".join(f"<g>{pictograms.body(name)}</g>" for name in pictograms.names[::8])

    png = resvg_py.svg_to_bytes(
        svg_string=f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">{sheet}</svg>', width=32
    )

    assert png.startswith(b"\x89PNG")
