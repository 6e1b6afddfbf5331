"""Vercel Blob on this machine, as version 12 of its interface answers; the official client holds it to the truth.

The interface lies under `/api/blob`, the files themselves under `/delivery`, as they would at a host of their own."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler
from urllib.parse import parse_qs, quote, unquote, urlsplit

from tests.servers.running import serving
from tests.servers.trouble import Troubles, answer, answer_json, body_of

TOKEN = "vercel_blob_rw_store123_SECRETsecret"
SMALLEST_PART = 5 * 1024 * 1024
LONGEST_PATH = 950


@dataclass(frozen=True)
class Blob:
    data: bytes
    media_type: str
    uploaded_at: datetime


@dataclass
class BlobServer:
    port: int
    access: str = "private"
    smallest_part: int = SMALLEST_PART
    page_size: int = 1000
    now: datetime | None = None
    """When files are written; None for the present."""

    blobs: dict[str, Blob] = field(default_factory=dict)
    uploads: dict[str, dict[int, bytes]] = field(default_factory=dict)
    troubles: Troubles = field(default_factory=Troubles)
    asked: list[str] = field(default_factory=list)
    delivery_host: str = ""
    closing: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/api/blob"

    def url_of(self, path: str) -> str:
        host = self.delivery_host or f"http://127.0.0.1:{self.port}"
        return f"{host}/delivery/{quote(path)}"

    def keep(self, path: str, data: bytes, media_type: str) -> None:
        self.blobs[path] = Blob(data, media_type, self.now or datetime.now(UTC))

    def facts(self, path: str) -> dict[str, object]:
        blob = self.blobs[path]
        return {
            "url": self.url_of(path),
            "downloadUrl": self.url_of(path) + "?download=1",
            "pathname": path,
            "size": len(blob.data),
            "uploadedAt": blob.uploaded_at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "contentType": blob.media_type,
            "contentDisposition": f'inline; filename="{path.rpartition("/")[2]}"',
            "cacheControl": "public, max-age=2592000",
            "etag": f'"{hash(blob.data) & 0xFFFFFFFF:08x}"',
        }


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    vercel: BlobServer

    def do_GET(self) -> None:
        self._answer()

    def do_PUT(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def log_message(self, format: str, *args: object) -> None:
        """The tests look at `asked` instead."""

    def _answer(self) -> None:
        request = f"{self.command} {unquote(self.path)}"
        self.vercel.asked.append(request)
        self.body = body_of(self)
        trouble = self.vercel.troubles.take(request)
        if trouble is not None:
            trouble(self)
            return
        parts = urlsplit(self.path)
        self.query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if parts.path.startswith("/delivery/"):
            self._deliver(unquote(parts.path.removeprefix("/delivery/")))
        elif self.headers.get("authorization") != f"Bearer {TOKEN}":
            self._refuse(403, "forbidden", "Access denied, please provide a valid token for this resource")
        elif self.headers.get("x-api-version") != "12":
            self._refuse(400, "bad_request", "Unsupported API version")
        else:
            self._route(parts.path.removeprefix("/api/blob"))

    def _route(self, path: str) -> None:
        # Vercel's clients disagree about the slash, and both are served.
        path = path or "/"
        if self.command == "PUT" and path == "/":
            self._put()
        elif self.command == "GET" and path == "/" and "url" in self.query:
            self._head(self._path_of(self.query["url"]))
        elif self.command == "GET" and path == "/":
            self._list()
        elif self.command == "POST" and path == "/delete":
            for url in json.loads(self.body)["urls"]:
                self.vercel.blobs.pop(self._path_of(url), None)
            answer_json(self, 200, None)
        elif self.command == "POST" and path == "/mpu":
            self._multipart()
        else:
            self._refuse(404, "not_found", "The requested route does not exist")

    def _path_of(self, url: str) -> str:
        return unquote(urlsplit(url).path.removeprefix("/delivery/")) if "://" in url else url

    def _put(self) -> None:
        path = self.query.get("pathname", "")
        if not self._may_write(path):
            return
        source = self.query.get("fromUrl")
        data = self.vercel.blobs[self._path_of(source)].data if source else self.body
        self.vercel.keep(path, data, self.headers.get("x-content-type") or "application/octet-stream")
        facts = self.vercel.facts(path)
        answer_json(self, 200, {name: facts[name] for name in facts if name not in ("size", "uploadedAt")})

    def _may_write(self, path: str) -> bool:
        access = self.headers.get("x-vercel-blob-access")
        if not path or len(path) > LONGEST_PATH or "//" in path or {".", ".."} & set(path.split("/")):
            self._refuse(400, "bad_request", "Invalid pathname")
        elif access != self.vercel.access:
            said = f"Cannot use {access} access on a {self.vercel.access} store"
            self._refuse(400, "bad_request", said)
        elif path in self.vercel.blobs and self.headers.get("x-allow-overwrite") != "1":
            self._refuse(400, "bad_request", "This blob already exists, use `allowOverwrite: true`")
        else:
            return True
        return False

    def _head(self, path: str) -> None:
        if path not in self.vercel.blobs:
            self._refuse(404, "not_found", "The requested blob does not exist")
        else:
            answer_json(self, 200, self.vercel.facts(path))

    def _list(self) -> None:
        limit = min(int(self.query.get("limit", "1000")), self.vercel.page_size)
        after = bytes.fromhex(self.query["cursor"]).decode() if "cursor" in self.query else ""
        prefix = self.query.get("prefix", "")
        paths = [path for path in sorted(self.vercel.blobs) if path.startswith(prefix) and path > after]
        page = paths[:limit]
        listed = ("url", "downloadUrl", "pathname", "size", "uploadedAt", "etag")
        blobs = [{name: self.vercel.facts(path)[name] for name in listed} for path in page]
        found: dict[str, object] = {"blobs": blobs, "hasMore": len(paths) > limit}
        if len(paths) > limit:
            found["cursor"] = page[-1].encode().hex()
        answer_json(self, 200, found)

    def _multipart(self) -> None:
        path, action = self.query.get("pathname", ""), self.headers.get("x-mpu-action")
        if action == "create":
            if self._may_write(path):
                id = f"upl_{len(self.vercel.uploads) + 1}"
                self.vercel.uploads[id] = {}
                answer_json(self, 200, {"key": path, "uploadId": id})
            return
        parts = self.vercel.uploads.get(self.headers.get("x-mpu-upload-id") or "")
        if parts is None or unquote(self.headers.get("x-mpu-key") or "") != path:
            self._refuse(400, "bad_request", "Unknown upload")
        elif action == "upload":
            number = int(self.headers["x-mpu-part-number"])
            parts[number] = self.body
            answer_json(self, 200, {"etag": f'"part{number}"'})
        else:
            self._complete(path, parts)

    def _complete(self, path: str, parts: dict[int, bytes]) -> None:
        wanted = [(part["partNumber"], part["etag"]) for part in json.loads(self.body)]
        if wanted != [(number, f'"part{number}"') for number in sorted(parts)]:
            self._refuse(400, "bad_request", "Parts do not match")
        elif any(len(parts[number]) < self.vercel.smallest_part for number in sorted(parts)[:-1]):
            self._refuse(400, "bad_request", "Part is too small")
        else:
            data = b"".join(parts[number] for number in sorted(parts))
            self.vercel.keep(path, data, self.headers.get("x-content-type") or "application/octet-stream")
            facts = self.vercel.facts(path)
            answer_json(self, 200, {name: facts[name] for name in facts if name not in ("size", "uploadedAt")})

    def _deliver(self, path: str) -> None:
        is_known = self.headers.get("authorization") == f"Bearer {TOKEN}"
        if self.vercel.access == "private" and not is_known:
            answer(self, 403, b"Forbidden", "text/plain")
        elif path not in self.vercel.blobs:
            answer(self, 404, b"Blob not found", "text/plain")
        else:
            blob = self.vercel.blobs[path]
            answer(self, 200, blob.data, blob.media_type)

    def _refuse(self, status: int, code: str, message: str) -> None:
        answer_json(self, status, {"error": {"code": code, "message": message}})


@contextmanager
def running_vercel_blob(access: str = "private") -> Iterator[BlobServer]:
    with serving(Handler, "vercel", lambda port: BlobServer(port, access)) as server:
        yield server
