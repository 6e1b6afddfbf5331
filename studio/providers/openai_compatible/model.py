"""One model behind a server that speaks OpenAI's chat completions, on this machine or elsewhere.

Such servers give no id to ask by later: what is not answered at once is lost, and on this machine it costs nothing."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, NoReturn

from pydantic import BaseModel, ValidationError

from studio.domain.errors import Invalid, Rejected, ServiceFailed, StudioError, Uncertain
from studio.domain.progress import Cancelled, never
from studio.domain.remote import Answer, ChatRequest, Order, Reference, RemoteFile, RemoteRequest, Ticket
from studio.providers.access import OPENAI_KEY_HINT
from studio.providers.http import Client
from studio.providers.openai_compatible.chat import (
    REFUSED_FORMAT,
    ChatServer,
    api_url,
    is_loopback,
    json_within,
    without_thoughts,
)

ENDPOINT = "chat/completions"

ANSWER_SECONDS = 600.0
"""A model on an ordinary processor writes a long script in minutes."""

Read = Callable[[Reference], bytes]


class _Message(BaseModel):
    content: str | None = None
    refusal: str | None = None


class _Choice(BaseModel):
    message: _Message
    finish_reason: str | None = None


class _Completion(BaseModel):
    choices: list[_Choice]
    model: str | None = None
    usage: dict[str, Any] | None = None


class OpenAICompatibleModel:
    """A `RemoteModel` for chat. Threads may share it; it remembers which forms of structured output were refused."""

    provider = "openai"
    may_repeat = True
    window_seconds = 0.0

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
        self._client = Client(
            api_url(base_url),
            service="The language model",
            api_key=api_key,
            key_hint=OPENAI_KEY_HINT,
            answer_seconds=answer_seconds,
        )
        self.is_offline = is_loopback(self._client.base_url)
        self._wanted_model = model
        self._refused_forms = 0

    @cached_property
    def model(self) -> str:
        """The model's id at the server. Raises ServiceFailed or Misconfigured when it has to be asked for."""
        return self._wanted_model or ChatServer(self._client).only_model()

    @cached_property
    def name(self) -> str:
        return f"openai/{self.model}"

    def prepare(self, request: RemoteRequest, read: Read) -> Order:
        if not isinstance(request, ChatRequest):
            raise Invalid(f"{self.name} writes, and does nothing else.")
        body = {"model": self.model, "messages": chat_messages(request, read), "stream": False}
        return Order(ENDPOINT, {**body, **structured(request)})

    def quote(self, request: RemoteRequest) -> int | None:
        return self._cost

    def send(
        self, order: Order, marker: str, accepted: Callable[[Ticket], None], cancelled: Cancelled = never
    ) -> Answer:
        """Ask, and where the form of the answer is refused, which costs nothing, ask in a simpler form.

        On this machine nothing is owed for an answer that is lost; elsewhere it is Uncertain what is."""
        try:
            return self._answer(self._posted(order), is_structured="response_format" in order.body)
        except Uncertain as error:
            if self.is_offline:
                hint = "Look at its own log, then run the same command again."
                raise ServiceFailed(error.message, hint=hint, details=error.details) from error
            raise

    def look(self, order: Order, ticket: Ticket) -> NoReturn:
        raise ServiceFailed(f"{self._client.place} cannot be asked for an answer again.")

    def find(self, order: Order, since: int) -> Sequence[Ticket]:
        return ()

    def cancel(self, ticket: Ticket) -> bool:
        return False

    def fetch(self, file: RemoteFile) -> bytes:
        raise Rejected(f"{self.name} delivers no files.")

    @property
    def _cost(self) -> int | None:
        return 0 if self.is_offline else None

    def _posted(self, order: Order) -> Any:
        forms = [*_forms(order.body)]
        first = min(self._refused_forms, len(forms) - 1)
        for number, body in enumerate(forms[first:], start=first):
            answer = self._client.post(order.endpoint, body)
            if answer.status not in REFUSED_FORMAT:
                if 200 <= answer.status < 300:
                    # Only an answer shows that it was the form that had been refused.
                    self._refused_forms = max(self._refused_forms, number)
                break
        return self._client.ordered(answer)

    def _answer(self, content: Any, *, is_structured: bool) -> Answer:
        if isinstance(content, dict) and content.get("error"):
            raise self._in_band(content)
        try:
            completion = _Completion.model_validate(content)
            choice = completion.choices[0]
        except (ValidationError, IndexError) as error:
            raise Rejected(
                f"{self._client.place} answered in a form that is not OpenAI's.",
                hint="Check the address: for most servers it ends in /v1.",
            ) from error
        check_finish(choice.finish_reason, choice.message.refusal)
        text = choice.message.content or ""
        return Answer(
            text=json_within(text) if is_structured else without_thoughts(text),
            data={"usage": completion.usage} if completion.usage else {},
            model=completion.model or self.model,
            cost_microusd=self._cost,
        )

    def _in_band(self, content: Mapping[str, Any]) -> StudioError:
        """A failure that was sent as if it were an answer."""
        error = content["error"]
        said = error.get("message") if isinstance(error, dict) else error
        reason = self._client.quoted(str(said or "no reason given"))
        return Rejected(f"{self._client.place} could not answer: {reason}.")


def chat_messages(request: ChatRequest, read: Read) -> list[dict[str, Any]]:
    """The conversation as these servers take it; the last message shows the pictures."""
    messages: list[dict[str, Any]] = [{"role": message.role, "content": message.text} for message in request.messages]
    if request.pictures:
        if not messages:
            raise Invalid("A picture needs a question.")
        shown = [picture_part(picture, read) for picture in request.pictures]
        messages[-1]["content"] = [{"type": "text", "text": messages[-1]["content"]}, *shown]
    return messages


def picture_part(picture: Reference, read: Read) -> dict[str, Any]:
    data = base64.b64encode(read(picture)).decode()
    return {"type": "image_url", "image_url": {"url": f"data:{picture.media_type};base64,{data}"}}


def structured(request: ChatRequest) -> dict[str, Any]:
    """The part of a request that asks for an answer of this schema."""
    if request.schema is None:
        return {}
    described = {"name": request.schema_name or "answer", "strict": True, "schema": request.schema}
    return {"response_format": {"type": "json_schema", "json_schema": described}}


def check_finish(reason: str | None, refusal: str | None, details: Mapping[str, Any] | None = None) -> None:
    """Raise Rejected, with these details, for an answer that is not whole, or is none."""
    if reason == "length":
        raise Rejected(
            "The model ran out of room before its answer was complete.",
            hint="Use another model, or give this one a larger context (Ollama: OLLAMA_CONTEXT_LENGTH=8192).",
            details=details,
        )
    if refusal or reason == "content_filter":
        raise Rejected("The model declined to answer.", hint="Change the words, or the model.", details=details)


def _forms(body: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The ways to ask for JSON, the strictest first: by its schema, as any object, in plain words."""
    yield body
    if "response_format" in body:
        yield {**body, "response_format": {"type": "json_object"}}
        yield {name: value for name, value in body.items() if name != "response_format"}
