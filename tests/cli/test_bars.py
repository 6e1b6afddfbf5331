"""Bars never outgrow their place."""

from __future__ import annotations

import pytest

from studio.cli.bars import share_bar


@pytest.mark.parametrize(("share", "filled"), [(-1, 0), (0, 0), (0.5, 5), (0.999, 10), (1, 10), (7.5, 10)])
def test_a_share_fills_its_part_of_the_bar(share: float, filled: int) -> None:
    assert share_bar(share, 10) == "█" * filled + "·" * (10 - filled)
