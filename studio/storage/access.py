"""Where files are to be kept and by which keys: all that a storage is built from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from studio.domain.courier import Courier
from studio.domain.errors import Misconfigured
from studio.domain.text import one_line

VERCEL_BLOB_URL = "https://vercel.com/api/blob"
REPLIT_SIDECAR_URL = "http://127.0.0.1:1106"
GOOGLE_STORAGE_URL = "https://storage.googleapis.com"

_LOOPBACK = ("127.0.0.1", "::1", "localhost")


@dataclass(frozen=True)
class StorageAccess:
    """`folder` holds the files of the local storage, `cache_folder` copies of those that lie elsewhere."""

    kind: str
    folder: Path
    cache_folder: Path
    open_courier: Callable[[], Courier]
    """Who speaks HTTP; opened for the storages that need it."""

    url: str = ""
    blob_token: str = field(default="", repr=False)
    blob_api_url: str = VERCEL_BLOB_URL
    replit_bucket: str = ""
    replit_sidecar_url: str = REPLIT_SIDECAR_URL
    google_url: str = GOOGLE_STORAGE_URL


def private_url(url: str, setting: str) -> str:
    """The address without a closing slash. Raises Misconfigured where a key sent there could be read by others."""
    try:
        parts = urlsplit(url.strip())
        is_here = parts.scheme == "http" and parts.hostname in _LOOPBACK
        is_fine = bool(parts.hostname) and not (parts.username or parts.password or parts.query or parts.fragment)
    except ValueError:
        is_here = is_fine = False
    if not is_fine or not (is_here or parts.scheme == "https"):
        # What holds a password is not repeated.
        given = "" if "@" in url else f" {one_line(url)[:100]!r}"
        raise Misconfigured(
            f"{setting}{f' is{given}, which' if given else ''} is no https address of a server.",
            hint=f"Set {setting} to an address that begins with https://, without a password in it.",
        )
    return url.strip().rstrip("/")


def same_server(one: str, other: str) -> bool:
    """Whether two addresses are of one server, by scheme, name and port."""
    try:
        first, second = urlsplit(one), urlsplit(other)
    except ValueError:
        return False
    return (first.scheme, first.netloc) == (second.scheme, second.netloc)
