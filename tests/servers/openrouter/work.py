"""What OpenRouter is asked, and the work it does for it: an answer, a picture, and what they cost."""

from __future__ import annotations

import hashlib
import io
import json
from dataclasses import dataclass
from typing import Any

from tests.servers.written import answer_to

QUESTION_USD, ANSWER_USD, PICTURE_USD = 0.00000028, 0.00000042, 0.039
"""Per token of a question, per token of an answer, and per picture."""

UPSTREAM_USD = 0.0003253
"""What a vendor charges where the key is the customer's own."""


@dataclass(frozen=True)
class Request:
    """One request as it came in; header names are in lower case."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    raw: bytes
    body: Any


@dataclass(frozen=True)
class Model:
    id: str
    inputs: tuple[str, ...] = ("text",)
    outputs: tuple[str, ...] = ("text",)
    parameters: tuple[str, ...] = ("max_tokens", "response_format", "structured_outputs", "seed")
    question_usd: str = f"{QUESTION_USD:.8f}"
    answer_usd: str = f"{ANSWER_USD:.8f}"


_SEEING = ("text", "image")
MODELS = (
    Model("deepseek/deepseek-v3.2"),
    Model("google/gemini-3.8-flash", inputs=_SEEING),
    Model("anthropic/claude-sonnet-4.6", inputs=_SEEING),
    Model("openrouter/auto", question_usd="-1", answer_usd="-1"),
    Model("google/gemini-2.5-flash-image", inputs=_SEEING, outputs=("image", "text")),
    Model("google/gemini-3.1-flash-image", inputs=_SEEING, outputs=("image", "text")),
)


@dataclass
class Work:
    """One order that was taken: its answer, and what it costs."""

    id: str
    request: Request
    model: str
    text: str
    picture: bytes
    usage: dict[str, Any]
    is_cached: bool = False

    @property
    def is_streamed(self) -> bool:
        return self.request.body.get("stream") is True


def written(id: str, request: Request) -> Work:
    body = request.body
    text = answer_to(body["messages"], schema_of(body))
    asked, answered = len(json.dumps(body["messages"])) // 4, len(text) // 4 + 1
    usage = usage_of(asked, answered, asked * QUESTION_USD + answered * ANSWER_USD)
    # The model that really works may be a dated one.
    return Work(id, request, f"{body['model']}-20260217", text, b"", usage)


def painted(id: str, request: Request) -> Work:
    return Work(id, request, request.body["model"], "", picture(request.body), usage_of(12, 1290, PICTURE_USD))


def repeated(id: str, request: Request, before: Work) -> Work:
    """The same answer out of the cache: a new generation that costs nothing."""
    usage = {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0, "cost": 0, "is_byok": False}
    return Work(id, request, before.model, before.text, before.picture, usage, is_cached=True)


def schema_of(body: dict[str, Any]) -> dict[str, Any] | None:
    return ((body.get("response_format") or {}).get("json_schema") or {}).get("schema")


def usage_of(asked: int, answered: int, cost: float) -> dict[str, Any]:
    return {
        "prompt_tokens": asked,
        "completion_tokens": answered,
        "total_tokens": asked + answered,
        "cost": round(cost, 12),
        "is_byok": False,
        "prompt_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0, "audio_tokens": 0, "video_tokens": 0},
        "completion_tokens_details": {"reasoning_tokens": 0, "image_tokens": 0, "audio_tokens": 0},
        "cost_details": {
            "upstream_inference_cost": None,
            "upstream_inference_prompt_cost": round(cost / 2, 12),
            "upstream_inference_completions_cost": round(cost / 2, 12),
        },
    }


def picture(body: dict[str, Any]) -> bytes:
    """A PNG of the proportions asked for, another one for each order."""
    from PIL import Image

    wide, high = (int(part) for part in body.get("aspect_ratio", "1:1").split(":"))
    scale = (768 * 1344 / (wide * high)) ** 0.5
    colours = hashlib.sha256(json.dumps(body, sort_keys=True).encode()).digest()
    canvas = Image.new("RGB", (round(wide * scale), round(high * scale)), tuple(colours[:3]))
    canvas.paste(tuple(colours[3:6]), (canvas.width // 4, canvas.height // 3, canvas.width // 2, canvas.height // 2))
    stored = io.BytesIO()
    canvas.save(stored, "PNG", compress_level=1)
    return stored.getvalue()
