"""Where the providers are and by which keys they are used: all that an adapter is built from."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from studio.domain.errors import Misconfigured
from studio.domain.text import one_line

OPENROUTER_URL = "https://openrouter.ai/api/v1"
FAL_QUEUE_URL = "https://queue.fal.run"
FAL_REST_URL = "https://rest.fal.ai"
FAL_API_URL = "https://api.fal.ai/v1"
CLERK_API_URL = "https://api.clerk.com/v1"

OPENROUTER_KEY = "OPENROUTER_API_KEY"
FAL_KEY = "FAL_KEY"
OPENAI_KEY = "STUDIO_OPENAI_API_KEY"
OPENROUTER_KEY_HINT = f"Set {OPENROUTER_KEY} to a key from openrouter.ai/settings/keys, then: studio providers check"
FAL_KEY_HINT = f"Set {FAL_KEY} to a key from fal.ai/dashboard/keys, then: studio providers check"
OPENAI_KEY_HINT = f"Set {OPENAI_KEY} to a key of the server at STUDIO_OPENAI_BASE_URL, then: studio providers check"

_LOOPBACK = ("127.0.0.1", "::1", "localhost")


@dataclass(frozen=True)
class ProviderAccess:
    """Keys, base URLs, and further host:port pairs that deliver files. An empty key: that provider is not used.

    `public_url` is where providers reach this studio to say that a request has ended; without one they are asked."""

    openrouter_key: str = field(default="", repr=False)
    openrouter_url: str = OPENROUTER_URL
    fal_key: str = field(default="", repr=False)
    fal_queue_url: str = FAL_QUEUE_URL
    fal_rest_url: str = FAL_REST_URL
    fal_api_url: str = FAL_API_URL
    media_hosts: str = ""
    public_url: str = ""

    def require_openrouter(self, model: str) -> None:
        """Raise Misconfigured unless OpenRouter can be asked for the model."""
        if not self.openrouter_key:
            raise Misconfigured(f"{OPENROUTER_KEY} is not set, and {model} needs it.", hint=OPENROUTER_KEY_HINT)
        require_private(self.openrouter_url, "STUDIO_OPENROUTER_URL")

    def require_fal(self, model: str) -> None:
        """Raise Misconfigured unless fal can be asked for the model."""
        if not self.fal_key:
            raise Misconfigured(f"{FAL_KEY} is not set, and {model} needs it.", hint=FAL_KEY_HINT)
        require_private(self.fal_queue_url, "STUDIO_FAL_QUEUE_URL")
        require_private(self.fal_rest_url, "STUDIO_FAL_REST_URL")
        require_private(self.fal_api_url, "STUDIO_FAL_API_URL")
        if self.public_url:
            require_callable(self.public_url, "STUDIO_PUBLIC_URL")


def is_here(url: str) -> bool:
    """Whether the address is one of this machine."""
    try:
        return urlsplit(url).hostname in _LOOPBACK
    except ValueError:
        return False


def require_private(url: str, setting: str) -> None:
    """Raise Misconfigured for an address to which a key would travel where others can read it."""
    if not url.lower().startswith("https://") and not (url.lower().startswith("http://") and is_here(url)):
        raise Misconfigured(
            f"{setting} is {one_line(url)[:100]!r}, and the key is sent by https only.",
            hint=f"Set {setting} to an address that begins with https://.",
        )


def require_callable(url: str, setting: str) -> None:
    """Raise Misconfigured for an address at which a provider cannot reach this studio, or not in private."""
    try:
        parts = urlsplit(url)
        is_plain = bool(parts.hostname) and not (parts.query or parts.fragment or parts.username)
    except ValueError:
        is_plain = False
    is_private = url.lower().startswith("https://") or (url.lower().startswith("http://") and is_here(url))
    if not (is_plain and is_private and url.isprintable() and " " not in url):
        raise Misconfigured(
            f"{setting} is {one_line(url)[:100]!r}, which is no address that a provider can call.",
            hint=f"Set {setting} to the address of this studio, such as https://studio.example.com, or leave it empty.",
        )
