"""References on their way to fal: stored there for a week, each once per process, and named by their address."""

from __future__ import annotations

import threading
import time
from contextlib import closing
from typing import Any
from urllib.parse import urlsplit

from studio.domain.errors import Rejected, ServiceFailed, Uncertain
from studio.providers.http import Answer, Client

INITIATE = "storage/upload/initiate"
KEPT_SECONDS = 7 * 24 * 3600
"""How long fal keeps a file: an order may wait for hours, and nobody's face lies there for ever."""

REUSED_SECONDS = 24 * 3600.0
"""An address that is older than this is not used again: the file must outlive the order."""

SLOWEST_BYTES = 50_000
"""Bytes a second that a line must carry for a file to be sent: a slow one gets its time, a dead one does not."""

MOST_REMEMBERED = 500

_ENDINGS = {
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/webp": "webp",
    "audio/wav": "wav",
    "audio/mpeg": "mp3",
    "audio/ogg": "ogg",
    "audio/flac": "flac",
    "video/mp4": "mp4",
}


class Uploads:
    """Uploads files, and remembers where they are. It costs nothing and may be repeated. Threads may share it."""

    def __init__(self, rest: Client) -> None:
        self._rest = rest
        self._lock = threading.Lock()
        self._known: dict[str, tuple[str, float]] = {}

    def address(self, key: str, data: bytes, media_type: str) -> str:
        """Where fal finds the file with this content-hashed key. Raises ServiceFailed when it cannot be stored."""
        now = time.monotonic()
        with self._lock:
            address, stored_at = self._known.get(key, ("", now))
        if address and now - stored_at < REUSED_SECONDS:
            return address
        address = self._store(data, media_type)
        with self._lock:
            self._known[key] = (address, now)
            while len(self._known) > MOST_REMEMBERED:
                del self._known[next(iter(self._known))]
        return address

    def _store(self, data: bytes, media_type: str) -> str:
        file_url, upload_url = self._initiate(media_type)
        with closing(self._storage(upload_url, len(data))) as storage:
            answer = storage.put(upload_url, data, media_type=media_type)
        if not 200 <= answer.status < 300:
            raise ServiceFailed(f"{storage.place} refused a file with status {answer.status}.", hint="Try again later.")
        return file_url

    def _initiate(self, media_type: str) -> tuple[str, str]:
        """The address a file will have, and the one it is to be sent to."""
        payload = {"content_type": media_type, "file_name": f"reference.{_ENDINGS.get(media_type, 'bin')}"}
        try:
            answer = self._rest.post(
                INITIATE,
                payload,
                query={"storage_type": "fal-cdn-v3"},
                headers={"x-fal-object-lifecycle": f'{{"expiration_duration_seconds": {KEPT_SECONDS}}}'},
            )
        except Uncertain as error:
            # A POST, but nothing that anybody pays for.
            raise ServiceFailed(error.message, hint="Try again later.") from error
        return _addresses(self._content(answer))

    def _content(self, answer: Answer) -> Any:
        try:
            return self._rest.content(answer)
        except Rejected as error:
            raise ServiceFailed(error.message, hint="Try again later.", details=error.details) from error

    def _storage(self, upload_url: str, size_bytes: int) -> Client:
        """The server that takes the file. It gets no key: the address itself is signed."""
        parts, own = urlsplit(upload_url), urlsplit(self._rest.base_url)
        is_own = (parts.scheme, parts.hostname) == (own.scheme, own.hostname)
        if parts.scheme != "https" and not is_own:
            raise ServiceFailed("fal wants a file to be sent without https; it was not.", hint="Try again later.")
        seconds = self._rest.answer_seconds + size_bytes / SLOWEST_BYTES
        return Client(f"{parts.scheme}://{parts.netloc}", service="fal's storage", answer_seconds=seconds)


def _addresses(content: Any) -> tuple[str, str]:
    found = [content.get(name) for name in ("file_url", "upload_url")] if isinstance(content, dict) else []
    if len(found) != 2 or not all(isinstance(url, str) and url.startswith(("http://", "https://")) for url in found):
        raise ServiceFailed("fal did not say where to send a file.", hint="Try again later.")
    return str(found[0]), str(found[1])
