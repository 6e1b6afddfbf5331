"""A voice as people choose it, and what an offline engine has to offer to be one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from studio.domain.ports import Speech, SpeechRequest


@dataclass(frozen=True)
class Voice:
    """`name` is what `--voice` takes; `language` is BCP 47."""

    name: str
    language: str
    engine: str

    def speaks(self, language: str) -> bool:
        return primary(self.language) == primary(language)


class Engine(Protocol):
    """An offline engine. Making one is cheap; what it needs is loaded at the first `speak` and kept."""

    name: str

    def voices(self) -> tuple[Voice, ...]:
        """What it can speak with here; empty when its package or program is not installed."""

    def speak(self, request: SpeechRequest, voice: Voice) -> Speech: ...


def primary(language: str) -> str:
    """The language without region or script: `pt` for `pt-BR` and `pt_PT`."""
    return language.replace("_", "-").split("-")[0].lower()
