"""The models behind the queue: what a job delivers, as files and as JSON, and how many units it is."""

from __future__ import annotations

import base64
import hashlib
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import av

from tests.servers.fal import media
from tests.servers.fal.fields import FIELDS
from tests.servers.fal.prices import billable_units

PRESETS = {
    "square_hd": (1024, 1024),
    "square": (512, 512),
    "portrait_4_3": (768, 1024),
    "portrait_16_9": (576, 1024),
    "landscape_4_3": (1024, 768),
    "landscape_16_9": (1024, 576),
}
LONGER_SIDE = {"0.5K": 512, "2K": 2048, "4K": 4096}
CLIP_SIDE = 384
"""Clips are small, whatever was asked for: nobody looks at them twice."""

DEFAULT_SECONDS = {"veo3.1": 8, "seedance-2.0": 5}


class Unreadable(Exception):
    """An address of the input that leads to nothing, or to something else than it should."""

    def __init__(self, name: str, kind: str) -> None:
        super().__init__(name)
        self.name, self.kind = name, kind


@dataclass
class Made:
    result: dict[str, Any]
    units: Decimal


@dataclass
class Works:
    """Makes what a job asks for. `publish` puts a file on the delivery host; `read` gives one that was uploaded."""

    publish: Callable[[bytes, str, str], dict[str, Any]]
    read: Callable[[str], bytes | None]
    timestamps: str = "characters"
    """The shape of word times: `characters`, `words` or `triples`. The real one is not published."""
    heard: dict[str, list[tuple[str, float, float]]] = field(default_factory=dict)
    hears: list[tuple[str, float, float]] = field(default_factory=list)
    """What is heard in every recording that was not spoken here."""
    lock: threading.Lock = field(default_factory=threading.Lock)

    def make(self, endpoint: str, body: Mapping[str, Any]) -> Made:
        """Raises Unreadable for a reference that fal could not load."""
        with self.lock:
            for name in ("image_url", "start_image_url", "end_image_url", "tail_image_url"):
                if name in body:
                    self._picture(name, body[name])
            for address in body.get("image_urls", ()):
                self._picture("image_urls", address)
            return self._make(endpoint, body)

    def _make(self, endpoint: str, body: Mapping[str, Any]) -> Made:
        if "speech-to-text" in endpoint:
            return self._transcript(endpoint, body)
        if "music" in endpoint or "stable-audio" in endpoint:
            return self._music(endpoint, body)
        if any(part in endpoint for part in ("kokoro", "/tts/", "/speech-")):
            return self._speech(endpoint, body)
        if any(part in endpoint for part in ("kling", "veo", "seedance", "/h3/")):
            return self._clip(endpoint, body)
        return self._image(endpoint, body)

    def _image(self, endpoint: str, body: Mapping[str, Any]) -> Made:
        width, height = _picture_size(body)
        kind = body.get("output_format", "png" if "banana" in endpoint else "jpeg")
        data = media.picture(width, height, media.colour_of(str(body)), kind)
        file = self.publish(data, f"picture.{kind}", f"image/{kind}")
        result: dict[str, Any] = {"images": [file | {"width": width, "height": height}], "seed": body.get("seed", 7)}
        if "banana" in endpoint:
            del result["seed"]
            result["images"][0] |= {"width": None, "height": None, "file_size": None}
            result["description"] = "A picture."
        elif "flux-2" not in endpoint:
            result |= {"has_nsfw_concepts": [False], "prompt": body["prompt"], "timings": {"inference": 0.5}}
        return Made(result, billable_units(endpoint, body, (width, height), 0, 0))

    def _clip(self, endpoint: str, body: Mapping[str, Any]) -> Made:
        default = next((seconds for name, seconds in DEFAULT_SECONDS.items() if name in endpoint), 5)
        seconds = int(str(body.get("duration", default)).removesuffix("s").replace("auto", "5"))
        width, height = _proportions(str(body.get("aspect_ratio", "9:16")).replace("auto", "9:16"), CLIP_SIDE)
        has_sound = "generate_audio" in FIELDS[endpoint] and bool(body.get("generate_audio", True))
        data = media.clip(width, height, seconds, media.colour_of(str(body)), has_sound)
        result: dict[str, Any] = {"video": self.publish(data, "clip.mp4", "video/mp4")}
        if "seedance" in endpoint:
            result["seed"] = 7
        return Made(result, billable_units(endpoint, body, (0, 0), seconds, 0))

    def _speech(self, endpoint: str, body: Mapping[str, Any]) -> Made:
        text = body.get("text") or body.get("prompt") or ""
        speed = body.get("speed") or body.get("voice_setting", {}).get("speed") or 1.0
        samples, words = media.speech(text, float(speed))
        if "kokoro" in endpoint:
            data, file = media.wav(samples), ("speech.wav", "audio/wav")
        else:
            data, file = media.mp3(samples), ("speech.mp3", "audio/mpeg")
        self.heard[hashlib.sha256(data).hexdigest()] = words
        units = billable_units(endpoint, body, (0, 0), 0, len(text))
        if "minimax" in endpoint and body.get("output_format", "hex") == "hex":
            return Made({"audio": data.hex(), "duration_ms": _milliseconds(samples)}, units)
        result: dict[str, Any] = {"audio": self.publish(data, *file)}
        if "minimax" in endpoint:
            result["duration_ms"] = _milliseconds(samples)
        if body.get("timestamps"):
            result["timestamps"] = self._times(words)
        return Made(result, units)

    def _music(self, endpoint: str, body: Mapping[str, Any]) -> Made:
        seconds = body.get("music_length_ms", 0) / 1000 or body.get("seconds_total", 30)
        samples = media.tone(float(seconds), 110.0)
        if "stable-audio" in endpoint:
            result = {"audio": self.publish(media.wav(samples), "music.wav", "audio/wav"), "seed": body.get("seed", 7)}
        else:
            result = {"audio": self.publish(media.mp3(samples), "music.mp3", "audio/mpeg")}
        return Made(result, billable_units(endpoint, body, (0, 0), seconds, 0))

    def _transcript(self, endpoint: str, body: Mapping[str, Any]) -> Made:
        data = self._bytes("audio_url", body["audio_url"])
        try:
            seconds = media.seconds_of(data)
        except av.error.FFmpegError as error:
            raise Unreadable("audio_url", "unsupported_audio_format") from error
        words = (
            self.heard.get(hashlib.sha256(data).hexdigest())
            or self.hears
            or [
                ("Hello", 0.0, seconds / 2),
                ("you.", seconds / 2, seconds),
            ]
        )
        told: list[dict[str, Any]] = []
        for index, (word, start, end) in enumerate(words):
            if index:
                told.append({"text": " ", "start": start, "end": start, "type": "spacing", "speaker_id": None})
            told.append({"text": word, "start": start, "end": end, "type": "word", "speaker_id": None})
        result = {
            "text": " ".join(word for word, _, _ in words),
            "words": told,
            "language_code": "eng",
            "language_probability": 0.99,
        }
        return Made(result, billable_units(endpoint, body, (0, 0), seconds, 0))

    def _times(self, words: list[tuple[str, float, float]]) -> list[Any]:
        if self.timestamps == "words":
            return [{"text": word, "start": start, "end": end} for word, start, end in words]
        if self.timestamps == "triples":
            return [list(word) for word in words]
        characters: list[str] = []
        starts: list[float] = []
        ends: list[float] = []
        for word, start, end in words:
            step = (end - start) / len(word)
            characters += [*word, " "]
            starts += [start + index * step for index in range(len(word))] + [end]
            ends += [start + (index + 1) * step for index in range(len(word))] + [end]
        return [
            {
                "characters": characters,
                "character_start_times_seconds": starts,
                "character_end_times_seconds": ends,
            }
        ]

    def _picture(self, name: str, address: str) -> None:
        data = self._bytes(name, address)
        if not data.startswith((b"\x89PNG", b"\xff\xd8\xff", b"RIFF")):
            raise Unreadable(name, "image_load_error")

    def _bytes(self, name: str, address: str) -> bytes:
        data = base64.b64decode(address.partition(",")[2]) if address.startswith("data:") else self.read(address)
        if data is None:
            raise Unreadable(name, "file_download_error")
        return data


def _picture_size(body: Mapping[str, Any]) -> tuple[int, int]:
    wanted = body.get("image_size", "landscape_4_3")
    if "image_size" in body or "aspect_ratio" not in body:
        return PRESETS[wanted] if isinstance(wanted, str) else (wanted["width"], wanted["height"])
    return _proportions(body["aspect_ratio"].replace("auto", "1:1"), LONGER_SIDE.get(body.get("resolution", ""), 1024))


def _proportions(aspect: str, longer: int) -> tuple[int, int]:
    across, down = (int(part) for part in aspect.split(":"))
    scale = longer / max(across, down)
    return round(across * scale / 16) * 16, round(down * scale / 16) * 16


def _milliseconds(samples: Any) -> int:
    return round(len(samples) * 1000 / media.SAMPLE_RATE)
