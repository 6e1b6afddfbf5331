"""What work costs in credits: the same few lines tell it beforehand and charge it afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from studio.domain.credits import FeatureKey, Price
from studio.providers.registry import LOCAL
from studio.services.settings import Prices
from studio.services.wishes import MUSIC, PICTURE, SILENT, SPEECH, TIMES, VIDEO

SCRIPT = "script"

LOCAL_ENGINES = frozenset({LOCAL, SILENT, "hibari", "kokoro", "nano", "piper"})
"""The makers of work on this machine, as they stand before the slash of a model's id or a voice's name."""

FEATURES: Mapping[str, FeatureKey] = MappingProxyType(
    {
        SCRIPT: FeatureKey.SCRIPT_GENERATION,
        PICTURE: FeatureKey.IMAGE_GENERATION,
        VIDEO: FeatureKey.VIDEO_GENERATION,
        SPEECH: FeatureKey.SPEECH_GENERATION,
        MUSIC: FeatureKey.MUSIC_GENERATION,
        # A voice whose words have to be listened for is a second piece of work on the same thing.
        TIMES: FeatureKey.SPEECH_GENERATION,
    }
)
"""What each kind of work is paid for as."""


def is_local(model: str) -> bool:
    """Whether this model or voice works on this machine and is free."""
    return model.partition("/")[0] in LOCAL_ENGINES


def price_of(prices: Prices, feature: FeatureKey, model: str, quantity: int = 1) -> Price:
    """What so many units of the model's work cost at these prices."""
    return prices.of(feature, quantity, model=LOCAL if is_local(model) else model)
