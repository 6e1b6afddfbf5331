"""What each kind of reply does with an order: answer it well, or fail in one of the ways that OpenRouter fails."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from typing import Any

from tests.servers.openrouter.server import IMAGES, Handler, Reply
from tests.servers.openrouter.shapes import chunk, chunks, completion, events, painting, spoken, used
from tests.servers.openrouter.work import UPSTREAM_USD, Request

RAW = {
    "provider_name": "DeepInfra",
    "raw": '{"error": {"message": "The model is overloaded, come back later.", "type": "overloaded"}}',
}


def well(handler: Handler, request: Request) -> None:
    """The answer as it should be."""
    work = handler.router.work(request)
    if request.path == IMAGES:
        handler.json(200, painting(work), **handler.named(work))
    elif work.is_streamed:
        handler.chunked(events(chunks(work)), work)
    else:
        handler.json(200, completion(work), **handler.named(work))
    handler.router.keep(work)


def failed(status: int, message: str, metadata: Any = None, more: Any = None, **headers: str) -> Reply:
    """An error before anything was asked of a provider: the status is the code."""
    return lambda handler, request: handler.error(status, message, metadata, more, **headers)


def error_in_200(code: Any, message: str, metadata: Any = None) -> Reply:
    """An error in place of an answer, under a status that says all is well."""

    def reply(handler: Handler, request: Request) -> None:
        error = {"code": code, "message": message, **({"metadata": metadata} if metadata is not None else {})}
        handler.json(200, {"error": error, "user_id": "user_1"}, X_Generation_Id="gen-1700000000-error")

    return reply


def error_in_choice(handler: Handler, request: Request) -> None:
    """Part of the answer, then an error in its choice, and the usage after it."""
    work = handler.router.work(request)
    failure = {"code": 502, "message": "Provider returned error", "metadata": RAW}
    last = chunk(work, {"content": ""}, finish_reason="error", error=failure)
    handler.chunked(events([*spoken(work)[:2], last, used(work)]), work)


def error_as_documented(handler: Handler, request: Request) -> None:
    """A chunk with an error beside a choice that ends with `error`; its code is a word."""
    work = handler.router.work(request)
    last = chunk(work, {"content": ""}, finish_reason="error")
    last["error"] = {"code": "server_error", "message": "Provider disconnected unexpectedly"}
    handler.chunked(events([*spoken(work)[:2], last], end=False), work)


def error_as_recorded(handler: Handler, request: Request) -> None:
    """A chunk with an error whose choice has not ended, and the usage beside it."""
    work = handler.router.work(request)
    last = {**chunk(work, {"role": "assistant", "content": ""}), "usage": work.usage}
    last["error"] = {"code": 429, "message": "Provider returned error", "metadata": RAW}
    handler.chunked(events([*spoken(work)[:1], last]), work)


def error_then_silence(handler: Handler, request: Request) -> None:
    """An error in the stream, after which the server keeps the connection open and says nothing more."""
    work = handler.router.work(request)
    last = {**chunk(work, {"content": ""}), "error": {"code": 502, "message": "Upstream went away"}}
    handler.chunked(itertools.chain(events([last], end=False), _comments(handler)), work)


def truncated(handler: Handler, request: Request) -> None:
    """Half of the answer, and a stream that ends as if that were all."""
    work = handler.router.work(request)
    handler.chunked(events(spoken(work)[:2], end=False), work)


def broken_off(handler: Handler, request: Request) -> None:
    """Half of the answer, and the connection is gone."""
    work = handler.router.work(request)
    handler.chunked(events(spoken(work)[:2], end=False), work, breaks=True)


def no_json(handler: Handler, request: Request) -> None:
    work = handler.router.work(request)
    handler.chunked(iter([b'data: {"choices": [\n\n']), work)


def with_own_key(handler: Handler, request: Request) -> None:
    """BYOK: nothing is charged here, and the vendor's price stands in the details."""
    work = handler.router.work(request)
    details = {
        "upstream_inference_cost": UPSTREAM_USD,
        "upstream_inference_prompt_cost": 0.0001,
        "upstream_inference_completions_cost": 0.0002253,
    }
    work.usage.update(cost=0, is_byok=True, cost_details=details)
    handler.chunked(events(chunks(work)), work)


def usage_beside_words(handler: Handler, request: Request) -> None:
    """The older way: the usage comes with the last words, and an earlier one before it."""
    work = handler.router.work(request)
    parts = chunks(work)[:-1]
    parts[0]["usage"] = {**work.usage, "cost": 0}
    parts[-1]["usage"] = work.usage
    handler.chunked(events(parts), work)


def without_usage(handler: Handler, request: Request) -> None:
    work = handler.router.work(request)
    handler.chunked(events(chunks(work)[:-1]), work)


def without_end(handler: Handler, request: Request) -> None:
    """All of the answer, and no `[DONE]`."""
    work = handler.router.work(request)
    handler.chunked(events(chunks(work), end=False), work)


def byte_by_byte(handler: Handler, request: Request) -> None:
    work = handler.router.work(request)
    stream = b"".join(events(chunks(work)))
    handler.chunked((stream[place : place + 1] for place in range(len(stream))), work)


def with_windows_lines(handler: Handler, request: Request) -> None:
    work = handler.router.work(request)
    handler.chunked((part.replace(b"\n", b"\r\n") for part in events(chunks(work))), work)


def with_unknown_words(handler: Handler, request: Request) -> None:
    """Fields nobody has heard of, unknown words, and nulls wherever they may be."""
    work = handler.router.work(request)
    parts = chunks(work)
    for part in parts:
        part.update(service_tier="warp", provider=None, system_fingerprint=None, openrouter_metadata={"x": [None]})
    parts[0]["choices"][0]["delta"]["reasoning_details"] = None
    parts[-2]["choices"][0].update(finish_reason="eos", native_finish_reason="EOS", logprobs=None)
    parts[-1]["choices"] = None
    parts[-1]["usage"]["prompt_tokens_details"] = None
    handler.chunked(events(parts), work)


def said(text: str, *, finish_reason: str | None = "stop", refusal: str | None = None) -> Reply:
    """These very words, however they end."""

    def reply(handler: Handler, request: Request) -> None:
        work = handler.router.work(request)
        work.text = text
        last = chunk(work, {"content": "", "refusal": refusal}, finish_reason=finish_reason)
        handler.chunked(events([*spoken(work), last, used(work)]), work)

    return reply


def only_comments(handler: Handler, request: Request) -> None:
    """It is being worked on, for ever."""
    handler.chunked(_comments(handler), handler.router.work(request))


def closes(handler: Handler, request: Request) -> None:
    handler.router.work(request)
    handler.close_connection = True


def never_answers(handler: Handler, request: Request) -> None:
    handler.router.work(request)
    handler.router.closing.wait(30)
    handler.close_connection = True


def bad_gateway(handler: Handler, request: Request) -> None:
    """The edge gave up; what stands behind it did not."""
    handler.router.work(request)
    handler.bytes(502, b"<html><title>502 Bad Gateway</title></html>", "text/html")


def half_a_body(handler: Handler, request: Request) -> None:
    work = handler.router.work(request)
    whole = json.dumps(painting(work) if request.path == IMAGES else completion(work)).encode()
    handler.head(200, "application/json", Content_Length=str(len(whole)), **handler.named(work))
    handler.wfile.write(whole[: len(whole) // 2])
    handler.close_connection = True


def no_picture(handler: Handler, request: Request) -> None:
    work = handler.router.work(request)
    handler.json(200, {"created": 1, "data": [], "usage": work.usage}, **handler.named(work))


def spoilt_picture(handler: Handler, request: Request) -> None:
    work = handler.router.work(request)
    data = [{"b64_json": "not base64!"}]
    handler.json(200, {"created": 1, "data": data, "usage": work.usage}, **handler.named(work))


def painted_in_events(handler: Handler, request: Request) -> None:
    """An image endpoint that streams although it was not asked to."""
    work = handler.router.work(request)
    handler.chunked(events(_brush_strokes(work)), work)


def painting_cut_off(handler: Handler, request: Request) -> None:
    """A rough picture, and a stream that ends as if that were all."""
    work = handler.router.work(request)
    handler.chunked(events(_brush_strokes(work)[:1], end=False), work)


def _brush_strokes(work: Any) -> list[dict[str, Any]]:
    whole = painting(work)
    rough = {"type": "image_generation.partial_image", "b64_json": "AAAA", "partial_image_index": 0, "created": 1}
    last = {"type": "image_generation.completed", **whole["data"][0], "created": 1, "usage": whole["usage"]}
    return [rough, last]


def _comments(handler: Handler) -> Iterator[bytes]:
    while not handler.router.closing.wait(0.02):
        yield b": OPENROUTER PROCESSING\n\n"


too_many = failed(429, "Rate limit exceeded", {"error_type": "rate_limit_exceeded"}, Retry_After="2")
no_credit = failed(402, "Insufficient credits. Add more using https://openrouter.ai/settings/credits")
masked_error = failed(500, "Internal Server Error", {"error_type": "server"})

REPLIES: dict[str, Reply] = {
    "well": well,
    "too_many": too_many,
    "no_credit": no_credit,
    "masked_error": masked_error,
    "error_in_200": error_in_200(502, "Provider returned error", RAW),
    **{
        reply.__name__: reply
        for reply in (
            *(error_in_choice, error_as_documented, error_as_recorded, error_then_silence, truncated, broken_off),
            *(no_json, with_own_key, usage_beside_words, without_usage, without_end, byte_by_byte),
            *(with_windows_lines, with_unknown_words, only_comments, closes, never_answers, bad_gateway),
            *(half_a_body, no_picture, spoilt_picture, painted_in_events, painting_cut_off),
        )
    },
}
