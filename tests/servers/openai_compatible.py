"""A server that speaks OpenAI's chat completions as Ollama, LM Studio and vLLM do, and fails the ways they fail.

Answers are scripted: each POST takes the next `Reply`. Everything that was asked is kept in `requests`."""

from __future__ import annotations

import contextlib
import json
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any

from tests.servers.running import DRIP_SECONDS, MOST_DRIPS, drip, serving

COMPLETIONS = "/v1/chat/completions"
MODELS = "/v1/models"


@dataclass(frozen=True)
class Request:
    """One request as it came in; header names are in lower case."""

    method: str
    path: str
    headers: dict[str, str]
    body: Any

    @property
    def format(self) -> str | None:
        """The type of structured output that was asked for."""
        return (self.body.get("response_format") or {}).get("type")


@dataclass
class OpenAICompatibleServer:
    """`refused_formats` are answered as LM Studio answers a `response_format` it does not know.

    `list_waits` makes the list of models hang until the server ends."""

    port: int
    models: list[str] = field(default_factory=lambda: ["qwen3:8b"])
    api_key: str | None = None
    refused_formats: set[str] = field(default_factory=set)
    refusal_status: int = 400
    list_waits: bool = False
    requests: list[Request] = field(default_factory=list)
    replies: deque[Reply] = field(default_factory=deque)
    closing: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    @property
    def posts(self) -> list[Request]:
        return [request for request in self.requests if request.method == "POST"]

    def will(self, *replies: Reply) -> None:
        self.replies.extend(replies)


class Handler(BaseHTTPRequestHandler):
    """What each kind of reply does with the connection."""

    protocol_version = "HTTP/1.1"
    studio: OpenAICompatibleServer

    def do_GET(self) -> None:
        self._receive(None)
        if self._lacks_key():
            return
        if self.studio.list_waits:
            self.studio.closing.wait(30)
        if self.path != MODELS:
            self.error(404, "not found")
            return
        listed = [
            {"id": name, "object": "model", "created": 1_700_000_000, "owned_by": "library"}
            for name in self.studio.models
        ]
        self.json(200, {"object": "list", "data": listed})

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        request = self._receive(body)
        if self._lacks_key():
            return
        if self.path != COMPLETIONS or not isinstance(body.get("model"), str) or not body.get("messages"):
            self.error(400, "model and messages are needed")
        elif request.format in self.studio.refused_formats:
            self.json(self.studio.refusal_status, {"error": "'response_format.type' must be 'text'"})
        else:
            self.studio.replies.popleft()(self)

    def _receive(self, body: Any) -> Request:
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = Request(self.command, self.path, headers, body)
        self.studio.requests.append(request)
        return request

    def _lacks_key(self) -> bool:
        key = self.studio.api_key
        if key is None or self.headers.get("Authorization") == f"Bearer {key}":
            return False
        shown = self.headers.get("Authorization", "nothing")
        self.error(401, f"Incorrect API key provided: {shown}", "invalid_api_key")
        return True

    def error(self, status: int, message: str, code: str | None = None, **headers: str) -> None:
        detail = {"message": message, "type": "invalid_request_error", "param": None, "code": code}
        self.json(status, {"error": detail}, **headers)

    def json(self, status: int, content: Any, **headers: str) -> None:
        self.bytes(status, json.dumps(content).encode(), "application/json", **headers)

    def bytes(self, status: int, data: bytes, media_type: str, **headers: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(data)))
        self.send_header("Connection", "close")
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: Any) -> None:
        """The tests look at `requests` instead."""


Reply = Callable[[Handler], None]


def said(content: str | None, *, finish_reason: str = "stop", refusal: str | None = None) -> Reply:
    """A completion with this content."""

    def reply(handler: Handler) -> None:
        message = {"role": "assistant", "content": content, "refusal": refusal}
        handler.json(
            200,
            {
                "id": "chatcmpl-1",
                "object": "chat.completion",
                "created": 1_700_000_000,
                "model": handler.studio.requests[-1].body["model"],
                "choices": [{"index": 0, "message": message, "logprobs": None, "finish_reason": finish_reason}],
                "usage": {"prompt_tokens": 1200, "completion_tokens": 300, "total_tokens": 1500},
            },
        )

    return reply


def failed(status: int, message: str, **headers: str) -> Reply:
    """An error in OpenAI's own shape."""
    return lambda handler: handler.error(status, message, **headers)


def answered(status: int, content: Any) -> Reply:
    """Any JSON under any status."""
    return lambda handler: handler.json(status, content)


def web_page(handler: Handler) -> None:
    handler.bytes(200, b"<!doctype html><title>Welcome</title>", "text/html")


def closes_mid_body(handler: Handler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", "application/json")
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b'{"choices": [')
    handler.close_connection = True


def never_answers(handler: Handler) -> None:
    handler.studio.closing.wait(30)
    handler.close_connection = True


def closes_at_once(handler: Handler) -> None:
    """Nothing is answered at all, although the request was taken."""
    handler.close_connection = True


def streamed(*parts: bytes, media_type: str = "text/event-stream", breaks: bool = False, **headers: str) -> Reply:
    """An answer that comes in these parts; one that `breaks` ends without saying that it is over."""

    def reply(handler: Handler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", media_type)
        handler.send_header("Transfer-Encoding", "chunked")
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        for part in [*parts, *([] if breaks else [b""])]:
            handler.wfile.write(b"%x\r\n%s\r\n" % (len(part), part))
            handler.wfile.flush()
        handler.close_connection = True

    return reply


def only_comments(handler: Handler) -> None:
    """A stream that is kept alive and never says anything."""
    _stream(handler, b": PROCESSING\n\n", pause_seconds=DRIP_SECONDS, media_type="text/event-stream")


def endless(handler: Handler) -> None:
    _stream(handler, b" " * 65_536, pause_seconds=0)


def dripping(handler: Handler) -> None:
    """A byte now and then, so that no single read is ever late."""
    _stream(handler, b" ", pause_seconds=DRIP_SECONDS)


def dripping_headers(handler: Handler) -> None:
    """An answer that never comes to its first word."""
    drip(handler, handler.studio.closing, b"HTTP/1.1 200 OK\r\nX-Wait: ")


def _stream(handler: Handler, part: bytes, *, pause_seconds: float, media_type: str = "application/json") -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", media_type)
    handler.send_header("Transfer-Encoding", "chunked")
    handler.end_headers()
    with contextlib.suppress(ConnectionError):
        for _ in range(MOST_DRIPS):
            if handler.studio.closing.wait(pause_seconds):
                break
            handler.wfile.write(b"%x\r\n%s\r\n" % (len(part), part))
    handler.close_connection = True


@contextmanager
def running_server() -> Iterator[OpenAICompatibleServer]:
    with serving(Handler, "studio", OpenAICompatibleServer) as server:
        yield server
