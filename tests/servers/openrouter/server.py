"""The server: its endpoints, what it was asked, and what it would bill."""

from __future__ import annotations

import contextlib
import hashlib
import itertools
import json
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.servers.openrouter.checks import chat_fault, image_fault
from tests.servers.openrouter.shapes import books, key_facts, listed, unavailable
from tests.servers.openrouter.work import MODELS, Model, Request, Work, painted, repeated, written

BASE = "/api/v1"
KEY = "sk-or-v1-0123456789abcdef0123456789abcdef"
CHAT, IMAGES = f"{BASE}/chat/completions", f"{BASE}/images"


@dataclass
class OpenRouterServer:
    """`unlisted_looks` is how often a generation is unknown before it is listed; `stores_text` keeps its words."""

    port: int
    known_replies: Mapping[str, Reply] = field(default_factory=dict)
    key: str = KEY
    models: tuple[Model, ...] = MODELS
    unlisted_looks: int = 0
    stores_text: bool = False
    names_generations: bool = True
    page: int = 500
    limit_remaining: float | None = 12.5
    budget_remaining: float | None = None
    requests: list[Request] = field(default_factory=list)
    paid: list[Work] = field(default_factory=list)
    replies: deque[Reply] = field(default_factory=deque)
    closing: threading.Event = field(default_factory=threading.Event)
    generations: dict[str, Work] = field(default_factory=dict)
    looks: dict[str, int] = field(default_factory=dict)
    cache: dict[str, Work] = field(default_factory=dict)
    numbers: Iterator[int] = field(default_factory=itertools.count)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}{BASE}"

    @property
    def posts(self) -> list[Request]:
        return [request for request in self.requests if request.method == "POST"]

    def will(self, *replies: Reply) -> None:
        self.replies.extend(replies)

    def work(self, request: Request) -> Work:
        """Do what is asked, unless the same bytes were answered before and the cache is asked for."""
        is_cached = request.headers.get("x-openrouter-cache") == "true" and request.path == CHAT
        with self.lock:
            before = self.cache.get(_digest(request)) if is_cached else None
            done = repeated(self._id(), request, before) if before else self._fresh(request)
            self.generations[done.id] = done
            if not before:
                self.paid.append(done)
        return done

    def keep(self, work: Work) -> None:
        """Only what was answered whole is cached."""
        with self.lock:
            self.cache[_digest(work.request)] = work

    def _fresh(self, request: Request) -> Work:
        return painted(self._id(), request) if request.path == IMAGES else written(self._id(), request)

    def _id(self) -> str:
        return f"gen-{int(time.time())}-{next(self.numbers):020d}"


def _digest(request: Request) -> str:
    return hashlib.sha256(request.path.encode() + request.raw).hexdigest()


class Handler(BaseHTTPRequestHandler):
    """The endpoints, and the ways to answer that the replies use."""

    protocol_version = "HTTP/1.1"
    router: OpenRouterServer

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        if path.startswith("/_test/"):
            self._steer(path)
            return
        request = self._receive(b"")
        if self._lacks_key():
            return
        routes: dict[str, Callable[[Request], None]] = {
            f"{BASE}/models": self._models,
            f"{BASE}/key": self._key,
            f"{BASE}/credits": self._credits,
            f"{BASE}/generation": self._generation,
            f"{BASE}/generation/content": self._content,
        }
        routes.get(path, self._nothing)(request)

    def do_POST(self) -> None:
        request = self._receive(self.rfile.read(int(self.headers["Content-Length"])))
        if self._lacks_key():
            return
        fault = self._fault(request)
        if fault is not None:
            self.error(*fault)
            return
        with self.router.lock:
            reply = self.router.replies.popleft() if self.router.replies else self.router.known_replies["well"]
        reply(self, request)

    def _receive(self, raw: bytes) -> Request:
        parts = urlsplit(self.path)
        query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        headers = {name.lower(): value for name, value in self.headers.items()}
        try:
            body = json.loads(raw) if raw else None
        except ValueError:
            body = None
        request = Request(self.command, parts.path, query, headers, raw, body)
        self.router.requests.append(request)
        return request

    def _lacks_key(self) -> bool:
        given = self.headers.get("Authorization")
        if given == f"Bearer {self.router.key}":
            return False
        self.error(401, "User not found." if given else "No auth credentials found")
        return True

    def _fault(self, request: Request) -> tuple[Any, ...] | None:
        body = request.body
        if request.path not in (CHAT, IMAGES):
            return 404, "Not Found"
        if request.headers.get("content-type") != "application/json" or not isinstance(body, dict):
            return 400, "Invalid JSON body"
        model = next((model for model in self.router.models if model.id == body.get("model")), None)
        if model is None:
            return 404, f"No endpoints found for {body.get('model')}.", None, unavailable(body.get("model"))
        said = chat_fault(body, model) if request.path == CHAT else image_fault(body, model)
        return None if said is None else (400, said)

    def _models(self, request: Request) -> None:
        wanted = set(request.query.get("output_modalities", "text").split(","))
        found = [model for model in self.router.models if wanted & set(model.outputs)]
        offset = int(request.query.get("offset", "0"))
        end = offset + min(int(request.query.get("limit", "500")), self.router.page)
        more = f"{BASE}/models?offset={end}" if end < len(found) else None
        shown = [listed(model) for model in found[offset:end]]
        self.json(200, {"data": shown, "links": {"next": more}, "total_count": len(found)})

    def _key(self, request: Request) -> None:
        self.json(200, {"data": key_facts(self.router.limit_remaining, self.router.budget_remaining)})

    def _credits(self, request: Request) -> None:
        self.error(403, "Only management keys can fetch credits")

    def _generation(self, request: Request) -> None:
        id = request.query.get("id", "")
        looks = self.router.looks[id] = self.router.looks.get(id, 0) + 1
        work = self.router.generations.get(id)
        if work is None or looks <= self.router.unlisted_looks:
            self.error(404, f"Generation {id} not found")
        else:
            self.json(200, {"data": books(work)})

    def _content(self, request: Request) -> None:
        work = self.router.generations.get(request.query.get("id", ""))
        if work is None or not self.router.stores_text:
            self.error(404, "No content is stored for this generation")
            return
        asked = {"messages": work.request.body.get("messages", [])}
        told = {"input": asked, "output": {"completion": work.text, "reasoning": None}, "error": None}
        self.json(200, {"data": told})

    def _nothing(self, request: Request) -> None:
        self.error(404, "Not Found")

    def _steer(self, path: str) -> None:
        """For a server that is a process of its own."""
        if path.startswith("/_test/next/"):
            self.router.will(self.router.known_replies[path.removeprefix("/_test/next/")])
        told = [{"id": work.id, "path": work.request.path, "body": work.request.body} for work in self.router.paid]
        self.json(200, told)

    def error(self, status: int, message: str, metadata: Any = None, more: Any = None, **headers: str) -> None:
        error = {"code": status, "message": message, **(more or {})}
        if metadata is not None:
            error["metadata"] = metadata
        self.json(status, {"error": error, "user_id": "user_1"}, **headers)

    def json(self, status: int, content: Any, **headers: str) -> None:
        self.bytes(status, json.dumps(content).encode(), "application/json", **headers)

    def bytes(self, status: int, data: bytes, media_type: str, **headers: str) -> None:
        self.head(status, media_type, Content_Length=str(len(data)), **headers)
        with contextlib.suppress(ConnectionError):
            self.wfile.write(data)

    def head(self, status: int, media_type: str, **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": media_type, "Connection": "close", **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()

    def named(self, work: Work) -> dict[str, str]:
        """The headers of an answer to an order."""
        cache = {"X_OpenRouter_Cache_Status": "HIT" if work.is_cached else "MISS"}
        return {**({"X_Generation_Id": work.id} if self.router.names_generations else {}), **cache}

    def chunked(self, parts: Iterator[bytes], work: Work, *, breaks: bool = False) -> None:
        """A stream of these parts; one that `breaks` ends without saying that it is over."""
        self.head(200, "text/event-stream", Transfer_Encoding="chunked", **self.named(work))
        with contextlib.suppress(ConnectionError):
            for part in parts:
                self.wfile.write(b"%x\r\n%s\r\n" % (len(part), part))
                self.wfile.flush()
            if not breaks:
                self.wfile.write(b"0\r\n\r\n")
        self.close_connection = True

    def log_message(self, format: str, *args: Any) -> None:
        """The tests look at `requests` instead."""


Reply = Callable[[Handler, Request], None]
