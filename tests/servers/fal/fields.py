"""What each endpoint takes, after fal's published types and not after studio's catalogue, and how it refuses the rest.

Every fault is one entry of the `detail` of a 422."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

Check = Callable[[Any], tuple[str, str] | None]
"""The type and sentence of what is wrong with a value."""

DOCUMENTATION = "https://docs.fal.ai/errors"


def text(least: int = 0, most: int = 1_000_000) -> Check:
    def check(value: Any) -> tuple[str, str] | None:
        if not isinstance(value, str):
            return "string_type", "Input should be a valid string"
        if len(value) < least:
            return "sequence_too_short", f"ensure this value has at least {least} characters"
        return ("sequence_too_long", f"ensure this value has at most {most} characters") if len(value) > most else None

    return check


def number(least: float | None = None, most: float | None = None, *, whole: bool = False) -> Check:
    def check(value: Any) -> tuple[str, str] | None:
        if isinstance(value, bool) or not isinstance(value, int if whole else (int, float)):
            return "int_type" if whole else "float_type", "Input should be a valid number"
        if least is not None and value < least:
            return "greater_than_equal", f"Input should be greater than or equal to {least}"
        return (
            ("less_than_equal", f"Input should be less than or equal to {most}")
            if most is not None and value > most
            else None
        )

    return check


def one_of(*words: str) -> Check:
    def check(value: Any) -> tuple[str, str] | None:
        return (
            None if value in words and isinstance(value, str) else ("one_of", f"Input should be {' or '.join(words)}")
        )

    return check


def flag(value: Any) -> tuple[str, str] | None:
    return None if isinstance(value, bool) else ("bool_type", "Input should be a valid boolean")


def address(value: Any) -> tuple[str, str] | None:
    is_one = isinstance(value, str) and value.startswith(("http://", "https://", "data:"))
    return None if is_one else ("url_type", "URL input should be a string or URL")


def addresses(most: int) -> Check:
    def check(value: Any) -> tuple[str, str] | None:
        if not isinstance(value, list) or not value or any(address(entry) for entry in value):
            return "list_type", "Input should be a valid list of addresses"
        return ("sequence_too_long", f"ensure this value has at most {most} items") if len(value) > most else None

    return check


def group(**fields: Check) -> Check:
    def check(value: Any) -> tuple[str, str] | None:
        if not isinstance(value, dict) or set(value) - set(fields):
            return "model_attributes_type", "Input should be a valid dictionary"
        return next((fault for name, inner in value.items() if (fault := fields[name](inner))), None)

    return check


PRESETS = ("square_hd", "square", "portrait_4_3", "portrait_16_9", "landscape_4_3", "landscape_16_9")


def picture_size(value: Any) -> tuple[str, str] | None:
    if isinstance(value, str):
        return one_of(*PRESETS)(value)
    if not isinstance(value, dict) or set(value) != {"width", "height"}:
        return "image_size", "Input should be a preset or width and height"
    return number(32, 14_142, whole=True)(value["width"]) or number(32, 14_142, whole=True)(value["height"])


_WIDE_ASPECTS = ("21:9", "16:9", "3:2", "4:3", "5:4", "1:1", "4:5", "3:4", "2:3", "9:16")
_KLING_3 = one_of(*(str(seconds) for seconds in range(3, 16)))
_SEEDANCE = one_of("auto", *(str(seconds) for seconds in range(4, 16)))
_SEED = number(0, 2**32, whole=True)

_FLUX = {
    "prompt*": text(),
    "image_size": picture_size,
    "num_images": number(1, 4, whole=True),
    "output_format": one_of("jpeg", "png"),
    "seed": _SEED,
    "sync_mode": flag,
}
_FLUX_OPEN = _FLUX | {
    "acceleration": one_of("none", "regular", "high"),
    "enable_safety_checker": flag,
    "guidance_scale": number(1, 20),
    "num_inference_steps": number(1, 50, whole=True),
}
_SAFETY = {"safety_tolerance": one_of("1", "2", "3", "4", "5", "6")}
_FLUX_2 = {name: check for name, check in _FLUX.items() if name != "num_images"} | _SAFETY
_BANANA = {
    "prompt*": text(3, 50_000),
    "aspect_ratio": one_of("auto", *_WIDE_ASPECTS),
    "limit_generations": flag,
    "num_images": number(1, 4, whole=True),
    "output_format": one_of("jpeg", "png", "webp"),
    "seed": _SEED,
    "sync_mode": flag,
} | _SAFETY
_BANANA_2 = _BANANA | {"resolution": one_of("0.5K", "1K", "2K", "4K"), "enable_web_search": flag}
_BANANA_PRO = _BANANA | {"resolution": one_of("1K", "2K", "4K"), "enable_web_search": flag}
_EDIT = {"image_urls*": addresses(16)}

_KLING = {"prompt*": text(0, 2500), "negative_prompt": text(0, 2500), "cfg_scale": number(0, 1)}
_KLING_ASPECT = {"aspect_ratio": one_of("16:9", "9:16", "1:1")}
_FIVE_OR_TEN = {"duration": one_of("5", "10")}
_VEO = {
    "prompt*": text(),
    "aspect_ratio": one_of("16:9", "9:16"),
    "auto_fix": flag,
    "duration": one_of("4s", "6s", "8s"),
    "generate_audio": flag,
    "negative_prompt": text(),
    "resolution": one_of("720p", "1080p", "4k"),
    "seed": _SEED,
} | _SAFETY
_VEO_START = _VEO | {"image_url*": address, "aspect_ratio": one_of("auto", "16:9", "9:16")}
_SEEDANCE_FIELDS = {
    "prompt*": text(),
    "aspect_ratio": one_of("auto", "21:9", "16:9", "4:3", "1:1", "3:4", "9:16"),
    "bitrate_mode": one_of("standard", "high"),
    "duration": _SEEDANCE,
    "end_user_id": text(),
    "generate_audio": flag,
    "resolution": one_of("480p", "720p", "1080p", "4k"),
}
_H3 = {"prompt*": text(), "duration": number(1, 10, whole=True), "resolution": one_of("480p", "768p", "2K", "4K")}
_KOKORO = {"prompt": text(), "voice": text(), "speed": number(0.1, 5)}
_MINIMAX = {
    "audio_setting": group(sample_rate=number(), bitrate=number(), format=text()),
    "language_boost": one_of(
        *("Chinese", "Chinese,Yue", "English", "Arabic", "Russian", "Spanish", "French", "Portuguese", "German"),
        *("Turkish", "Dutch", "Ukrainian", "Vietnamese", "Indonesian", "Japanese", "Italian", "Korean"),
    ),
    "output_format": one_of("url", "hex"),
    "voice_setting": group(voice_id=text(1), speed=number(0.5, 2), vol=number(), pitch=number(), emotion=text()),
}

FIELDS: Mapping[str, Mapping[str, Check]] = {
    "fal-ai/flux/schnell": _FLUX_OPEN,
    "fal-ai/flux/dev": _FLUX_OPEN,
    "fal-ai/flux-pro/v1.1": _FLUX | _SAFETY | {"enhance_prompt": flag},
    "fal-ai/flux-pro/kontext": {name: check for name, check in _FLUX.items() if name != "image_size"}
    | {"image_url*": address, "aspect_ratio": one_of(*_WIDE_ASPECTS, "9:21"), "guidance_scale": number(1, 20)},
    "fal-ai/flux-2-pro": _FLUX_2,
    "fal-ai/flux-2-pro/edit": _FLUX_2 | _EDIT,
    "fal-ai/nano-banana": _BANANA,
    "fal-ai/nano-banana/edit": _BANANA | _EDIT,
    "fal-ai/nano-banana-2": _BANANA_2,
    "fal-ai/nano-banana-2/edit": _BANANA_2 | _EDIT,
    "fal-ai/nano-banana-pro": _BANANA_PRO,
    "fal-ai/nano-banana-pro/edit": _BANANA_PRO | _EDIT,
    "fal-ai/kling-video/v2.5-turbo/pro/text-to-video": _KLING | _KLING_ASPECT | _FIVE_OR_TEN,
    "fal-ai/kling-video/v2.5-turbo/pro/image-to-video": _KLING
    | _FIVE_OR_TEN
    | {"image_url*": address, "tail_image_url": address},
    "fal-ai/kling-video/v2.6/pro/text-to-video": _KLING | _KLING_ASPECT | _FIVE_OR_TEN | {"generate_audio": flag},
    "fal-ai/kling-video/v2.6/pro/image-to-video": {
        "prompt*": text(0, 2500),
        "negative_prompt": text(0, 2500),
        "duration": one_of("5", "10"),
        "generate_audio": flag,
        "start_image_url*": address,
        "end_image_url": address,
    },
    "fal-ai/kling-video/v3/pro/text-to-video": _KLING | _KLING_ASPECT | {"duration": _KLING_3, "generate_audio": flag},
    "fal-ai/kling-video/v3/pro/image-to-video": _KLING
    | {"duration": _KLING_3, "generate_audio": flag, "start_image_url*": address, "end_image_url": address},
    "fal-ai/veo3.1": _VEO,
    "fal-ai/veo3.1/fast": _VEO,
    "fal-ai/veo3.1/image-to-video": _VEO_START,
    "fal-ai/veo3.1/fast/image-to-video": _VEO_START,
    "bytedance/seedance-2.0/text-to-video": _SEEDANCE_FIELDS,
    "bytedance/seedance-2.0/image-to-video": _SEEDANCE_FIELDS | {"image_url*": address, "end_image_url": address},
    "minimax/h3/text-to-video": _H3 | {"aspect_ratio": one_of("21:9", "16:9", "4:3", "1:1", "3:4", "9:16")},
    "minimax/h3/image-to-video": _H3 | {"image_url*": address, "end_image_url": address},
    "fal-ai/kokoro/american-english": _KOKORO,
    "fal-ai/kokoro/british-english": _KOKORO,
    "fal-ai/kokoro/brazilian-portuguese": _KOKORO,
    "fal-ai/elevenlabs/tts/eleven-v3": {
        "text*": text(1),
        "apply_text_normalization": one_of("auto", "on", "off"),
        "language_code": text(2, 3),
        "stability": number(0, 1),
        "timestamps": flag,
        "voice": text(1),
    },
    "fal-ai/minimax/speech-02-hd": _MINIMAX | {"text*": text(1, 5000)},
    "fal-ai/minimax/speech-2.8-hd": _MINIMAX | {"prompt*": text(1)},
    "fal-ai/elevenlabs/music": {
        "prompt": text(1),
        "force_instrumental": flag,
        "music_length_ms": number(3000, 600_000, whole=True),
        "output_format": one_of("mp3_22050_32", "mp3_44100_128", "pcm_44100"),
    },
    "fal-ai/stable-audio-25/text-to-audio": {
        "prompt*": text(1),
        "guidance_scale": number(1, 25),
        "num_inference_steps": number(4, 8, whole=True),
        "seconds_total": number(1, 190, whole=True),
        "seed": _SEED,
        "sync_mode": flag,
    },
    "fal-ai/elevenlabs/speech-to-text/scribe-v2": {
        "audio_url*": address,
        "diarize": flag,
        "keyterms": addresses(100),
        "language_code": text(2, 3),
        "tag_audio_events": flag,
    },
}
"""By endpoint: the check of each field; a star marks those that must be there."""


def faults_of(endpoint: str, body: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What fal would say is wrong with the body; unknown fields are wrong too, as they are with the stricter models."""
    checks = {name.rstrip("*"): check for name, check in FIELDS[endpoint].items()}
    needed = [name.rstrip("*") for name in FIELDS[endpoint] if name.endswith("*")]
    found = [_fault(name, "missing", "field required", {}) for name in needed if name not in body]
    for name, value in body.items():
        if name not in checks:
            found.append(_fault(name, "extra_forbidden", "Extra inputs are not permitted", value))
        elif (wrong := checks[name](value)) is not None:
            found.append(_fault(name, *wrong, value))
    return found


def _fault(name: str, kind: str, message: str, value: Any) -> dict[str, Any]:
    return {"loc": ["body", name], "msg": message, "type": kind, "url": f"{DOCUMENTATION}#{kind}", "input": value}
