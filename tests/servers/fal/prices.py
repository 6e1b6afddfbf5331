"""What fal charges: its own units, and the price of one. Units recorded from the real service are marked."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_CEILING, Decimal
from typing import Any

UNIT_PRICES: Mapping[str, tuple[str, str]] = {
    "fal-ai/flux/schnell": ("megapixels", "0.003"),
    "fal-ai/flux/dev": ("megapixels", "0.025"),
    "fal-ai/flux-pro/v1.1": ("megapixels", "0.04"),
    "fal-ai/flux-pro/kontext": ("images", "0.04"),
    "fal-ai/flux-2-pro": ("units", "0.015"),
    "fal-ai/nano-banana": ("images", "0.039"),
    "fal-ai/nano-banana-2": ("images", "0.08"),
    "fal-ai/nano-banana-pro": ("images", "0.15"),
    "fal-ai/kling-video/v2.5-turbo": ("seconds", "0.07"),
    "fal-ai/kling-video/v2.6": ("seconds", "0.07"),
    "fal-ai/kling-video/v3": ("units", "0.14"),
    "fal-ai/veo3.1/fast": ("units", "0.05"),
    "fal-ai/veo3.1": ("seconds", "0.4"),
    "bytedance/seedance-2.0": ("1000 tokens", "0.014"),
    "minimax/h3": ("units", "0.01"),
    "fal-ai/kokoro": ("1000 characters", "0.02"),
    "fal-ai/elevenlabs/tts": ("1000 characters", "0.1"),
    "fal-ai/minimax": ("1000 characters", "0.1"),
    "fal-ai/elevenlabs/music": ("minutes", "0.8"),
    "fal-ai/stable-audio-25": ("generations", "0.2"),
    "fal-ai/elevenlabs/speech-to-text": ("minutes", "0.008"),
}
"""By the beginning of the endpoint, the longest that fits: fal's word for its unit, and US dollars for one."""


def unit_of(endpoint: str) -> tuple[str, Decimal]:
    unit, price = UNIT_PRICES[max((start for start in UNIT_PRICES if endpoint.startswith(start)), key=len)]
    return unit, Decimal(price)


def billable_units(
    endpoint: str, body: Mapping[str, Any], size: tuple[int, int], seconds: float, characters: int
) -> Decimal:
    """How many units a job is. `size` is that of the picture made, `seconds` the length of what was made or heard."""
    length, megapixels = Decimal(str(seconds)), _up(Decimal(size[0] * size[1]) / 1_000_000)
    has_sound = bool(body.get("generate_audio", True))
    resolution = str(body.get("resolution", ""))
    match endpoint.split("/"):
        case ["fal-ai", "flux", *_] | ["fal-ai", "flux-pro", "v1.1"]:
            return megapixels
        case ["fal-ai", "flux-2-pro", *_]:
            return megapixels + 1
        case ["fal-ai", "nano-banana-2", *_]:
            return {"0.5K": Decimal("0.75"), "2K": Decimal("1.5"), "4K": Decimal(2)}.get(resolution, Decimal(1))
        case ["fal-ai", "nano-banana-pro", *_]:
            return Decimal(2 if resolution == "4K" else 1)
        case ["fal-ai", "kling-video", "v2.5-turbo", *_]:
            return length
        case ["fal-ai", "kling-video", "v2.6", *_]:
            return length * (2 if has_sound else 1)
        case ["fal-ai", "kling-video", "v3", *_]:
            # Recorded: 4.0 for five seconds without sound, 0.56 USD.
            return length * (Decimal("1.2") if has_sound else Decimal("0.8"))
        case ["fal-ai", "veo3.1", "fast", *_]:
            return length * ((7 if has_sound else 6) if resolution == "4k" else (3 if has_sound else 2))
        case ["fal-ai", "veo3.1", *_]:
            # Recorded: 2.0 for four seconds at 720p without sound, 0.80 USD.
            each = Decimal("0.5") + (Decimal("0.5") if resolution == "4k" else 0) + (Decimal("0.5") if has_sound else 0)
            return length * each
        case ["bytedance", "seedance-2.0", *_]:
            # Recorded: 38.8 for four seconds at 480p.
            each = {"480p": "9.7", "1080p": "48.71", "4k": "111.08"}.get(resolution, "21.67")
            return length * Decimal(each)
        case ["minimax", "h3", *_]:
            return length * {"480p": 5, "768p": 6, "4K": 16}.get(resolution, 13)
        case ["fal-ai", "elevenlabs", "music" | "speech-to-text", *_]:
            return _up(length / 60)
        case ["fal-ai", "kokoro" | "minimax", *_] | ["fal-ai", "elevenlabs", "tts", *_]:
            return Decimal(characters) / 1000
        case _:
            return Decimal(1)


def _up(quantity: Decimal) -> Decimal:
    return quantity.to_integral_value(ROUND_CEILING)
