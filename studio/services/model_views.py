"""How a model is shown: from the catalogue's entry and the prices in force to what a person reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from types import MappingProxyType
from typing import Any

from studio.contracts.base import dollars
from studio.contracts.models import PriceView
from studio.domain.credits import FeatureKey
from studio.domain.remote import Medium
from studio.providers.catalogue import ModelSpec, Price, Unit
from studio.services.pricing import price_of
from studio.services.settings import Prices

CHARGED: Mapping[Medium, tuple[FeatureKey, str]] = MappingProxyType(
    {
        Medium.TEXT: (FeatureKey.SCRIPT_GENERATION, "script"),
        Medium.VISION: (FeatureKey.CHARACTER_ANALYSIS, "picture described"),
        Medium.IMAGE: (FeatureKey.IMAGE_GENERATION, "picture"),
        Medium.VIDEO: (FeatureKey.VIDEO_GENERATION, "5 s of video"),
        Medium.SPEECH: (FeatureKey.SPEECH_GENERATION, "scene"),
        Medium.MUSIC: (FeatureKey.MUSIC_GENERATION, "piece"),
    }
)
"""What each medium is paid for as, and for how much of its work."""


def charge(prices: Prices, medium: Medium, model: str) -> dict[str, Any]:
    """The credits for a unit of the model's work, and the unit; None for what is not charged."""
    if medium not in CHARGED:
        return {"credits": None, "credits_unit": None}
    feature, unit = CHARGED[medium]
    return {"credits": price_of(prices, feature, model).credits, "credits_unit": unit}


def price_view(price: Price) -> PriceView:
    """A vendor's list price."""
    return PriceView(
        unit=words(price.unit),
        usd=dollars(price.microusd),
        with_sound_usd=_usd(price.with_sound_microusd),
        following_usd=_usd(price.following_microusd),
        output_usd=_usd(price.output_microusd),
        resolutions={name: dollars(microusd) for name, microusd in price.resolutions.items()},
        step=price.step,
        as_of=price.date.isoformat(),
    )


def words(unit: Unit) -> str:
    return unit.value.replace("_", " ")


def details_of(spec: ModelSpec | None) -> dict[str, Any]:
    """What a model takes and allows; None stands for one that nobody has described."""
    if spec is None:
        spec = ModelSpec("", "", "", Medium.TEXT, "")
    limits = {name.replace("_", " "): most for name, most in asdict(spec.limits).items() if most}
    return {
        "takes": [role.value for role in spec.fields],
        "needs": [role.value for role in spec.required],
        "lengths": _lengths(spec),
        "aspects": [*spec.aspects],
        "limits": limits,
        "voices": [*spec.voices],
        "default_voice": spec.default_voice or None,
        "languages": [*spec.languages],
        "has_word_times": spec.has_word_times,
        "is_structured": spec.is_structured,
        "with_references": _id(spec, spec.with_references),
        "with_start": _id(spec, spec.with_start),
    }


def _lengths(spec: ModelSpec) -> list[int]:
    """The lengths it makes; of a long range the shortest and the longest."""
    if spec.duration is None:
        return []
    return [*spec.duration.choices] or [spec.duration.minimum, spec.duration.maximum]


def _id(spec: ModelSpec, endpoint: str) -> str | None:
    return f"{spec.provider}/{endpoint}" if endpoint else None


def _usd(microusd: int | None) -> str | None:
    return None if microusd is None else dollars(microusd)
