"""A Repl's storage helper and the Google Cloud Storage behind it, on one port of this machine.

The helper lies under `/sidecar`. The official client of Replit holds it to the truth."""

from __future__ import annotations

import email
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

BUCKET = "replit-objstore-5d1f"
SUBJECT = "subject-token"
SIGNATURE = "signed-by-replit"
EXCHANGE = {
    "grant_type": "urn:ietf:params:oauth:grant-type:token-exchange",
    "audience": "replit",
    "requested_token_type": "urn:ietf:params:oauth:token-type:access_token",
    "subject_token": SUBJECT,
    "subject_token_type": "access_token",
}


@dataclass(frozen=True)
class Object:
    data: bytes
    media_type: str
    updated: datetime


@dataclass
class ReplitServer:
    port: int
    now: datetime | None = None
    """When files are written; None for the present."""

    may_write: bool = True
    """Whether the key itself writes; otherwise signed addresses do."""

    page_size: int = 1000
    token_seconds: int = 3600
    tokens: list[str] = field(default_factory=list)
    objects: dict[str, Object] = field(default_factory=dict)
    troubles: Troubles = field(default_factory=Troubles)
    asked: list[str] = field(default_factory=list)
    closing: threading.Event = field(default_factory=threading.Event)

    @property
    def google_url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def sidecar_url(self) -> str:
        return f"{self.google_url}/sidecar"

    def keep(self, name: str, data: bytes, media_type: str) -> None:
        self.objects[name] = Object(data, media_type, self.now or datetime.now(UTC))

    def facts(self, name: str) -> dict[str, object]:
        kept = self.objects[name]
        return {
            "kind": "storage#object",
            "bucket": BUCKET,
            "name": name,
            "size": str(len(kept.data)),
            "contentType": kept.media_type,
            "updated": kept.updated.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        }


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    replit: ReplitServer

    def do_GET(self) -> None:
        self._answer()

    def do_PUT(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def do_DELETE(self) -> None:
        self._answer()

    def log_message(self, format: str, *args: object) -> None:
        """The tests look at `asked` instead."""

    def _answer(self) -> None:
        request = f"{self.command} {unquote(self.path)}"
        self.replit.asked.append(request)
        self.body = body_of(self)
        trouble = self.replit.troubles.take(request)
        parts = urlsplit(self.path)
        self.query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if trouble is not None:
            trouble(self)
        elif parts.path.startswith("/sidecar/"):
            self._sidecar(parts.path.removeprefix("/sidecar"))
        elif self.query.get("X-Goog-Signature") == SIGNATURE:
            self._signed(unquote(parts.path).removeprefix(f"/{BUCKET}/"))
        elif self.headers.get("authorization") not in [f"Bearer {token}" for token in self.replit.tokens[-1:]]:
            self._refuse(401, "Invalid Credentials")
        else:
            self._google(parts.path)

    def _sidecar(self, path: str) -> None:
        if path == "/object-storage/default-bucket":
            answer_json(self, 200, {"bucketId": BUCKET})
        elif path == "/credential":
            answer_json(self, 200, {"access_token": SUBJECT})
        elif path == "/token":
            form = {name: values[0] for name, values in parse_qs(self.body.decode()).items()}
            if {name: form.get(name) for name in EXCHANGE} != EXCHANGE:
                self._refuse(400, "invalid_request")
                return
            self.replit.tokens.append(f"google-{len(self.replit.tokens) + 1}")
            answer_json(
                self,
                200,
                {
                    "access_token": self.replit.tokens[-1],
                    "issued_token_type": EXCHANGE["requested_token_type"],
                    "token_type": "Bearer",
                    "expires_in": self.replit.token_seconds,
                },
            )
        else:
            wanted = json.loads(self.body)
            path = f"/{wanted['bucket_name']}/{quote(wanted['object_name'])}"
            url = f"{self.replit.google_url}{path}?X-Goog-Method={wanted['method']}&X-Goog-Signature={SIGNATURE}"
            answer_json(self, 200, {"signed_url": url})

    def _signed(self, name: str) -> None:
        if self.query["X-Goog-Method"] != self.command:
            self._refuse(403, "SignatureDoesNotMatch")
        elif self.command == "PUT":
            self.replit.keep(name, self.body, self.headers.get("content-type") or "application/octet-stream")
            answer(self, 200, b"", "text/html")
        elif name not in self.replit.objects:
            answer(self, 404, b"<Error><Code>NoSuchKey</Code></Error>", "application/xml")
        elif self.command == "DELETE":
            del self.replit.objects[name]
            answer(self, 204, b"", "text/html")
        else:
            answer(self, 200, self.replit.objects[name].data, self.replit.objects[name].media_type)

    def _google(self, path: str) -> None:
        upload, download, plain = f"/upload/storage/v1/b/{BUCKET}/o", "/download", f"/storage/v1/b/{BUCKET}/o"
        if self.command in ("POST", "DELETE") and not self.replit.may_write:
            self._refuse(403, "does not have storage.objects.create access")
        elif path == upload:
            self._upload()
        elif path == plain:
            self._list()
        else:
            is_media = path.startswith(download)
            name = unquote(path.removeprefix(download if is_media else "").removeprefix(f"{plain}/"))
            self._object(name, is_media)

    def _upload(self) -> None:
        if self.query["uploadType"] == "media":
            name, media_type, data = self.query["name"], self.headers.get("content-type") or "", self.body
        else:
            name, media_type, data = self._related()
        self.replit.keep(name, data, media_type)
        answer_json(self, 200, self.replit.facts(name))

    def _related(self) -> tuple[str, str, bytes]:
        """What the official client sends: the facts and the bytes as two parts."""
        head = f"Content-Type: {self.headers['content-type']}\r\n\r\n".encode()
        facts, data = email.message_from_bytes(head + self.body).get_payload()
        found = data.get_payload(decode=True)
        return json.loads(facts.get_payload(decode=True))["name"], data.get_content_type(), found

    def _object(self, name: str, is_media: bool) -> None:
        if name not in self.replit.objects:
            self._refuse(404, f"No such object: {BUCKET}/{name}")
        elif self.command == "DELETE":
            del self.replit.objects[name]
            answer(self, 204, b"", "application/json")
        elif is_media:
            answer(self, 200, self.replit.objects[name].data, self.replit.objects[name].media_type)
        else:
            answer_json(self, 200, self.replit.facts(name))

    def _list(self) -> None:
        after, prefix = self.query.get("pageToken", ""), self.query.get("prefix", "")
        size = min(int(self.query.get("maxResults", "1000")), self.replit.page_size)
        names = [name for name in sorted(self.replit.objects) if name.startswith(prefix) and name > after]
        found: dict[str, object] = {"kind": "storage#objects"}
        # As Google does, an empty list is left out.
        found |= {"items": [self.replit.facts(name) for name in names[:size]]} if names else {}
        found |= {"nextPageToken": names[size - 1]} if len(names) > size else {}
        answer_json(self, 200, found)

    def _refuse(self, status: int, message: str) -> None:
        answer_json(self, status, {"error": {"code": status, "message": message}})


@contextmanager
def running_replit() -> Iterator[ReplitServer]:
    with serving(Handler, "replit", ReplitServer) as server:
        yield server
