"""Replit App Storage: a bucket of Google Cloud Storage, whose keys a helper beside the app (the sidecar) gives out."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from studio.domain.courier import Answer, Courier
from studio.domain.errors import KeyRefused, NotSent, ServiceFailed
from studio.domain.storage import StoredFile, file_is_gone
from studio.storage.access import GOOGLE_STORAGE_URL, private_url, same_server
from studio.storage.remote import Page, document, failure, nonsense

KEY_HINT = "Create a bucket in the App Storage of this Repl, or set REPLIT_STORAGE_BUCKET_ID to one it may use."
SIDECAR_HINT = "The replit storage works inside a Repl only; elsewhere set STUDIO_STORAGE to another one."
SECONDS, FILE_SECONDS = 60.0, 900.0
PAGE_SIZE = 1000
EARLY_SECONDS = 60.0
"""How long before its end a key is no longer used."""

_SCOPE = " ".join(
    f"https://www.googleapis.com/auth/devstorage.{right}" for right in ("full_control", "read_only", "read_write")
)
_ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token"
_EXCHANGE = {
    "grant_type": "urn:ietf:params:oauth:grant-type:token-exchange",
    "audience": "replit",
    "scope": _SCOPE,
    "requested_token_type": _ACCESS_TOKEN,
    "subject_token_type": "access_token",
}


class Sidecar:
    """The helper beside the app: it names the bucket and gives out keys and signed addresses."""

    def __init__(self, courier: Courier, url: str) -> None:
        self._courier = courier
        self._url = private_url(url, "STUDIO_REPLIT_SIDECAR_URL")
        self._place = f"Replit's storage helper at {urlsplit(self._url).netloc}"
        self._token = ""
        self._until = 0.0
        self._lock = threading.Lock()

    def default_bucket(self) -> str:
        return self._text(self._asked("GET", "/object-storage/default-bucket"), "bucketId")

    def token(self) -> str:
        """The key to the bucket, exchanged anew shortly before it ends."""
        with self._lock:
            if time.monotonic() >= self._until:
                self._exchange()
            return self._token

    def forget_token(self) -> None:
        self._until = 0.0

    def signed_url(self, bucket: str, key: str, method: str, seconds: int) -> str:
        until = datetime.now(UTC) + timedelta(seconds=seconds)
        wanted = {
            "bucket_name": bucket,
            "object_name": key,
            "method": method,
            "expires_at": until.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        }
        body = json.dumps(wanted).encode()
        return self._text(
            self._asked("POST", "/object-storage/signed-object-url", body, "application/json"), "signed_url"
        )

    def _exchange(self) -> None:
        subject = self._text(self._asked("GET", "/credential"), "access_token")
        form = urlencode({**_EXCHANGE, "subject_token": subject}).encode()
        given = self._asked("POST", "/token", form, "application/x-www-form-urlencoded")
        self._token = self._text(given, "access_token")
        lasting = given.get("expires_in")
        seconds = float(lasting) if isinstance(lasting, int | float) else 0.0
        self._until = time.monotonic() + max(0.0, seconds - EARLY_SECONDS)

    def _asked(self, method: str, path: str, body: bytes | None = None, media_type: str = "") -> Mapping[str, Any]:
        headers = {"content-type": media_type} if media_type else {}
        try:
            answer = self._courier.send(method, self._url + path, headers=headers, content=body, seconds=SECONDS)
        except NotSent as error:
            raise NotSent(f"{self._place} cannot be reached.", hint=SIDECAR_HINT) from error
        if not answer.is_success:
            raise failure(answer, self._place, KEY_HINT)
        return document(answer, self._place)

    def _text(self, found: Mapping[str, Any], name: str) -> str:
        value = found.get(name)
        if not isinstance(value, str) or not value or not value.isascii() or not value.isprintable():
            raise nonsense(self._place)
        return value


class ReplitStorage:
    """Speaks the JSON interface of Google Cloud Storage. Where the key may not write, signed addresses may."""

    name = "replit"
    is_public = False

    def __init__(
        self, courier: Courier, *, sidecar_url: str, bucket: str = "", google_url: str = GOOGLE_STORAGE_URL
    ) -> None:
        """Without a bucket it is the default one of the Repl. Raises Misconfigured for a wrong address."""
        self._courier = courier
        self._sidecar = Sidecar(courier, sidecar_url)
        self._known_bucket = bucket
        self._google_url = private_url(google_url, "The address of Google Cloud Storage")
        self._server = f"Google Cloud Storage at {urlsplit(self._google_url).netloc}"

    def upload(self, key: str, source: Path, media_type: str) -> None:
        media_type = media_type or "application/octet-stream"
        query = urlencode({"uploadType": "media", "name": key})
        try:
            answer = self._asked(
                "POST", f"/upload/storage/v1/b/{self._bucket}/o?{query}", content=source, media_type=media_type
            )
        except KeyRefused:
            self._signed("PUT", key, source, media_type)
            return
        if document(answer, self._server).get("size") != str(source.stat().st_size):
            raise nonsense(self._server)

    def download(self, key: str, into: Path) -> None:
        answer = self._sent("GET", f"/download{self._object(key)}?alt=media", into=into, seconds=FILE_SECONDS)
        if answer.status == 404:
            raise file_is_gone(key)
        self._check(answer)

    def head(self, key: str) -> StoredFile | None:
        answer = self._sent("GET", f"{self._object(key)}?fields=name,size,updated")
        if answer.status == 404:
            return None
        self._check(answer)
        return self._stored(document(answer, self._server))

    def page(self, folder: str, cursor: str) -> Page:
        query = {"maxResults": str(PAGE_SIZE), "fields": "items(name,size,updated),nextPageToken"}
        query |= {"prefix": f"{folder}/"} if folder else {}
        query |= {"pageToken": cursor} if cursor else {}
        found = document(self._asked("GET", f"/storage/v1/b/{self._bucket}/o?{urlencode(query)}"), self._server)
        items, following = found.get("items", []), found.get("nextPageToken")
        if not isinstance(items, list) or not (following is None or isinstance(following, str)):
            raise nonsense(self._server)
        return Page([self._stored(item) for item in items], following or None)

    def delete(self, key: str) -> None:
        answer = self._sent("DELETE", self._object(key))
        if answer.status in (401, 403):
            self._signed("DELETE", key)
        elif answer.status != 404:
            self._check(answer)

    def url(self, key: str, seconds: int) -> str | None:
        return self._signed_url("GET", key, seconds)

    def close(self) -> None:
        self._courier.close()

    @property
    def _bucket(self) -> str:
        self._known_bucket = self._known_bucket or self._sidecar.default_bucket()
        return quote(self._known_bucket, safe="")

    def _object(self, key: str) -> str:
        return f"/storage/v1/b/{self._bucket}/o/{quote(key, safe='')}"

    def _signed(self, method: str, key: str, source: Path | None = None, media_type: str = "") -> None:
        url = self._signed_url(method, key, int(FILE_SECONDS))
        headers = {"content-type": media_type} if media_type else {}
        answer = self._courier.send(method, url, headers=headers, content=source, seconds=FILE_SECONDS)
        if not (method == "DELETE" and answer.status == 404):
            self._check(answer)

    def _signed_url(self, method: str, key: str, seconds: int) -> str:
        _ = self._bucket
        url = self._sidecar.signed_url(self._known_bucket, key, method, seconds)
        if not same_server(url, self._google_url):
            raise ServiceFailed("Replit's storage helper points to another server for the file.", hint=SIDECAR_HINT)
        return url

    def _asked(self, method: str, path: str, *, content: Path | None = None, media_type: str = "") -> Answer:
        answer = self._sent(method, path, content=content, media_type=media_type, seconds=FILE_SECONDS)
        self._check(answer)
        return answer

    def _sent(
        self,
        method: str,
        path: str,
        *,
        content: Path | None = None,
        media_type: str = "",
        into: Path | None = None,
        seconds: float = SECONDS,
    ) -> Answer:
        headers = {"authorization": f"Bearer {self._sidecar.token()}"}
        headers |= {"content-type": media_type} if media_type else {}
        url = self._google_url + path
        answer = self._courier.send(method, url, headers=headers, content=content, into=into, seconds=seconds)
        if answer.status == 401:
            self._sidecar.forget_token()
            headers["authorization"] = f"Bearer {self._sidecar.token()}"
            answer = self._courier.send(method, url, headers=headers, content=content, into=into, seconds=seconds)
        return answer

    def _check(self, answer: Answer) -> None:
        if not answer.is_success:
            raise failure(answer, self._server, KEY_HINT)

    def _stored(self, facts: Any) -> StoredFile:
        try:
            written = datetime.fromisoformat(facts["updated"])
            return StoredFile(facts["name"], int(facts["size"]), round(written.timestamp() * 1000))
        except (TypeError, KeyError, ValueError) as error:
            raise nonsense(self._server) from error
