"""What a server has: its address, its models, and where the JSON is in what they say."""

from __future__ import annotations

import re
from ipaddress import ip_address
from urllib.parse import urlsplit

from pydantic import BaseModel, ValidationError

from studio.domain.errors import Misconfigured, ServiceFailed
from studio.domain.text import one_line
from studio.providers.http import Client, checked_url

REFUSED_FORMAT = (400, 422)
"""Statuses by which servers refuse a `response_format` they do not know."""

LONGEST_NAME = 200
"""Characters of a model's id; llama.cpp's are paths of files."""

_NOT_FOR_CHAT = re.compile(r"embed|rerank|whisper|transcri|(?:^|\W)tts|moderation|dall-e|image|realtime", re.IGNORECASE)
_THOUGHTS = re.compile(r"\A\s*(?:<think(?:ing)?>)?.*?</think(?:ing)?>", re.DOTALL | re.IGNORECASE)
_FENCE = re.compile(r"```[A-Za-z]*\s*\n(.*?)```", re.DOTALL)


class _Model(BaseModel):
    id: str


class _Models(BaseModel):
    data: list[_Model]


class ChatServer:
    """One server, as far as its list of models."""

    def __init__(self, client: Client) -> None:
        self.client = client

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


def without_thoughts(text: str) -> str:
    """The answer without the thinking aloud that some models put before it."""
    return _THOUGHTS.sub("", text, count=1).strip()


def json_within(text: str) -> str:
    """The JSON object inside a model's answer: without thoughts, code fence and the words around it."""
    rest = without_thoughts(text)
    fenced = _FENCE.search(rest)
    if fenced and not rest.startswith("{"):
        rest = fenced[1]
    start, end = rest.find("{"), rest.rfind("}")
    return rest[start : end + 1] if 0 <= start < end else rest
