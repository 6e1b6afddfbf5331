"""Amazon S3 and what speaks its language: R2, Google Cloud Storage with HMAC keys, MinIO.

`s3://BUCKET/FOLDER?endpoint=https://…&region=…`; the keys are the AWS_* variables of the environment."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import obstore
from obstore.exceptions import BaseError, PermissionDeniedError, UnauthenticatedError
from obstore.store import S3Store

from studio.domain.errors import KeyRefused, Misconfigured, ServiceFailed
from studio.domain.storage import StoredFile, file_is_gone
from studio.storage.access import private_url
from studio.storage.remote import Page

KEY_HINT = "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY to a key that may read and write this bucket."
PLACE_HINT = "STUDIO_STORAGE_URL looks like s3://bucket/folder?endpoint=https://s3.example.com&region=us-east-1."
PAGE_SIZE = 1000
LONGEST_LINK_SECONDS = 7 * 24 * 60 * 60

_STATUS = re.compile(r"status code: ([0-9]{3})")
_BUCKET = re.compile(r"[a-z0-9][a-z0-9._-]{1,61}[a-z0-9]")
_KEYS = (
    "AWS_ACCESS_KEY_ID",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
)
_UNREACHED = ("error sending request", "client error (Connect)", "dns error")


class S3Storage:
    """Talks through obstore, which repeats what failed in passing by itself."""

    name = "s3"
    is_public = False

    def __init__(self, place: str, *, most_retries: int = 3, seconds: int = 60, page_size: int = PAGE_SIZE) -> None:
        """`seconds` is how long one request may take, `page_size` how many files a page of a list has.

        Raises Misconfigured for what is no place."""
        parts = _split(place)
        query = dict(parse_qsl(parts.query))
        endpoint = (
            private_url(query.pop("endpoint"), "The endpoint in STUDIO_STORAGE_URL") if "endpoint" in query else ""
        )
        config: dict[str, Any] = {name: value for name, value in query.items() if name == "region"}
        if set(query) - {"region"}:
            raise Misconfigured("STUDIO_STORAGE_URL has more than endpoint and region.", hint=PLACE_HINT)
        if endpoint:
            config |= {"endpoint": endpoint, "virtual_hosted_style_request": False}
        config.setdefault("region", "auto" if endpoint else "us-east-1")
        self._server = f"The S3 storage at {urlsplit(endpoint).netloc or 'amazonaws.com'}"
        _require_key()
        self._page_size = page_size
        self._store = S3Store(
            parts.netloc,
            prefix=parts.path.strip("/") or None,
            config=config,  # type: ignore[arg-type]  # its keys are known to obstore by name only
            client_options={"allow_http": endpoint.startswith("http:"), "timeout": f"{seconds}s"},
            retry_config={"max_retries": most_retries, "retry_timeout": timedelta(seconds=seconds)},
        )

    def upload(self, key: str, source: Path, media_type: str) -> None:
        attributes = {"Content-Type": media_type or "application/octet-stream"}
        with self._in_our_words():
            try:
                obstore.put(self._store, key, source, attributes=attributes, max_concurrency=4)
            except FileNotFoundError as error:
                raise ServiceFailed(f"{self._server} has no such bucket.", hint=PLACE_HINT) from error

    def download(self, key: str, into: Path) -> None:
        with self._in_our_words(), into.open("wb") as stream:
            try:
                found = obstore.get(self._store, key)
            except FileNotFoundError as error:
                raise file_is_gone(key) from error
            for part in found.stream():
                stream.write(part)
            if stream.tell() != found.meta["size"]:
                raise ServiceFailed(f"{self._server} broke off before the file was complete.", hint="Try again.")

    def head(self, key: str) -> StoredFile | None:
        with self._in_our_words():
            try:
                return _stored(obstore.head(self._store, key))
            except FileNotFoundError:
                return None

    def page(self, folder: str, cursor: str) -> Page:
        with self._in_our_words():
            found = obstore.list(self._store, folder or None, offset=cursor or None, chunk_size=self._page_size)
            files = [_stored(each) for each in next(iter(found), [])]
        return Page(files, files[-1].key if len(files) == self._page_size else None)

    def delete(self, key: str) -> None:
        with self._in_our_words():
            obstore.delete(self._store, key)

    def url(self, key: str, seconds: int) -> str | None:
        with self._in_our_words():
            until = timedelta(seconds=min(seconds, LONGEST_LINK_SECONDS))
            return str(obstore.sign(self._store, "GET", key, until))

    def close(self) -> None:
        """obstore gives its connections back by itself."""

    @contextmanager
    def _in_our_words(self) -> Iterator[None]:
        try:
            yield
        except (PermissionDeniedError, UnauthenticatedError) as error:
            raise KeyRefused(f"{self._server} refused the key.", hint=KEY_HINT) from error
        except (BaseError, ValueError) as error:
            raise self._failure(str(error)) from error

    def _failure(self, said: str) -> ServiceFailed:
        # What obstore says goes on for pages; the status is what a person can use.
        status = _STATUS.search(said)
        if status is not None and status.group(1) in ("401", "403"):
            return KeyRefused(f"{self._server} refused the key.", hint=KEY_HINT)
        if status is not None:
            return ServiceFailed(f"{self._server} failed with status {status.group(1)}.", hint="Try again later.")
        if any(words in said for words in _UNREACHED):
            return ServiceFailed(f"{self._server} cannot be reached.", hint="Check STUDIO_STORAGE_URL.")
        return ServiceFailed(
            f"{self._server} answered with something studio does not understand.", hint="Check STUDIO_STORAGE_URL."
        )


def _split(place: str) -> Any:
    parts = urlsplit(place.strip())
    if parts.username or parts.password:
        raise Misconfigured("STUDIO_STORAGE_URL must not hold keys.", hint=KEY_HINT)
    if parts.scheme != "s3" or not _BUCKET.fullmatch(parts.netloc) or ".." in parts.path:
        raise Misconfigured("STUDIO_STORAGE_URL names no bucket.", hint=PLACE_HINT)
    return parts


def _require_key() -> None:
    # Without one, obstore would look for a key at an address that only Amazon's own machines have.
    if not any(os.environ.get(name) for name in _KEYS):
        raise Misconfigured("AWS_ACCESS_KEY_ID is not set, and the s3 storage needs it.", hint=KEY_HINT)


def _stored(facts: Any) -> StoredFile:
    return StoredFile(facts["path"], facts["size"], round(facts["last_modified"].timestamp() * 1000))
