"""What a storage elsewhere can do, and its failures in words that give no key away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from studio.domain.courier import Answer
from studio.domain.errors import KeyRefused, ServiceFailed
from studio.domain.storage import StoredFile
from studio.domain.text import one_line

_LONGEST_QUOTE = 200
_PASSING = (408, 425, 429)


@dataclass(frozen=True)
class Page:
    """Some of the files, and where the next ones begin; None where these were the last."""

    files: Sequence[StoredFile]
    cursor: str | None


class Remote(Protocol):
    """One wire format. Keys are checked before they come here; caching, checking and repeating are not its business.

    Raises Passing for what may be over soon, ServiceFailed for everything else."""

    name: str

    @property
    def is_public(self) -> bool: ...

    def upload(self, key: str, source: Path, media_type: str) -> None:
        """Store the file, replacing what is there."""

    def download(self, key: str, into: Path) -> None:
        """Write the stored bytes into a file. Raises NotFound."""

    def head(self, key: str) -> StoredFile | None: ...

    def page(self, folder: str, cursor: str) -> Page:
        """Files under the folder, all of them without one; the first page has an empty cursor."""

    def delete(self, key: str) -> None: ...

    def url(self, key: str, seconds: int) -> str | None: ...

    def close(self) -> None: ...


class Passing(ServiceFailed):
    """A failure that may be over soon; what a storage is asked may be asked again."""

    def __init__(self, message: str, *, retry_seconds: float | None = None) -> None:
        when = "Try again later." if retry_seconds is None else f"Try again in {retry_seconds:g} seconds."
        super().__init__(message, hint=when, details={"retry_after": retry_seconds} if retry_seconds else None)
        self.retry_seconds = retry_seconds


def failure(answer: Answer, place: str, key_hint: str, said: str = "") -> ServiceFailed:
    """The error an unsuccessful answer stands for; `said` are the server's own words."""
    words = one_line(said)[:_LONGEST_QUOTE].rstrip(" .")
    quoted = f": {words}" if words else ""
    details = {"status": answer.status}
    if answer.status in (401, 403):
        return KeyRefused(f"{place} refused the key{quoted}.", hint=key_hint, details=details)
    if answer.status == 429:
        return Passing(f"{place} has had too many requests{quoted}.", retry_seconds=answer.retry_seconds)
    if answer.status in _PASSING or answer.status >= 500:
        message = f"{place} failed with status {answer.status}{quoted}."
        return Passing(message, retry_seconds=answer.retry_seconds)
    if 300 <= answer.status < 400:
        return ServiceFailed(f"{place} points to another address.", hint="Set the address it has moved to.")
    message = f"{place} refused the request with status {answer.status}{quoted}."
    return ServiceFailed(message, hint="studio doctor tries the storage.", details=details)


def document(answer: Answer, place: str) -> Mapping[str, Any]:
    """The JSON object of a successful answer. Raises ServiceFailed for anything else."""
    try:
        content = answer.json()
    except ValueError:
        content = None
    if not isinstance(content, dict):
        raise ServiceFailed(
            f"{place} did not answer in JSON.", hint="Check its address: it may belong to something else."
        )
    return content


def nonsense(place: str) -> ServiceFailed:
    return ServiceFailed(
        f"{place} answered with something studio does not understand.",
        hint="Check its address: it may belong to something else.",
    )
