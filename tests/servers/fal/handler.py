"""The wire: every path of fal's servers, and who may ask for it."""

from __future__ import annotations

import json
from urllib.parse import parse_qs, unquote, urlsplit

from tests.servers.fal.platform import Platform
from tests.servers.fal.queue import Queue
from tests.servers.fal.server import Request
from tests.servers.fal.storage import Storage


class Handler(Queue, Storage, Platform):
    def do_GET(self) -> None:
        self._route()

    def do_PUT(self) -> None:
        self._route()

    def do_POST(self) -> None:
        self._route()

    def _route(self) -> None:
        self.data = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        parts = urlsplit(self.path)
        self.query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        first, _, rest = parts.path.lstrip("/").partition("/")
        if first == "control":
            self._control()
            return
        headers = {name.lower(): value for name, value in self.headers.items()}
        is_json = "json" in headers.get("content-type", "")
        self.body = json.loads(self.data) if is_json and self.data else None
        self.fal.requests.append(Request(self.command, self.path, headers, self.body))
        if first == "media":
            self._media(parts.path, rest)
        elif self._has_key():
            {"queue": self._queue, "rest": self._rest, "api": self._platform}[first](unquote(rest))

    def _has_key(self) -> bool:
        if self.path.startswith("/rest/.well-known/"):
            return True
        if self.headers.get("Authorization") == f"Key {self.fal.key}":
            return True
        shown = (self.headers.get("Authorization") or "").partition(" ")[0] or "none"
        self.json(401, {"detail": f"Authentication is required to access this application (scheme: {shown})."})
        return False

    def _control(self) -> None:
        if self.command == "POST":
            for name, value in json.loads(self.data).items():
                if name == "outcomes":
                    self.fal.will(*value)
                elif name == "answers":
                    self.fal.loses(*value)
                elif name == "news":
                    self.fal.withholds(*value)
                else:
                    setattr(self.fal, name, value)
        counts = {"posts": len(self.fal.posts), "total_usd": str(self.fal.total_usd)}
        self.json(200, {"paid": self.fal.paid, "leaks": self.fal.leaks, **counts})
