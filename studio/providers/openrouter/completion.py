"""A streamed answer of a language model, put together from its chunks."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from studio.domain.errors import Uncertain
from studio.providers.openrouter.failures import Failure, failure_in
from studio.providers.openrouter.reading import mapping, sequence, words

END = "[DONE]"


@dataclass
class Completion:
    """What has been heard so far. `failure` is the first error inside the stream."""

    text: str = ""
    refusal: str = ""
    finish_reason: str = ""
    model: str = ""
    id: str = ""
    usage: Mapping[str, Any] = field(default_factory=dict)
    failure: Failure | None = None
    has_ended: bool = False
    """Whether the server said that it was over."""

    @property
    def is_whole(self) -> bool:
        return self.has_ended or bool(self.finish_reason)

    def hear(self, data: Iterable[str], named: Callable[[str], None]) -> None:
        """Read the stream to its end; `named` is told the id as soon as there is one.

        After an error in the stream the rest is only read for what it cost. Raises Uncertain for what is no chunk."""
        try:
            for datum in data:
                if datum.strip() == END:
                    self.has_ended = True
                    return
                self._take(_chunk(datum), named)
        except Uncertain:
            if self.failure is None:
                raise

    def _take(self, chunk: Mapping[str, Any], named: Callable[[str], None]) -> None:
        self.failure = self.failure or failure_in(chunk)
        self.model = words(chunk.get("model")) or self.model
        # Usage may come in any chunk, alone or beside words, and more than once: the last one counts.
        self.usage = mapping(chunk.get("usage")) or self.usage
        if not self.id and words(chunk.get("id")):
            self.id = words(chunk.get("id"))
            named(self.id)
        choices = sequence(chunk.get("choices"))
        if choices:
            self._take_choice(mapping(choices[0]))

    def _take_choice(self, choice: Mapping[str, Any]) -> None:
        # A server that does not stream sends the whole message at once.
        said = mapping(choice.get("delta")) or mapping(choice.get("message"))
        self.text += _text(said.get("content"))
        self.refusal += words(said.get("refusal"))
        self.finish_reason = words(choice.get("finish_reason")) or self.finish_reason
        if self.finish_reason == "error" and self.failure is None:
            self.failure = Failure(0, "", words(choice.get("native_finish_reason")))


def _chunk(datum: str) -> Mapping[str, Any]:
    try:
        return mapping(json.loads(datum))
    except (ValueError, RecursionError) as error:
        raise Uncertain("OpenRouter took the request and sent an answer that cannot be read.") from error


def _text(content: Any) -> str:
    """The words of a message, which some models give in parts."""
    return words(content) or "".join(words(mapping(part).get("text")) for part in sequence(content))
