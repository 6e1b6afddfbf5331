"""The protocol: which models a server has, and one question with one answer in JSON."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from pydantic import BaseModel, ValidationError

from studio.domain.errors import Misconfigured, ServiceFailed
from studio.domain.text import one_line
from studio.providers.http import Answer, Client, checked_url

Message = dict[str, str]

REFUSED_FORMAT = (400, 422)
"""Statuses by which servers refuse a `response_format` they do not know."""

LONGEST_NAME = 200
"""Characters of a model's id; llama.cpp's are paths of files."""

_NOT_FOR_CHAT = re.compile(r"embed|rerank|whisper|transcri|(?:^|\W)tts|moderation|dall-e|image|realtime", re.IGNORECASE)
_THOUGHTS = re.compile(r"\A\s*(?:<think(?:ing)?>)?.*?</think(?:ing)?>", re.DOTALL | re.IGNORECASE)
_FENCE = re.compile(r"```[A-Za-z]*\s*\n(.*?)```", re.DOTALL)


class _Message(BaseModel):
    content: str | None = None
    refusal: str | None = None


class _Choice(BaseModel):
    message: _Message
    finish_reason: str | None = None


class _Completion(BaseModel):
    choices: list[_Choice]


class _Model(BaseModel):
    id: str


class _Models(BaseModel):
    data: list[_Model]


class ChatServer:
    """One server; it remembers which forms of structured output the server has refused."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self._formats = [_by_schema, _as_object, _unformatted]

    def models(self) -> tuple[str, ...]:
        """Ids of the models that can write, in the server's order."""
        content = self.client.content(self.client.get("models"))
        try:
            ids = [model.id for model in _Models.model_validate(content).data]
        except ValidationError as error:
            raise self._strange() from error
        return tuple(id for id in ids if _is_name(id) and not _NOT_FOR_CHAT.search(id))

    def only_model(self) -> str:
        """The model to use when nobody named one: the first of a server on this machine, the only one of another.

        Raises Misconfigured where that leaves a choice: elsewhere models differ in what they cost."""
        found = self.models()
        if not found:
            raise Misconfigured(f"{self.client.place} has no model that writes.", hint="Load one: ollama pull qwen3:8b")
        if len(found) > 1 and not is_loopback(self.client.base_url):
            names = ", ".join(one_line(name)[:60] for name in found[:5])
            raise Misconfigured(
                f"{self.client.place} has {len(found)} models and none was chosen: {names} …",
                hint="Set STUDIO_OPENAI_MODEL, or use --text-model openai/NAME.",
            )
        return found[0]

    def ask(self, model: str, messages: Sequence[Message], schema: Mapping[str, Any]) -> str:
        """The model's answer, reduced to the JSON in it. Each form of request is sent once.

        Where the server refuses the schema it is asked for any JSON object, then for plain text with JSON in it."""
        question = {"model": model, "messages": list(messages), "stream": False}
        answer = self._post(question, schema)
        while answer.status in REFUSED_FORMAT and len(self._formats) > 1:
            del self._formats[0]
            answer = self._post(question, schema)
        return json_within(self._text(self.client.content(answer)))

    def _post(self, question: Mapping[str, Any], schema: Mapping[str, Any]) -> Answer:
        return self.client.post("chat/completions", {**question, **self._formats[0](schema)})

    def _text(self, content: Any) -> str:
        if isinstance(content, dict) and content.get("error"):
            raise ServiceFailed(f"{self.client.place} could not answer: {_said(content['error'])}.")
        try:
            choice = _Completion.model_validate(content).choices[0]
        except (ValidationError, IndexError) as error:
            raise self._strange() from error
        self._check_finish(choice)
        return choice.message.content or ""

    def _check_finish(self, choice: _Choice) -> None:
        if choice.finish_reason == "length":
            raise ServiceFailed(
                "The model ran out of room before the script was complete.",
                hint="Give it a larger context (Ollama: OLLAMA_CONTEXT_LENGTH=8192), or use another model.",
            )
        if choice.message.refusal or choice.finish_reason == "content_filter":
            raise ServiceFailed("The model declined to write this script.", hint="Change the topic, or the model.")

    def _strange(self) -> ServiceFailed:
        return ServiceFailed(
            f"{self.client.place} answered in a form that is not OpenAI's.",
            hint="Check the address: for most servers it ends in /v1.",
        )


def api_url(text: str) -> str:
    """The base of a server's API: a bare `http://host:port` gets `/v1`, as all these servers have it."""
    url = checked_url(text).rstrip("/").removesuffix("/chat/completions")
    return url if urlsplit(url).path.strip("/") else f"{url}/v1"


def is_loopback(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _is_name(id: str) -> bool:
    """Whether a model's id may be shown: a server's words must not steer a terminal."""
    return 0 < len(id) <= LONGEST_NAME and one_line(id) == id


def json_within(text: str) -> str:
    """The JSON object inside a model's answer: without thoughts, code fence and the words around it."""
    rest = _THOUGHTS.sub("", text, count=1).strip()
    fenced = _FENCE.search(rest)
    if fenced and not rest.startswith("{"):
        rest = fenced[1]
    start, end = rest.find("{"), rest.rfind("}")
    return rest[start : end + 1] if 0 <= start < end else rest


def _by_schema(schema: Mapping[str, Any]) -> dict[str, Any]:
    described = {"name": "script", "strict": True, "schema": schema}
    return {"response_format": {"type": "json_schema", "json_schema": described}}


def _as_object(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {"response_format": {"type": "json_object"}}


def _unformatted(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {}


def _said(error: Any) -> str:
    message = error.get("message") if isinstance(error, dict) else error
    return one_line(str(message or "no reason given"))[:300].rstrip(" .")
