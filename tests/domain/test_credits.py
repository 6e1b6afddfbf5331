"""The arithmetic of credits: prices, amounts, and which lot is spent first."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.domain.credits import (
    DEFAULT_PRICES,
    FeatureKey,
    Lot,
    burn,
    burn_order,
    checked_amount,
    checked_change,
    price,
    video_blocks,
)
from studio.domain.errors import Invalid


def test_every_feature_has_a_default_price() -> None:
    assert {feature.value: credits for feature, credits in DEFAULT_PRICES.items()} == {
        "script_generation": 1,
        "script_regeneration": 1,
        "scene_regeneration": 1,
        "ai_text_chat": 1,
        "character_analysis": 2,
        "character_generation": 4,
        "image_generation": 5,
        "speech_generation": 1,
        "music_generation": 2,
        "video_generation": 10,
        "short_generation": 10,
    }
    assert set(DEFAULT_PRICES) == set(FeatureKey)


@pytest.mark.parametrize(
    ("seconds", "blocks"), [(0.001, 1), (1, 1), (5, 1), (5.0000000001, 1), (5.001, 2), (9.99, 2), (10, 2), (12, 3)]
)
def test_video_is_paid_by_started_blocks_of_five_seconds(seconds: float, blocks: int) -> None:
    assert video_blocks(seconds) == blocks


@pytest.mark.parametrize("seconds", [0, -1, float("nan"), float("inf"), 1e300])
def test_clips_have_a_length(seconds: float) -> None:
    with pytest.raises(Invalid):
        video_blocks(seconds)


@pytest.mark.parametrize(
    ("feature", "quantity", "multiplier_permille", "credits", "rule"),
    [
        (FeatureKey.IMAGE_GENERATION, 1, 1000, 5, "image_generation: 1 × 5 = 5"),
        (FeatureKey.VIDEO_GENERATION, 2, 1500, 30, "video_generation: 2 × 10 × 1.5 = 30"),
        (FeatureKey.IMAGE_GENERATION, 1, 1001, 6, "image_generation: 1 × 5 × 1.001 = 6"),
        (FeatureKey.VIDEO_GENERATION, 3, 0, 0, "video_generation: 3 × 10 × 0 = 0"),
    ],
)
def test_prices_round_up_and_explain_themselves(
    feature: FeatureKey, quantity: int, multiplier_permille: int, credits: int, rule: str
) -> None:
    found = price(feature, quantity, multiplier_permille=multiplier_permille)

    assert (found.credits, found.rule) == (credits, rule)


def test_other_prices_can_be_in_force() -> None:
    prices = {**DEFAULT_PRICES, FeatureKey.IMAGE_GENERATION: 8}

    assert price(FeatureKey.IMAGE_GENERATION, 3, prices=prices).credits == 24


@pytest.mark.parametrize("multiplier", [-1, 1.5, True, 1_000_001])
def test_multipliers_are_whole_thousandths(multiplier: int) -> None:
    with pytest.raises(Invalid, match="multiplier"):
        price(FeatureKey.IMAGE_GENERATION, multiplier_permille=multiplier)


@pytest.mark.parametrize("value", [1, 10**12])
def test_amounts_go_from_one_to_a_million_millions(value: int) -> None:
    assert checked_amount(value) == checked_change(value) == -checked_change(-value) == value


def test_bad_amounts_are_named_without_flooding_the_terminal() -> None:
    with pytest.raises(Invalid) as caught:
        checked_amount(10**400)

    assert caught.value.message.endswith("not 1000000000000000000000000000000000000....")


_LOTS = st.lists(
    st.builds(
        Lot,
        id=st.uuids().map(str),
        remaining=st.integers(0, 20),
        priority=st.integers(0, 3),
        expires_at=st.none() | st.integers(1, 5),
        created_at=st.integers(1, 3),
    ),
    max_size=6,
)


@given(lots=_LOTS, amount=st.integers(1, 60))
def test_burning_takes_what_is_wanted_or_all_there_is_and_empties_lots_in_order(lots: list[Lot], amount: int) -> None:
    ordered = sorted(lots, key=burn_order)

    parts = burn(ordered, amount)

    assert sum(part for _, part in parts) == min(amount, sum(lot.remaining for lot in lots))
    assert all(part == lot.remaining for lot, part in parts[:-1])
    assert [lot for lot, _ in parts] == [lot for lot in ordered if lot.remaining][: len(parts)]
