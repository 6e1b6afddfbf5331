"""Which model a name stands for. Adapters are imported when they are chosen: most bring large libraries."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from studio.domain.errors import Invalid, Misconfigured, Refused
from studio.domain.medium import Medium
from studio.providers.access import ProviderAccess

if TYPE_CHECKING:
    from studio.domain.ports import ImageModel, MusicModel, ScriptWriter, Speech, SpeechModel, SpeechRequest, WordTime
    from studio.domain.remote import RemoteModel
    from studio.providers.catalogue import ModelSpec
    from studio.providers.download import Downloads
    from studio.providers.fal import Fal
    from studio.providers.openai_compatible import OpenAICompatibleModel
    from studio.providers.openrouter import OpenRouter

LOCAL = "local"
AUTO = "auto"
"""Instead of a model: the best one there is a key for, else the one on this machine."""

OPENAI = "openai/"
FAL = "fal"
OPENROUTER = "openrouter"
OPENAI_COMPATIBLE = "openai"
PROVIDERS = (LOCAL, OPENAI_COMPATIBLE, OPENROUTER, FAL)
"""As a model's id begins."""

SERVER_MEDIA = (Medium.TEXT, Medium.VISION)
"""What a model of an OpenAI-compatible server can be asked for."""


@dataclass(frozen=True)
class TextServer:
    """The OpenAI-compatible server that writes scripts. Without a base URL one is looked for on this machine."""

    base_url: str = ""
    api_key: str = field(default="", repr=False)
    model: str = ""
    is_looked_for: bool = True


class Models:
    """Gives out models by their id, each local one built once."""

    def __init__(
        self,
        *,
        piper_voice: Path | None = None,
        text_server: TextServer | None = None,
        access: ProviderAccess | None = None,
    ) -> None:
        self._piper_voice = piper_voice
        self.text_server = text_server or TextServer()
        self.access = access or ProviderAccess()
        self._remote: dict[tuple[str, Medium], RemoteModel] = {}
        self._lock = threading.RLock()

    def chosen(self, medium: Medium, wanted: str | None = None, setting: str = AUTO) -> str:
        """The id of the model that works: the one a person wants, else what the administrators' setting says.

        `auto` is the best one there is a key for, else `local`. Only for a text model a server may be asked which one
        it has, and looking for one on this machine takes at most 0.3 seconds."""
        name = wanted or setting
        return self._best(medium) if name == AUTO else name

    def remote(self, model: str, medium: Medium) -> RemoteModel | None:
        """The model of this id at its provider, the same one each time; None for one on this machine.

        Raises NotFound for an unknown id, Refused for one that is for something else, and Misconfigured without the
        key or the server it needs."""
        if is_local(model):
            return None
        with self._lock:
            if (model, medium) not in self._remote:
                self._remote[model, medium] = self._adapter(model, medium)
            return self._remote[model, medium]

    def keyed(self, medium: Medium) -> str | None:
        """The model that `auto` takes because there is a key for it; None when there is none. Asks nobody."""
        from studio.providers.automatic import automatic

        return next((model for model in automatic(medium) if self.is_ready(model)), None)

    def is_ready(self, model: str) -> bool:
        """Whether the model is on this machine, or there is a key or a server for it. Asks nobody."""
        match model.partition("/")[0]:
            case "openai":
                return bool(self.text_server.base_url)
            case "openrouter":
                return bool(self.access.openrouter_key)
            case "fal":
                return bool(self.access.fal_key)
        return is_local(model)

    def writer(self, model: str = LOCAL) -> ScriptWriter:
        """The writer on this machine; a language model is a `remote` one, wherever it runs."""
        _only_local(model, "offline text")
        return self._local_writer

    def image(self, model: str | None = None) -> ImageModel:
        _only_local(model, "image")
        return self._local_image

    def video(self, model: str | None) -> None:
        """Refuse what was asked to film: there is no video model yet, pictures are moved instead."""
        if model is not None:
            raise Refused(f"There is no video model called {model}.", hint="Leave it out: pictures are moved.")

    def speech(self) -> SpeechModel:
        return self._local_speech

    def recorded(
        self, request: SpeechRequest, sound: bytes, voice: str, heard: Sequence[tuple[str, float, float]]
    ) -> Speech:
        """A recording of the request's words, as WAV: when each word is heard in it, by the times `heard` if they fit.

        `voice` names who spoke. Raises Invalid for what is no such sound."""
        from studio.providers.local.speech.recording import timed_recording

        try:
            return timed_recording(sound, request.text, voice, voice, heard)
        except ValueError as error:
            raise Invalid(f"The recording cannot be used: {error}.") from error

    def timed(
        self, text: str, seconds: float, heard: Sequence[tuple[str, float, float]]
    ) -> tuple[WordTime, ...] | None:
        """When each word of the text is heard in a recording of so many seconds; None where something else is heard."""
        from studio.providers.local.speech.recording import heard_times

        return heard_times(text, seconds, heard)

    def music(self) -> MusicModel:
        return self._local_music

    def _best(self, medium: Medium) -> str:
        # A server that somebody set up for studio comes before a key that may be there for other programs.
        if medium is Medium.TEXT and self.text_server.base_url:
            return self._served(self.text_server.base_url, self.text_server.model).name
        if keyed := self.keyed(medium):
            return keyed
        address = self.server_address() if medium is Medium.TEXT else ""
        return self._served(address, self.text_server.model).name if address else LOCAL

    def _adapter(self, model: str, medium: Medium) -> RemoteModel:
        if model.startswith(OPENAI):
            return self._named(model.removeprefix(OPENAI), medium)
        from studio.providers.catalogue import find_spec

        spec = find_spec(model)
        if medium not in spec.media:
            raise Refused(f"{model} is no {medium} model: it is for {spec.medium}.", hint=_hint(medium))
        return self._openrouter_model(spec) if spec.provider == OPENROUTER else self._fal_model(spec)

    def _openrouter_model(self, spec: ModelSpec) -> RemoteModel:
        self.access.require_openrouter(spec.id)
        from studio.providers.openrouter import OpenRouterChat, OpenRouterImage

        if spec.medium is Medium.IMAGE:
            return OpenRouterImage(self.openrouter, spec)
        return OpenRouterChat(self.openrouter, spec)

    def _fal_model(self, spec: ModelSpec) -> RemoteModel:
        self.access.require_fal(spec.id)
        from studio.providers.catalogue import find_spec
        from studio.providers.fal import FalModel
        from studio.providers.fal.callbacks import callbacks_to
        from studio.providers.suiting import SuitedModel

        webhook = callbacks_to(self.access.public_url, self.access.fal_key) if self.access.public_url else None
        model = FalModel(spec, self.fal, self.downloads.fetch, webhook)
        other = spec.with_references or spec.with_start
        if not other:
            return model
        showing = FalModel(find_spec(f"{spec.provider}/{other}"), self.fal, self.downloads.fetch, webhook)
        return SuitedModel(model, showing, other)

    def _named(self, model: str, medium: Medium) -> RemoteModel:
        """The model of this name at the OpenAI-compatible server."""
        if not model or medium not in SERVER_MEDIA:
            raise Refused(f"There is no {medium} model called {OPENAI}{model}.", hint=_hint(medium))
        address = self.server_address()
        if not address:
            raise Misconfigured(f"There is no server for {OPENAI}{model}.", hint=_SERVER_HINT)
        return self._served(address, model)

    def _served(self, address: str, model: str) -> OpenAICompatibleModel:
        """A model of the OpenAI-compatible server there; without a name the one it has."""
        from studio.providers.openai_compatible import OpenAICompatibleModel

        # A key that was set for another server is not handed to whoever listens here.
        key = self.text_server.api_key if address == self.text_server.base_url else ""
        return OpenAICompatibleModel(address, key or None, model or None)

    def server_address(self) -> str:
        """Where the OpenAI-compatible server is; empty when there is none."""
        server = self.text_server
        if server.base_url or not server.is_looked_for:
            return server.base_url
        from studio.providers import openai_compatible

        return openai_compatible.find_local_server() or ""

    def close(self) -> None:
        """Close the connections to providers that were opened; they open again when they are needed."""
        if "fal" in self.__dict__:
            self.fal.close()
        if "openrouter" in self.__dict__:
            self.openrouter.client.close()

    @cached_property
    def openrouter(self) -> OpenRouter:
        """The connection to OpenRouter. Raises Misconfigured without a key."""
        self.access.require_openrouter("OpenRouter")
        from studio.providers.openrouter import OpenRouter

        return OpenRouter(self.access.openrouter_key, self.access.openrouter_url)

    @cached_property
    def fal(self) -> Fal:
        """The connection to fal, with its live prices and uploads. Raises Misconfigured without a key."""
        access = self.access
        access.require_fal("fal")
        from studio.providers.fal import Fal

        return Fal(
            access.fal_key, queue_url=access.fal_queue_url, rest_url=access.fal_rest_url, api_url=access.fal_api_url
        )

    @cached_property
    def downloads(self) -> Downloads:
        """The guarded download of what providers deliver."""
        from studio.providers.download import Downloads

        return Downloads(self.access.media_hosts)

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


def is_local(model: str) -> bool:
    """Whether this names the model on this machine."""
    return model.partition("/")[0] == LOCAL


_SERVER_HINT = "Set STUDIO_OPENAI_BASE_URL, or run Ollama or LM Studio."


def _hint(medium: Medium) -> str:
    return f"studio models list --medium {medium}"


def _only_local(model: str | None, medium: str) -> None:
    if model not in (None, LOCAL):
        raise Refused(f"There is no {medium} model called {model}.", hint=f"The {medium} model may be: {LOCAL}")
