"""How strictly an order is looked at: what OpenRouter would refuse with 400 is refused here too."""

from __future__ import annotations

import re
from typing import Any

from tests.servers.openrouter.work import Model

CHAT_FIELDS = frozenset(
    {"messages", "model", "models", "provider", "response_format", "plugins", "stream", "max_completion_tokens"}
    | {"max_tokens", "temperature", "top_p", "top_k", "seed", "stop", "reasoning", "reasoning_effort", "modalities"}
    | {"image_config", "metadata", "user", "session_id", "trace"}
)
IMAGE_FIELDS = frozenset(
    {"model", "prompt", "n", "resolution", "aspect_ratio", "size", "quality", "output_format", "background"}
    | {"output_compression", "input_references", "seed", "stream", "provider", "session_id", "trace", "user"}
)


def chat_fault(body: dict[str, Any], model: Model) -> str | None:
    unknown = set(body) - CHAT_FIELDS
    if unknown:
        return f"Unrecognized keys: {sorted(unknown)}"
    messages = body.get("messages")
    if not isinstance(messages, list) or not messages:
        return "Input required: specify messages"
    if not all(message.get("role") in ("system", "user", "assistant") and _parts(message) for message in messages):
        return "Invalid messages"
    if "text" not in model.outputs or not 16 <= body.get("max_tokens", 16) <= 128_000:
        return "Invalid max_tokens"
    return _picture_fault(messages, model) or _session_fault(body) or _format_fault(body)


def image_fault(body: dict[str, Any], model: Model) -> str | None:
    unknown = set(body) - IMAGE_FIELDS
    if unknown:
        return f"Unrecognized keys: {sorted(unknown)}"
    if "image" not in model.outputs:
        return f"{model.id} does not support image output"
    if not isinstance(body.get("prompt"), str) or not body["prompt"].strip():
        return "prompt is required"
    if not re.fullmatch(r"\d+:\d+", body.get("aspect_ratio", "1:1")) or not 1 <= body.get("n", 1) <= 10:
        return "Invalid aspect_ratio or n"
    if not isinstance(body.get("seed", 0), int) or not all(map(_is_picture, body.get("input_references", []))):
        return "Invalid seed or input_references"
    return _session_fault(body)


def _picture_fault(messages: list[dict[str, Any]], model: Model) -> str | None:
    pictures = [part for message in messages for part in _parts(message) if part.get("type") == "image_url"]
    if pictures and "image" not in model.inputs:
        return f"No endpoints found that support image input for {model.id}"
    return None if all(map(_is_picture, pictures)) else "Invalid image"


def _format_fault(body: dict[str, Any]) -> str | None:
    form = body.get("response_format")
    if form is None:
        return None
    described = form.get("json_schema", {})
    if form.get("type") != "json_schema" or described.get("strict") is not True:
        return "Invalid response_format"
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,64}", described.get("name", "")):
        return "Invalid schema name"
    if body.get("provider") != {"require_parameters": True}:
        return "A provider that ignores the schema might be chosen"
    return None if _is_strict(described.get("schema")) else "Invalid schema: additionalProperties, required"


def _is_strict(schema: Any) -> bool:
    if not isinstance(schema, dict):
        return False
    if schema.get("type") == "object":
        properties = schema.get("properties", {})
        is_exact = schema.get("additionalProperties") is False and set(schema.get("required", ())) == set(properties)
        return is_exact and all(_is_strict(part) for part in properties.values())
    return schema.get("type") != "array" or _is_strict(schema.get("items"))


def _session_fault(body: dict[str, Any]) -> str | None:
    session = body.get("session_id", "x")
    return None if isinstance(session, str) and 0 < len(session) <= 256 else "Invalid session_id"


def _parts(message: dict[str, Any]) -> list[dict[str, Any]]:
    content = message.get("content")
    return [{"type": "text", "text": content}] if isinstance(content, str) else content or []


def _is_picture(part: Any) -> bool:
    if not isinstance(part, dict) or part.get("type") != "image_url":
        return False
    url = part.get("image_url", {}).get("url", "")
    return re.match(r"data:image/\w+;base64,[A-Za-z0-9+/]+=*\Z", url) is not None
