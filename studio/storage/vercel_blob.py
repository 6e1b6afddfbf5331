"""Vercel Blob (API version 12). Whether files can be read by everybody is a property of the store there."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from studio.domain.courier import Answer, Courier
from studio.domain.errors import Misconfigured, ServiceFailed
from studio.domain.storage import StoredFile, file_is_gone
from studio.storage.access import private_url, same_server
from studio.storage.remote import Page, document, failure, nonsense

KEY_HINT = "Set BLOB_READ_WRITE_TOKEN to the read-write token of the store: vercel.com/dashboard/stores"
PLACE_HINT = "STUDIO_STORAGE_URL may be vercel-blob://FOLDER?access=public, or private."
DELIVERY_DOMAIN = ".blob.vercel-storage.com"

PART_BYTES = 32 * 1024 * 1024
SECONDS, FILE_SECONDS = 60.0, 900.0
PAGE_SIZE = 1000

_TOKEN = re.compile(r"vercel_blob_rw_[A-Za-z0-9]+_[A-Za-z0-9_-]+")
_FOLDER = re.compile(r"([a-z0-9][a-z0-9._-]*(/[a-z0-9][a-z0-9._-]*)*)?")


class VercelBlob:
    """`place` is empty, or `vercel-blob://FOLDER?access=public` for a folder in the store and its access."""

    name = "vercel_blob"

    def __init__(
        self, courier: Courier, *, token: str, api_url: str, place: str = "", part_bytes: int = PART_BYTES
    ) -> None:
        """Raises Misconfigured for a token, an address or a place that cannot be one."""
        if not _TOKEN.fullmatch(token):
            missing = "is not set" if not token else "is not a read-write token of Vercel Blob"
            raise Misconfigured(f"BLOB_READ_WRITE_TOKEN {missing}.", hint=KEY_HINT)
        self._courier = courier
        self._token = token
        self._api_url = private_url(api_url, "VERCEL_BLOB_API_URL")
        self._folder, self._access = _place(place)
        self._part_bytes = part_bytes
        self._server = f"Vercel Blob at {urlsplit(self._api_url).netloc}"

    @property
    def is_public(self) -> bool:
        return self._access == "public"

    def upload(self, key: str, source: Path, media_type: str) -> None:
        if source.stat().st_size > self._part_bytes:
            self._upload_parts(key, source, media_type)
            return
        query = {"pathname": self._pathname(key)}
        stored = self._asked("PUT", "/", query, self._writing(media_type), content=source, seconds=FILE_SECONDS)
        if document(stored, self._server).get("pathname") != query["pathname"]:
            raise nonsense(self._server)

    def download(self, key: str, into: Path) -> None:
        facts = self._facts(key)
        if facts is None:
            raise file_is_gone(key)
        url = self._delivery(facts.get("url"))
        # A public file is given to everybody: the token stays where it is needed.
        headers = {"authorization": f"Bearer {self._token}"} if self._access == "private" else {}
        answer = self._courier.send("GET", url, headers=headers, into=into, seconds=FILE_SECONDS)
        if answer.status == 404:
            raise file_is_gone(key)
        if not answer.is_success:
            raise self._failure(answer)
        if into.stat().st_size != facts.get("size"):
            raise ServiceFailed(f"{self._server} broke off before the file was complete.", hint="Try again.")

    def head(self, key: str) -> StoredFile | None:
        facts = self._facts(key)
        return None if facts is None else self._stored(facts)

    def page(self, folder: str, cursor: str) -> Page:
        prefix = self._pathname(f"{folder}/" if folder else "")
        query = {"limit": str(PAGE_SIZE), "prefix": prefix, "cursor": cursor}
        found = document(self._asked("GET", "/", {name: value for name, value in query.items() if value}), self._server)
        blobs, following = found.get("blobs"), found.get("cursor") if found.get("hasMore") else None
        if not isinstance(blobs, list) or not (following is None or isinstance(following, str)):
            raise nonsense(self._server)
        return Page([self._stored(blob) for blob in blobs], following)

    def delete(self, key: str) -> None:
        body = json.dumps({"urls": [self._pathname(key)]}).encode()
        self._asked("POST", "/delete", {}, {"content-type": "application/json"}, content=body)

    def url(self, key: str, seconds: int) -> str | None:
        facts = self._facts(key) if self._access == "public" else None
        return None if facts is None else self._delivery(facts.get("url"))

    def close(self) -> None:
        self._courier.close()

    def _upload_parts(self, key: str, source: Path, media_type: str) -> None:
        query = {"pathname": self._pathname(key)}
        begun = document(self._part_asked(query, self._writing(media_type), "create", b""), self._server)
        if not isinstance(begun.get("key"), str) or not isinstance(begun.get("uploadId"), str):
            raise nonsense(self._server)
        headers = {
            **self._writing(media_type),
            "x-mpu-key": quote(begun["key"], safe=""),
            "x-mpu-upload-id": begun["uploadId"],
        }
        parts: list[Mapping[str, Any]] = []
        with source.open("rb") as stream:
            while part := stream.read(self._part_bytes):
                number = len(parts) + 1
                numbered = {**headers, "x-mpu-part-number": str(number)}
                taken = document(self._part_asked(query, numbered, "upload", part), self._server)
                parts.append({"partNumber": number, "etag": taken.get("etag")})
        finished = {**headers, "content-type": "application/json"}
        self._part_asked(query, finished, "complete", json.dumps(parts).encode())

    def _part_asked(self, query: Mapping[str, str], headers: Mapping[str, str], action: str, content: bytes) -> Answer:
        acting = {**headers, "x-mpu-action": action}
        return self._asked("POST", "/mpu", query, acting, content=content, seconds=FILE_SECONDS)

    def _facts(self, key: str) -> Mapping[str, Any] | None:
        answer = self._sent("GET", "/", {"url": self._pathname(key)})
        if _code(answer) in ("not_found", "blob_not_found") or (answer.status == 404 and _code(answer) is None):
            # A page of somebody else is no word on the file.
            if answer.body:
                document(answer, self._server)
            return None
        if not answer.is_success:
            raise self._failure(answer)
        return document(answer, self._server)

    def _stored(self, facts: Any) -> StoredFile:
        try:
            written = datetime.fromisoformat(facts["uploadedAt"])
            key = facts["pathname"].removeprefix(self._pathname(""))
            return StoredFile(key, int(facts["size"]), round(written.timestamp() * 1000))
        except (TypeError, KeyError, ValueError, AttributeError) as error:
            raise nonsense(self._server) from error

    def _asked(
        self,
        method: str,
        path: str,
        query: Mapping[str, str],
        headers: Mapping[str, str] | None = None,
        *,
        content: bytes | Path | None = None,
        seconds: float = SECONDS,
    ) -> Answer:
        answer = self._sent(method, path, query, headers, content=content, seconds=seconds)
        if not answer.is_success:
            raise self._failure(answer)
        return answer

    def _sent(
        self,
        method: str,
        path: str,
        query: Mapping[str, str],
        headers: Mapping[str, str] | None = None,
        *,
        content: bytes | Path | None = None,
        seconds: float = SECONDS,
    ) -> Answer:
        url = f"{self._api_url}{path}?{urlencode(query)}" if query else f"{self._api_url}{path}"
        known = {"authorization": f"Bearer {self._token}", "x-api-version": "12", **(headers or {})}
        return self._courier.send(method, url, headers=known, content=content, seconds=seconds)

    def _writing(self, media_type: str) -> dict[str, str]:
        return {
            "x-vercel-blob-access": self._access,
            "x-add-random-suffix": "0",
            "x-allow-overwrite": "1",
            "x-content-type": media_type or "application/octet-stream",
        }

    def _failure(self, answer: Answer) -> ServiceFailed:
        code, said = _code(answer), _message(answer).replace(self._token, "********")
        if code in ("store_not_found", "store_suspended"):
            return ServiceFailed(f"Vercel Blob does not serve this store: {code}.", hint=KEY_HINT)
        if answer.status == 400 and "access" in said:
            other = "private" if self._access == "public" else "public"
            return ServiceFailed(
                f"{self._server} refused {self._access} files.",
                hint=f"If the store is {other}, set STUDIO_STORAGE_URL=vercel-blob://?access={other}",
            )
        return failure(answer, self._server, KEY_HINT, said)

    def _delivery(self, url: object) -> str:
        """The address a file is given at. Raises ServiceFailed for one that is not Vercel's own: it gets the token."""
        if isinstance(url, str) and url.isascii() and url.isprintable() and " " not in url:
            parts = urlsplit(url)
            is_vercel = parts.scheme == "https" and (parts.hostname or "").endswith(DELIVERY_DOMAIN)
            if (is_vercel and parts.port is None and "@" not in parts.netloc) or same_server(url, self._api_url):
                return url
        raise ServiceFailed(f"{self._server} points to another server for the file.", hint="Check its address.")

    def _pathname(self, key: str) -> str:
        return f"{self._folder}/{key}" if self._folder else key


def _place(text: str) -> tuple[str, str]:
    """The folder in the store, and its access."""
    parts = urlsplit(text.strip() or "vercel-blob://?access=private")
    query = dict(parse_qsl(parts.query))
    folder = f"{parts.netloc}{parts.path}".strip("/")
    access = query.pop("access", "private")
    if parts.scheme != "vercel-blob" or query or access not in ("public", "private") or not _FOLDER.fullmatch(folder):
        raise Misconfigured("STUDIO_STORAGE_URL is no place in Vercel Blob.", hint=PLACE_HINT)
    return folder, access


def _error(answer: Answer) -> Mapping[str, Any]:
    try:
        content = answer.json()
    except ValueError:
        return {}
    error = content.get("error") if isinstance(content, dict) else None
    return error if isinstance(error, dict) else {}


def _code(answer: Answer) -> str | None:
    code = _error(answer).get("code")
    return code if isinstance(code, str) else None


def _message(answer: Answer) -> str:
    message = _error(answer).get("message")
    return message if isinstance(message, str) else ""
