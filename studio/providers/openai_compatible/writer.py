"""The writer: it asks for a script, has a faulty one mended once, and one of the wrong length rewritten once."""

from __future__ import annotations

import logging
from functools import cached_property

from studio.domain.errors import RateLimited, ServiceFailed
from studio.domain.language import guess_language, language_tag
from studio.domain.script import Script, ScriptBrief
from studio.domain.text import check_source, one_line
from studio.providers.http import Client
from studio.providers.openai_compatible.chat import ChatServer, Message, api_url, is_loopback
from studio.providers.openai_compatible.draft import Faulty, read_draft, schema, seconds_of
from studio.providers.openai_compatible.prompt import opening, other_length, repair

LENGTH_TOLERANCE = 0.15
"""Share of the wanted length by which the narration may be off before a rewrite is asked for."""

LENGTH_LIMIT = 0.5
"""Share beyond which a script that the model would not rewrite better is refused rather than filmed."""

ANSWER_SECONDS = 600.0
"""A model on an ordinary processor writes a long script in minutes."""

_LOG = logging.getLogger(__name__)


class OpenAICompatibleWriter:
    """A `ScriptWriter` behind an OpenAI-compatible server. At most three answers are asked for per script."""

    def __init__(
        self,
        base_url: str,
        api_key: str | None = None,
        model: str | None = None,
        *,
        answer_seconds: float = ANSWER_SECONDS,
    ) -> None:
        """Without `model` the server is asked which one it has, the first time that matters.

        Raises Misconfigured for an address or a key that cannot be one."""
        client = Client(
            api_url(base_url),
            service="The language model",
            api_key=api_key,
            key_hint="Set STUDIO_OPENAI_API_KEY.",
            answer_seconds=answer_seconds,
        )
        self._server = ChatServer(client)
        self.is_offline = is_loopback(base_url)
        self._wanted_model = model

    @cached_property
    def model(self) -> str:
        """The model's id at the server. Raises ServiceFailed or Misconfigured when it has to be asked for."""
        return self._wanted_model or self._server.only_model()

    @cached_property
    def name(self) -> str:
        return f"openai/{self.model}"

    def write(self, brief: ScriptBrief) -> Script:
        """Write a script that fits the brief: its scenes, its language, its length within 15 % if the model can.

        Raises ServiceFailed when the model cannot, or the server fails; NotAllowed and RateLimited as it says."""
        if brief.source_text is not None:
            check_source(brief.source_text)
        language = _language(brief)
        conversation = opening(brief, language)
        script = self._mended(conversation, brief, language)
        if _is_off(script, brief, LENGTH_TOLERANCE):
            script = self._of_length(script, conversation, brief)
        if _is_off(script, brief, LENGTH_LIMIT):
            raise ServiceFailed(
                f"{self.name} wrote {seconds_of(script):.0f} seconds for a film of {brief.duration_seconds:.0f}.",
                hint="Use a larger model, or choose another --duration.",
            )
        return script

    def _mended(self, conversation: list[Message], brief: ScriptBrief, language: str) -> Script:
        """The first answer, or the second if the first was no script. The conversation then ends with that answer."""
        try:
            return self._ask(conversation, brief, language)
        except Faulty as faulty:
            _LOG.info("the model's script has faults: %s", faulty)
            conversation.append(repair(faulty.faults))
        try:
            return self._ask(conversation, brief, language)
        except Faulty as faulty:
            raise ServiceFailed(
                f"{self.name} did not manage a script: {one_line(faulty.faults[0])}",
                hint="Use a larger model, or your own text with --from.",
                details={"faults": faulty.faults},
            ) from faulty

    def _of_length(self, script: Script, conversation: list[Message], brief: ScriptBrief) -> Script:
        """A rewrite that is nearer to the wanted length, else the script there is."""
        conversation.append(other_length(seconds_of(script), brief, script.language))
        try:
            rewritten = self._ask(conversation, brief, script.language)
        except (Faulty, RateLimited, ServiceFailed) as failure:
            # A good script is in hand: that its length could not be improved is no reason to lose it.
            _LOG.info("the rewrite for length was no use: %s", failure)
            return script
        return min(script, rewritten, key=lambda candidate: abs(seconds_of(candidate) - brief.duration_seconds))

    def _ask(self, conversation: list[Message], brief: ScriptBrief, language: str) -> Script:
        answer = self._server.ask(self.model, conversation, schema(brief.scene_count))
        conversation.append({"role": "assistant", "content": answer})
        return read_draft(answer, brief, language)


def _language(brief: ScriptBrief) -> str:
    return language_tag(brief.language) if brief.language else guess_language(brief.source_text or brief.topic)


def _is_off(script: Script, brief: ScriptBrief, share: float) -> bool:
    return abs(seconds_of(script) - brief.duration_seconds) > share * brief.duration_seconds
