"""Credits: what may be an amount, what a feature costs, and which lot is spent first. Integers only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from math import ceil
from types import MappingProxyType

from studio.domain.errors import Invalid

LARGEST_AMOUNT = 10**12
PERMILLE = 1000
VIDEO_BLOCK_MILLISECONDS = 5_000


@dataclass(frozen=True)
class Balance:
    """What a person can spend, what is set aside for calls under way, and what they owe; in credits."""

    available: int
    held: int
    debt: int


class FeatureKey(StrEnum):
    """What credits are paid for."""

    SCRIPT_GENERATION = "script_generation"
    SCRIPT_REGENERATION = "script_regeneration"
    SCENE_REGENERATION = "scene_regeneration"
    AI_TEXT_CHAT = "ai_text_chat"
    CHARACTER_ANALYSIS = "character_analysis"
    CHARACTER_GENERATION = "character_generation"
    IMAGE_GENERATION = "image_generation"
    SPEECH_GENERATION = "speech_generation"
    MUSIC_GENERATION = "music_generation"
    VIDEO_GENERATION = "video_generation"
    SHORT_GENERATION = "short_generation"


DEFAULT_PRICES: Mapping[FeatureKey, int] = MappingProxyType(
    {
        FeatureKey.SCRIPT_GENERATION: 1,
        FeatureKey.SCRIPT_REGENERATION: 1,
        FeatureKey.SCENE_REGENERATION: 1,
        FeatureKey.AI_TEXT_CHAT: 1,
        FeatureKey.CHARACTER_ANALYSIS: 2,
        FeatureKey.CHARACTER_GENERATION: 4,
        FeatureKey.IMAGE_GENERATION: 5,
        FeatureKey.SPEECH_GENERATION: 1,
        FeatureKey.MUSIC_GENERATION: 2,
        FeatureKey.VIDEO_GENERATION: 10,
        FeatureKey.SHORT_GENERATION: 10,
    }
)
"""Credits per unit: one call, five started seconds of video, or one whole short."""


@dataclass(frozen=True)
class Price:
    """A price with everything that explains it."""

    feature: FeatureKey
    unit_price: int
    quantity: int
    multiplier_permille: int
    credits: int

    @property
    def rule(self) -> str:
        """The calculation in words, such as `video_generation: 2 × 10 × 1.5 = 30`."""
        factors = f"{self.quantity} × {self.unit_price}"
        if self.multiplier_permille != PERMILLE:
            factors += f" × {self.multiplier_permille / PERMILLE:g}"
        return f"{self.feature}: {factors} = {self.credits}"


def price(
    feature: FeatureKey,
    quantity: int = 1,
    *,
    multiplier_permille: int = PERMILLE,
    prices: Mapping[FeatureKey, int] = DEFAULT_PRICES,
) -> Price:
    """What `quantity` units cost, rounded up to whole credits. A multiplier of 0, as offline models have, is free.

    Video is counted by `video_blocks`. Raises Invalid for anything but whole, sensible numbers."""
    checked_amount(quantity, "A quantity")
    if type(multiplier_permille) is not int or not 0 <= multiplier_permille <= 1000 * PERMILLE:
        raise Invalid(f"A price multiplier is 0 to 1000, not {multiplier_permille!r} thousandths.")
    unit_price = prices[feature]
    # Floor division of the negative rounds up without leaving the integers.
    credits = -(-unit_price * quantity * multiplier_permille // PERMILLE)
    return Price(feature, unit_price, quantity, multiplier_permille, credits)


def video_blocks(seconds: float) -> int:
    """How many blocks of five seconds have been started. Raises Invalid unless `seconds` is above 0."""
    if not 0 < seconds <= LARGEST_AMOUNT:
        raise Invalid(f"A clip is longer than 0 seconds, not {seconds!r}.")
    # Whole milliseconds: the 5.0000000001 of a sum of floats has not started a second block.
    milliseconds = max(1, round(Fraction(seconds) * 1000))
    return ceil(Fraction(milliseconds, VIDEO_BLOCK_MILLISECONDS))


def checked_amount(value: object, what: str = "An amount of credits", *, least: int = 1) -> int:
    """`value`, if it is a whole number from `least` to 10¹². Raises Invalid for all else, `True` and `1.0` too."""
    if type(value) is not int or not least <= value <= LARGEST_AMOUNT:
        raise Invalid(f"{what} is a whole number from {least} to {LARGEST_AMOUNT}, not {_shown(value)}.")
    return value


def checked_change(value: object) -> int:
    """`value`, if it is a whole number other than 0 from -10¹² to 10¹². Raises Invalid for all else."""
    if type(value) is not int or value == 0 or not -LARGEST_AMOUNT <= value <= LARGEST_AMOUNT:
        raise Invalid(
            f"A change of credits is a whole number from -{LARGEST_AMOUNT} to {LARGEST_AMOUNT} other than 0,"
            f" not {_shown(value)}.",
            hint="Say how many credits and which way: 50 gives them, -50 takes them away.",
        )
    return value


def in_credits(amount: int) -> str:
    """`1 credit`, `20 credits`."""
    return "1 credit" if amount == 1 else f"{amount} credits"


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 40 else f"{text[:37]}..."


@dataclass
class Lot:
    """What is left of one grant."""

    id: str
    remaining: int
    priority: int
    expires_at: int | None
    created_at: int

    def is_due(self, now: int) -> bool:
        return self.expires_at is not None and self.expires_at <= now


def burn_order(lot: Lot) -> tuple[int, bool, int, int, str]:
    """Lots are spent by priority; then expiring ones first, the earliest first; then the oldest; then by id."""
    return lot.priority, lot.expires_at is None, lot.expires_at or 0, lot.created_at, lot.id


def burn(lots: Iterable[Lot], amount: int) -> list[tuple[Lot, int]]:
    """Which lots give how much of `amount`, in the order given; less than `amount` when they do not hold it."""
    parts = []
    for lot in lots:
        part = min(lot.remaining, amount)
        if part > 0:
            parts.append((lot, part))
            amount -= part
    return parts
