"""The ports: what studio asks of a writer, a painter, a voice and a composer, whoever stands behind them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from studio.domain.script import Script, ScriptBrief, Shot
from studio.domain.style import Figure, MusicMood, Style


@dataclass(frozen=True)
class ImageRequest:
    """One picture. `seed` and everything else equal give the same bytes from a local model."""

    prompt: str
    narration: str
    width: int
    height: int
    seed: int
    style: Style
    shot: Shot = Shot.MEDIUM
    figures: tuple[Figure, ...] = ()
    language: str = "en"
    headroom: float = 0.0
    """Share of the height, from the top, that a title will cover: faces and what the scene is about stay below it."""

    turn: int = 0
    """Which of several equally fitting compositions is meant; neighbouring scenes have neighbouring numbers."""


@dataclass(frozen=True)
class Picture:
    """An encoded picture (PNG, JPEG or WebP) and its size in pixels."""

    data: bytes
    width: int
    height: int
    media_type: str = "image/png"


@dataclass(frozen=True)
class WordTime:
    """When a word is heard: seconds from the first sample, and where the word stands in the text that was spoken.

    `text[start_char:end_char]` is the word as the author wrote it, with the punctuation that touches it."""

    start_char: int
    end_char: int
    start_seconds: float
    end_seconds: float


@dataclass(frozen=True)
class SpeechRequest:
    """Words to be spoken. `voice` is a name the engine knows; `speed` 1.0 is its natural pace."""

    text: str
    language: str
    voice: str | None = None
    speed: float = 1.0


@dataclass(frozen=True)
class Speech:
    """A mono 16-bit WAV and its word times. `words` covers every word of the text, in order, without overlap.

    `timing` says where the times come from: `model`, `alignment` or `estimate`."""

    wav: bytes
    seconds: float
    words: tuple[WordTime, ...]
    engine: str
    voice: str
    timing: str


@dataclass(frozen=True)
class MusicRequest:
    """A bed of instrumental music of exactly `seconds`."""

    mood: MusicMood
    seconds: float
    seed: int


@dataclass(frozen=True)
class Music:
    """A stereo 16-bit WAV at 48 kHz."""

    wav: bytes
    seconds: float


class ScriptWriter(Protocol):
    @property
    def name(self) -> str:
        """The model's id, as a short would name it. A writer elsewhere may have to ask its server."""

    @property
    def is_offline(self) -> bool:
        """Whether it works on this machine, where nobody charges for it."""

    def write(self, brief: ScriptBrief) -> Script:
        """Write a script for the brief. Raises Invalid when the source text cannot carry one."""


class ImageModel(Protocol):
    name: str

    def paint(self, request: ImageRequest) -> Picture: ...


class SpeechModel(Protocol):
    name: str

    def speaks(self, language: str) -> bool:
        """Whether there is a voice for this BCP 47 language on this machine."""

    def voice_of(self, request: SpeechRequest) -> str | None:
        """Which voice would speak, as `engine/voice`; None when none here speaks the language.

        Raises Invalid for a voice that was asked for by name and is not there."""

    def speak(self, request: SpeechRequest) -> Speech: ...

    def timed_silence(self, request: SpeechRequest) -> Speech:
        """Silence of the text's natural length with a time for each word."""

    def release(self) -> None:
        """Give back the memory of loaded voices; the next call loads them again."""


class MusicModel(Protocol):
    name: str

    def compose(self, request: MusicRequest) -> Music: ...
