"""Which model a name stands for. Adapters are imported when they are chosen: most bring large libraries."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

from studio.domain.errors import Refused
from studio.domain.ports import ImageModel, MusicModel, ScriptWriter, SpeechModel

LOCAL = "local"


class Models:
    """Gives out models by their id, each built once."""

    def __init__(self, *, piper_voice: Path | None = None) -> None:
        self._piper_voice = piper_voice

    def writer(self, model: str | None = None) -> ScriptWriter:
        _only_local(model, "text")
        return self._local_writer

    def image(self, model: str | None = None) -> ImageModel:
        _only_local(model, "image")
        return self._local_image

    def speech(self) -> SpeechModel:
        return self._local_speech

    def music(self) -> MusicModel:
        return self._local_music

    @cached_property
    def _local_writer(self) -> ScriptWriter:
        from studio.providers.local.writer import LocalWriter

        return LocalWriter()

    @cached_property
    def _local_image(self) -> ImageModel:
        from studio.providers.local.image import LocalImages

        return LocalImages()

    @cached_property
    def _local_speech(self) -> SpeechModel:
        from studio.providers.local.speech import LocalSpeech

        return LocalSpeech(piper_voice=self._piper_voice)

    @cached_property
    def _local_music(self) -> MusicModel:
        from studio.providers.local.music import LocalMusic

        return LocalMusic()


def _only_local(model: str | None, medium: str) -> None:
    if model not in (None, LOCAL):
        raise Refused(f"There is no {medium} model called {model}.", hint=f"The {medium} model may be: {LOCAL}")
