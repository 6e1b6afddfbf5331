"""The JSON of OpenRouter's answers: chunks, whole answers, models, what a key may do, and the books."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from typing import Any

from tests.servers.openrouter.work import Model, Work


def events(chunks: list[dict[str, Any]], *, end: bool = True) -> Iterator[bytes]:
    yield b": OPENROUTER PROCESSING\n\n"
    for part in chunks:
        yield b"data: " + json.dumps(part, ensure_ascii=False).encode() + b"\n\n"
    if end:
        yield b"data: [DONE]\n\n"


def chunks(work: Work) -> list[dict[str, Any]]:
    """A whole answer: words, then how it ended, then what it cost."""
    return [*spoken(work), chunk(work, {"content": ""}, finish_reason="stop"), used(work)]


def spoken(work: Work) -> list[dict[str, Any]]:
    third = len(work.text) // 3 + 1
    parts = [work.text[place : place + third] for place in range(0, len(work.text), third)]
    first = chunk(work, {"role": "assistant", "content": "", "reasoning": "Let me think."})
    return [first, *(chunk(work, {"content": part}) for part in parts)]


def chunk(work: Work, delta: dict[str, Any], *, finish_reason: str | None = None, error: Any = None) -> dict[str, Any]:
    choice = {"index": 0, "delta": delta, "finish_reason": finish_reason, "native_finish_reason": finish_reason}
    return {
        "id": work.id,
        "provider": "DeepInfra",
        "model": work.model,
        "object": "chat.completion.chunk",
        "created": 1_700_000_000,
        "choices": [{**choice, "logprobs": None, **({"error": error} if error else {})}],
    }


def used(work: Work) -> dict[str, Any]:
    return {**chunk(work, {}), "choices": [], "usage": work.usage}


def completion(work: Work) -> dict[str, Any]:
    """An answer that is not streamed."""
    message = {"role": "assistant", "content": work.text, "refusal": None, "reasoning": None}
    choice = {"index": 0, "finish_reason": "stop", "native_finish_reason": "stop", "logprobs": None, "message": message}
    return {
        "id": work.id,
        "provider": "DeepInfra",
        "model": work.model,
        "object": "chat.completion",
        "created": 1_700_000_000,
        "system_fingerprint": None,
        "choices": [choice],
        "usage": work.usage,
    }


def painting(work: Work) -> dict[str, Any]:
    data = [{"b64_json": base64.b64encode(work.picture).decode(), "media_type": "image/png"}]
    return {"created": 1_700_000_000, "data": data, "usage": work.usage}


def unavailable(model: Any) -> dict[str, Any]:
    told = {
        "code": "model_not_found",
        "retryable": False,
        "requested_models": [model],
        "fallback_models": ["deepseek/deepseek-v3.2"],
    }
    return {"availability": told}


def listed(model: Model) -> dict[str, Any]:
    return {
        "id": model.id,
        "canonical_slug": f"{model.id}-20260217",
        "name": model.id.rpartition("/")[2],
        "created": 1_700_000_000,
        "description": "",
        "context_length": 163_840,
        "architecture": {
            "modality": f"{'+'.join(model.inputs)}->{'+'.join(model.outputs)}",
            "input_modalities": list(model.inputs),
            "output_modalities": list(model.outputs),
            "tokenizer": "Other",
            "instruct_type": None,
        },
        "pricing": {"prompt": model.question_usd, "completion": model.answer_usd, "request": "0", "image": "0"},
        "top_provider": {"context_length": 163_840, "max_completion_tokens": None, "is_moderated": False},
        "per_request_limits": None,
        "supported_parameters": list(model.parameters),
        "default_parameters": None,
        "supported_voices": None,
        "knowledge_cutoff": None,
        "expiration_date": None,
        "links": {"details": f"/api/v1/models/{model.id}/endpoints"},
    }


_SPENT = ("usage", "usage_daily", "usage_weekly", "usage_monthly")


def key_facts(limit_remaining: float | None, budget_remaining: float | None) -> dict[str, Any]:
    budget = None if budget_remaining is None else _budget(budget_remaining)
    return {
        "label": "sk-or-v1-012...def",
        "limit": None if limit_remaining is None else 20,
        "limit_remaining": limit_remaining,
        "limit_reset": "monthly",
        "include_byok_in_limit": False,
        **dict.fromkeys(_SPENT, 7.5),
        **dict.fromkeys([f"byok_{name}" for name in _SPENT], 0),
        "is_free_tier": False,
        "is_management_key": False,
        "is_provisioning_key": False,
        "expires_at": None,
        "creator_user_id": "user_1",
        "allowed_data_regions": ["global"],
        "budgets": [budget] if budget else [],
        "effective_budget": budget,
        "free_model_daily_requests": {"limit": 50, "remaining": 50, "used": 0},
        "organization_id": None,
        "workspace_id": None,
        "rate_limit": {"requests": -1, "interval": "10s", "note": "This field is deprecated."},
    }


def _budget(remaining: float) -> dict[str, Any]:
    """A limit of the workspace, beside that of the key itself."""
    return {
        "budget_id": "budget_1",
        "guardrail_id": None,
        "include_byok": False,
        "limit_usd": 10,
        "remaining_usd": remaining,
        "spend_usd": 10 - remaining,
        "reset_interval": "monthly",
        "resets_at": "2026-12-01T00:00:00Z",
        "scope": "workspace",
    }


_NULL_IN_BOOKS = (
    *("api_type", "app_id", "cache_discount", "cancelled", "external_user", "generation_time", "http_referer"),
    *("latency", "moderation_latency", "native_tokens_cached", "native_tokens_completion", "native_tokens_prompt"),
    *("native_tokens_completion_images", "native_tokens_reasoning", "num_fetches", "num_input_audio_prompt"),
    *("num_media_completion", "num_media_prompt", "num_search_results", "preset_id", "provider_responses", "router"),
    *("service_tier", "streamed", "upstream_id", "user_agent", "web_search_engine", "workspace_id"),
)


def books(work: Work) -> dict[str, Any]:
    """What /generation says; the fields that nobody here needs are null."""
    usage = work.usage
    return {
        **dict.fromkeys(_NULL_IN_BOOKS),
        "id": work.id,
        "model": work.model,
        "provider_name": "DeepInfra",
        "total_cost": usage.get("cost", 0),
        "usage": usage.get("cost", 0),
        "upstream_inference_cost": (usage.get("cost_details") or {}).get("upstream_inference_cost"),
        "is_byok": usage.get("is_byok", False),
        "created_at": "2026-11-02T10:00:00Z",
        "data_region": "global",
        "finish_reason": "stop",
        "native_finish_reason": "stop",
        "origin": "",
        "tokens_prompt": usage["prompt_tokens"],
        "tokens_completion": usage["completion_tokens"],
        "session_id": work.request.body.get("session_id"),
    }
