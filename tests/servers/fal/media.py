"""Small real files, the same bytes for the same wish: pictures, clips, speech and music."""

from __future__ import annotations

import hashlib
import io
import wave
from functools import cache

import av
import numpy as np
from PIL import Image, ImageDraw

FRAMES_PER_SECOND = 12
SAMPLE_RATE = 24_000
SECONDS_PER_CHARACTER = 0.06


def colour_of(wish: str) -> tuple[int, int, int]:
    red, green, blue = hashlib.sha256(wish.encode()).digest()[:3]
    return red, green, blue


@cache
def picture(width: int, height: int, colour: tuple[int, int, int], kind: str) -> bytes:
    """A plain picture with a lighter square in it, as `png`, `jpeg` or `webp`."""
    image = Image.new("RGB", (width, height), colour)
    inner = (width // 4, height // 4, width // 2, height // 2)
    ImageDraw.Draw(image).rectangle(inner, fill=tuple((part + 255) // 2 for part in colour))
    written = io.BytesIO()
    image.save(written, kind.upper(), **({"compress_level": 1} if kind == "png" else {}))
    return written.getvalue()


@cache
def clip(width: int, height: int, seconds: int, colour: tuple[int, int, int], has_sound: bool) -> bytes:
    """An MP4 in which a bar moves down, with a tone where sound is wanted."""
    written = io.BytesIO()
    with av.open(written, "w", format="mp4") as container:
        video = container.add_stream("libx264", rate=FRAMES_PER_SECOND, options={"preset": "ultrafast", "crf": "35"})
        video.width, video.height, video.pix_fmt = width, height, "yuv420p"
        video.codec_context.thread_count = 1
        audio = container.add_stream("aac", rate=SAMPLE_RATE, layout="mono") if has_sound else None
        for index in range(seconds * FRAMES_PER_SECOND):
            picture = np.full((height, width, 3), colour, np.uint8)
            top = index * height // (seconds * FRAMES_PER_SECOND)
            picture[top : top + height // 16] = 255
            container.mux(video.encode(av.VideoFrame.from_ndarray(picture, "rgb24")))
        container.mux(video.encode())
        if audio is not None:
            for packet in _encoded(audio, tone(float(seconds))):
                container.mux(packet)
    return written.getvalue()


def tone(seconds: float, pitch: float = 220.0) -> np.ndarray:
    """Mono 16-bit samples of a quiet tone."""
    times = np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    return (np.sin(2 * np.pi * pitch * times) * 6000).astype(np.int16)


def speech(text: str, speed: float) -> tuple[np.ndarray, list[tuple[str, float, float]]]:
    """A burst of tone for each word, and when each is heard."""
    parts, words, now = [], [], 0.0
    for index, word in enumerate(text.split()):
        length = max(0.12, len(word) * SECONDS_PER_CHARACTER) / speed
        parts += [tone(length, 180 + 20 * (index % 5)), np.zeros(round(0.05 * SAMPLE_RATE), np.int16)]
        words.append((word, round(now, 3), round(now + length, 3)))
        now += length + 0.05
    return np.concatenate(parts) if parts else tone(0.1), words


def wav(samples: np.ndarray) -> bytes:
    written = io.BytesIO()
    with wave.open(written, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE)
        file.writeframes(samples.tobytes())
    return written.getvalue()


def mp3(samples: np.ndarray) -> bytes:
    written = io.BytesIO()
    with av.open(written, "w", format="mp3") as container:
        stream = container.add_stream("libmp3lame", rate=SAMPLE_RATE, layout="mono", options={"b": "48k"})
        for packet in _encoded(stream, samples):
            container.mux(packet)
    return written.getvalue()


def seconds_of(data: bytes) -> float:
    """How long a recording is. Raises av.error.FFmpegError for what is none."""
    with av.open(io.BytesIO(data)) as container:
        return float(container.duration or 0) / av.time_base


def _encoded(stream: av.AudioStream, samples: np.ndarray) -> list[av.Packet]:
    frame = av.AudioFrame.from_ndarray(samples.reshape(1, -1), format="s16", layout="mono")
    frame.sample_rate = SAMPLE_RATE
    resampler = av.AudioResampler(format=stream.format, layout="mono", rate=SAMPLE_RATE)
    packets: list[av.Packet] = []
    for resampled in [*resampler.resample(frame), *resampler.resample(None)]:
        packets += stream.encode(resampled)
    return [*packets, *stream.encode(None)]
