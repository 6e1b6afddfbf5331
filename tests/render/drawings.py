"""Pictures and small films that the tests of the film engine are made of."""

from __future__ import annotations

import hashlib
import wave
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from studio.domain.script import Shot
from studio.render.encode import EncoderSettings
from studio.render.film import FilmPlan, FilmScene
from studio.render.patch import TimedPatch

WIDTH, HEIGHT = 180, 320


def texture(seed: int, width: int = WIDTH, height: int = HEIGHT) -> NDArray[np.uint8]:
    """Soft coloured blots, different for each seed."""
    noise = np.random.default_rng(seed).normal(0, 1, (height, width, 3)).astype(np.float32)
    blots = cv2.GaussianBlur(noise, (0, 0), max(2.0, width / 90))
    return np.clip(128 + blots / blots.std() * 45, 0, 255).astype(np.uint8)


def save(folder: Path, name: str, pixels: NDArray[np.uint8]) -> Path:
    path = folder / name
    Image.fromarray(pixels).save(path)
    return path


def scene(
    picture: Path, frames: int, *, seed: int = 1, words: str = "", overlays: list[TimedPatch] | None = None
) -> FilmScene:
    key = hashlib.sha256(picture.read_bytes()).hexdigest()
    return FilmScene(picture, key, frames, seed, Shot.WIDE, words, lambda: overlays or [])


def film_plan(folder: Path, *frames: int, fade_frames: int = 4) -> FilmPlan:
    """A film with a picture of its own for each scene."""
    scenes = tuple(
        scene(save(folder, f"{index}.png", texture(index)), count, seed=index) for index, count in enumerate(frames)
    )
    return FilmPlan(WIDTH, HEIGHT, scenes, EncoderSettings.preview(), fade_frames=fade_frames)


def soundtrack(folder: Path, seconds: float) -> Path:
    """A quiet tone between two clicks, one on the first and one on the last hundredth of a second."""
    samples = (np.sin(np.arange(round(seconds * 48_000)) * 0.05) * 2000).astype("<i2")
    samples[:480] = samples[-480:] = 25_000
    path = folder / "sound.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(48_000)
        file.writeframes(np.repeat(samples, 2).tobytes())
    return path
