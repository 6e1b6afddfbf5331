"""Which model a name stands for. Adapters are imported when they are chosen: most bring large libraries."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from studio.domain.errors import Misconfigured, Refused

if TYPE_CHECKING:
    from studio.domain.ports import ImageModel, MusicModel, ScriptWriter, SpeechModel

LOCAL = "local"
OPENAI = "openai/"


@dataclass(frozen=True)
class TextServer:
    """The OpenAI-compatible server that writes scripts. Without a base URL one is looked for on this machine."""

    base_url: str = ""
    api_key: str = field(default="", repr=False)
    model: str = ""
    is_looked_for: bool = True


class Models:
    """Gives out models by their id, each local one built once."""

    def __init__(self, *, piper_voice: Path | None = None, text_server: TextServer | None = None) -> None:
        self._piper_voice = piper_voice
        self._text_server = text_server or TextServer()

    def writer(self, model: str | None = None, *, has_text: bool = False) -> ScriptWriter:
        """Who writes: `local`, `openai/<model>`, or without a name a language model if there is one.

        An author's own text (`has_text`) is cut by the local writer, which keeps its words, unless a model is named.
        Looking for a server takes at most 0.3 seconds. Raises Misconfigured when the named model has no server."""
        if model == LOCAL or (model is None and has_text):
            return self._local_writer
        if model is None:
            return self._server_writer(self._text_server.model) or self._local_writer
        if not model.startswith(OPENAI) or model == OPENAI:
            raise Refused(f"There is no text model called {model}.", hint="Use local, or openai/ and a model's name.")
        writer = self._server_writer(model.removeprefix(OPENAI))
        if writer is None:
            raise Misconfigured(
                f"There is no server for {model}.", hint="Set STUDIO_OPENAI_BASE_URL, or run Ollama or LM Studio."
            )
        return writer

    def image(self, model: str | None = None) -> ImageModel:
        _only_local(model, "image")
        return self._local_image

    def video(self, model: str | None) -> None:
        """Refuse what was asked to film: there is no video model yet, pictures are moved instead."""
        if model is not None:
            raise Refused(f"There is no video model called {model}.", hint="Leave it out: pictures are moved.")

    def speech(self) -> SpeechModel:
        return self._local_speech

    def music(self) -> MusicModel:
        return self._local_music

    def _server_writer(self, model: str) -> ScriptWriter | None:
        server = self._text_server
        if not server.base_url and not server.is_looked_for:
            return None
        from studio.providers.openai_compatible import OpenAICompatibleWriter, find_local_server

        if server.base_url:
            return OpenAICompatibleWriter(server.base_url, server.api_key or None, model or None)
        found = find_local_server()
        # A key that was set for another server is not handed to whoever listens here.
        return OpenAICompatibleWriter(found, None, model or None) if found else None

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
