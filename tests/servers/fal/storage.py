"""Where references are stored and results are delivered. Neither must ever see the key."""

from __future__ import annotations

import time
import uuid
from datetime import UTC, datetime

from tests.servers.fal.replies import Replies
from tests.servers.fal.server import File
from tests.servers.fal.signing import JWKS


class Storage(Replies):
    def _rest(self, path: str) -> None:
        if path == ".well-known/jwks.json":
            self.json(200, JWKS)
        elif path == "storage/upload/initiate" and self.query.get("storage_type") in ("fal-cdn-v3", "gcs"):
            self._initiate()
        elif path == "storage/auth/token":
            until = datetime.fromtimestamp(time.time() + 3600, UTC).isoformat()
            token = {"token": "cdn-token", "token_type": "Bearer", "base_url": f"{self.fal.base}/media"}
            self.json(200, {**token, "expires_at": until})
        else:
            self.json(404, {"detail": "Not Found"})

    def _initiate(self) -> None:
        body = self.body or {}
        if not isinstance(body.get("content_type"), str) or not isinstance(body.get("file_name"), str):
            self.json(422, {"detail": [{"loc": ["body", "content_type"], "msg": "field required", "type": "missing"}]})
            return
        path = f"/media/files/{uuid.uuid4().hex[:12]}/{body['file_name']}"
        self.fal.files[path] = File(b"", body["content_type"], "awaited")
        address = self.fal.base + path
        self.json(200, {"file_url": address, "upload_url": f"{address}?signature=abc%2Fdef"})

    def _media(self, path: str, rest: str) -> None:
        key = self.headers.get("Authorization") or ""
        if key and key != "Bearer cdn-token":
            self.fal.leaks.append(self.path)
        if (self.command, rest) == ("POST", "files/upload"):
            self._store_by_token(key)
        elif self.command == "PUT":
            self._store(path)
        else:
            self._deliver(path)

    def _store_by_token(self, key: str) -> None:
        if key != "Bearer cdn-token":
            self.json(401, {"detail": "Unauthorized"})
            return
        name = self.headers.get("X-Fal-File-Name") or "upload.bin"
        media_type = self.headers.get("Content-Type") or ""
        self.json(200, {"access_url": self.fal.publish(self.data, name, media_type)["url"]})

    def _store(self, path: str) -> None:
        awaited = self.fal.files.get(path)
        if awaited is None or awaited.behaviour != "awaited" or self.query.get("signature") != "abc/def":
            self.bytes(403, b"SignatureDoesNotMatch", "text/plain")
        elif self.headers.get("Content-Type") != awaited.media_type:
            self.bytes(403, b"The content type is not the one that was signed", "text/plain")
        else:
            self.fal.files[path] = File(self.data, awaited.media_type)
            self.bytes(200, b"", "text/plain")

    def _deliver(self, path: str) -> None:
        file = self.fal.files.get(path)
        if file is None or file.behaviour in ("gone", "awaited"):
            self.bytes(404, b"not found", "text/plain")
        elif file.behaviour.startswith("redirect:"):
            self.bytes(302, b"", "text/plain", Location=file.behaviour.removeprefix("redirect:"))
        elif file.behaviour == "truncated":
            self._half(file.data, announced=len(file.data))
        elif file.behaviour == "endless":
            self._endless(file)
        elif file.behaviour.startswith("fails:"):
            self._fail(file.behaviour.removeprefix("fails:"), file.data)
        elif file.behaviour == "not_media":
            self.bytes(200, b"<!doctype html><title>Sorry</title>", file.media_type)
        elif file.behaviour == "wrong_content_type":
            self.bytes(200, file.data, "text/html")
        else:
            self.bytes(200, file.data, file.media_type)
