"""The guarded download: a file that a provider delivered, from places that are known, within limits, and as it says.

The address is data from outside. Nothing secret goes with the request, and it reaches public machines only."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from urllib.parse import SplitResult, urljoin, urlsplit

from studio.domain.errors import Misconfigured, NotSent, Rejected, ServiceFailed
from studio.domain.text import one_line
from studio.providers.addresses import is_loopback, is_public, resolved
from studio.providers.media_types import FLAC, JPEG, MP3, MP4, OGG, PNG, WAV, WEBM, WEBP, media_type_of

PROVIDER_HOSTS = frozenset({"fal.media", "openrouter.ai"})
PROVIDER_DOMAINS = (".fal.media",)
"""Where the providers say that their files lie; https on port 443 only."""

MAXIMUM_REDIRECTS = 3
IDLE_SECONDS = 30.0
MEGABYTE = 1_000_000
HTTPS_PORT, HTTP_PORT = 443, 80


@dataclass(frozen=True)
class Limits:
    """What a file of one kind may be: its size, how long it may take, and the media types it may have."""

    megabytes: int
    seconds: float
    media_types: frozenset[str]
    idle_seconds: float = IDLE_SECONDS


_SOUNDS = Limits(50, 300, frozenset({WAV, MP3, OGG, FLAC}))
LIMITS: Mapping[str, Limits] = MappingProxyType(
    {
        "image": Limits(25, 120, frozenset({PNG, JPEG, WEBP})),
        "video": Limits(500, 900, frozenset({MP4, WEBM})),
        "audio": _SOUNDS,
        "speech": _SOUNDS,
        "music": _SOUNDS,
    }
)
"""By medium."""

Resolver = Callable[[str, int], list[str]]

_REDIRECTS = (301, 302, 303, 307, 308)
_GONE = (404, 410)
"""What is not there any more; every other refusal may be the network's or pass."""

_HOST = re.compile(r"[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?|[0-9a-f:.]{2,45}", re.ASCII)
_HOSTS_HINT = "STUDIO_MEDIA_HOSTS is a list of host:port, separated by commas, such as 127.0.0.1:9000."


@dataclass(frozen=True)
class _Place:
    """Where a file lies: an address that was looked at, in the parts it was looked at by."""

    url: SplitResult
    host: str
    port: int
    is_trusted: bool
    """Whether the person who set studio up named this host and port."""


class Downloads:
    """Fetches delivered files. Threads may share it.

    `hosts` are host:port pairs beyond the providers' own, for which plain http and this machine are allowed too."""

    def __init__(self, hosts: str = "", *, resolve: Resolver = resolved, limits: Mapping[str, Limits] = LIMITS) -> None:
        """Raises Misconfigured for what is no list of hosts."""
        self._trusted = frozenset(_pair(entry) for entry in hosts.split(",") if entry.strip())
        self._resolve = resolve
        self._limits = limits

    def fetch(self, url: str, medium: str) -> bytes:
        """The bytes of the file at `url`, whose first bytes are those of an `image`, a `video` or `audio`.

        Raises Rejected for what may not be fetched or is something else: asking again changes nothing. Raises
        ServiceFailed when it did not arrive whole: it may be asked for again."""
        limits = self._limits[medium]
        ends_at = time.monotonic() + limits.seconds
        for _ in range(1 + MAXIMUM_REDIRECTS):
            place = self._allowed(url)
            found = self._ask(place, limits, ends_at)
            if isinstance(found, bytes):
                return _checked(found, place, limits, medium)
            url = _joined(place, found)
        raise Rejected(f"The file at {place.host} points to other places more than {MAXIMUM_REDIRECTS} times.")

    def _allowed(self, url: str) -> _Place:
        parts = _split(url)
        host, port = parts.hostname or "", _port(parts)
        is_trusted = (host, port) in self._trusted
        if not is_trusted and not _is_providers(host):
            # What lies at another name, or on this machine, may be fetched once that is trusted; nobody would trust
            # a bare number.
            is_name = host.rpartition(".")[2].isalpha() and "." in host
            kind = Misconfigured if is_name or is_loopback(host) else Rejected
            raise kind(
                f"The file is at {host or 'no host'}, and nothing is fetched from there.",
                hint="If you trust that host, add it to STUDIO_MEDIA_HOSTS as host:port.",
            )
        if not is_trusted and (parts.scheme, port) != ("https", HTTPS_PORT):
            raise Rejected(f"The file at {host} is offered without https on port {HTTPS_PORT}.")
        return _Place(parts, host, port, is_trusted)

    def _ask(self, place: _Place, limits: Limits, ends_at: float) -> bytes | str:
        """The file, or the address it is said to be at."""
        addresses = self._addresses(place)
        for address in addresses[:-1]:
            try:
                return _asked(place, address, limits, ends_at)
            except NotSent:
                # One of several machines is down, or this network does not reach its kind of address.
                continue
        return _asked(place, addresses[-1], limits, ends_at)

    def _addresses(self, place: _Place) -> list[str]:
        """The host's addresses, looked up once: what was checked is what is connected to."""
        addresses = self._resolve(place.host, place.port)
        if not addresses:
            raise ServiceFailed(f"{place.host} cannot be found.", hint="Check the connection, then try again.")
        for address in addresses:
            if not is_public(address) and not (place.is_trusted and is_loopback(address)):
                # This machine's name server says so, and another one may not: the file stays where it is.
                raise Misconfigured(
                    f"{place.host} leads to {one_line(address)[:60]}, which is no public address.",
                    hint="Does something on this network answer for other hosts? Fetch it from another network.",
                )
        return addresses


def _asked(place: _Place, address: str, limits: Limits, ends_at: float) -> bytes | str:
    # Late: the HTTP client takes longer to load than most commands take.
    from studio.providers.http import open_pinned

    seconds = max(0.0, ends_at - time.monotonic())
    with open_pinned(place.url.geturl(), address, seconds=seconds, idle_seconds=limits.idle_seconds) as delivery:
        if delivery.status in _REDIRECTS:
            return _target(place, delivery.headers)
        _check_status(place, delivery.status)
        return _whole(place, delivery.parts, delivery.headers, limits)


def _joined(place: _Place, target: str) -> str:
    try:
        return urljoin(place.url.geturl(), target)
    except ValueError as error:
        raise Rejected(f"The file at {place.host} points to an address that is none.") from error


def _target(place: _Place, headers: Mapping[str, str]) -> str:
    target = headers.get("location", "")
    if not target:
        raise Rejected(f"The file at {place.host} points to another place without saying which.")
    return target


def _check_status(place: _Place, status: int) -> None:
    if status in _GONE:
        raise Rejected(f"{place.host} does not give the file: status {status}.")
    if status != 200:
        raise ServiceFailed(f"{place.host} could not give the file: status {status}.", hint="Try again later.")


def _whole(place: _Place, parts: Iterable[bytes], headers: Mapping[str, str], limits: Limits) -> bytes:
    maximum_bytes = limits.megabytes * MEGABYTE
    announced = headers.get("content-length", "")
    if announced.isdigit() and int(announced) > maximum_bytes:
        raise _too_large(place, limits)
    body = bytearray()
    for part in parts:
        body += part
        if len(body) > maximum_bytes:
            raise _too_large(place, limits)
    if announced.isdigit() and len(body) != int(announced):
        raise ServiceFailed(f"{place.host} broke off before the file was complete.", hint="Try again.")
    return bytes(body)


def _too_large(place: _Place, limits: Limits) -> Rejected:
    return Rejected(f"The file at {place.host} is larger than {limits.megabytes} MB.")


def _checked(data: bytes, place: _Place, limits: Limits, medium: str) -> bytes:
    media_type = media_type_of(data)
    if media_type in limits.media_types:
        return data
    what = f"It is {media_type}" if media_type else "Its first bytes are those of something else"
    article = "an" if medium[0] in "aeiou" else "a"
    raise Rejected(f"The file at {place.host} is not {article} {medium} that studio reads. {what}.")


def _split(url: str) -> SplitResult:
    """The parts of an address that is written plainly. Raises Rejected for one that could be read in two ways."""
    is_plain = url.isascii() and url.isprintable() and not {" ", "\\"} & set(url)
    try:
        parts = urlsplit(url)
        _ = parts.port  # raises for what is no port
    except ValueError:
        is_plain = False
    if not is_plain:
        raise Rejected("The provider gave an address that is none.")
    if parts.scheme not in ("https", "http") or "@" in parts.netloc or not _HOST.fullmatch(parts.hostname or ""):
        raise Rejected("The provider gave an address that is not one of a file on the web.")
    return parts._replace(fragment="")


def _port(parts: SplitResult) -> int:
    if parts.port is not None:
        return parts.port
    return HTTPS_PORT if parts.scheme == "https" else HTTP_PORT


def _is_providers(host: str) -> bool:
    return host in PROVIDER_HOSTS or host.endswith(PROVIDER_DOMAINS)


def _pair(entry: str) -> tuple[str, int]:
    try:
        parts = urlsplit(f"//{entry.strip().lower()}")
        host, port = parts.hostname or "", parts.port or HTTPS_PORT
    except ValueError:
        host, port = "", 0
    if not _HOST.fullmatch(host) or parts.path or parts.query or "@" in parts.netloc:
        raise Misconfigured(f"STUDIO_MEDIA_HOSTS has {one_line(entry)!r}, which is no host.", hint=_HOSTS_HINT)
    return host, port
