"""fal's servers behind one key: the queue that takes orders, the storage for references, the platform with bills."""

from __future__ import annotations

from typing import Any

from studio.domain.errors import ServiceFailed, StudioError
from studio.providers.access import FAL_API_URL, FAL_KEY_HINT, FAL_QUEUE_URL, FAL_REST_URL
from studio.providers.fal.faults import meaning
from studio.providers.fal.prices import LivePrices
from studio.providers.fal.uploads import Uploads
from studio.providers.fal.webhooks import SigningKeys
from studio.providers.http import Answer, Client

ANSWER_SECONDS = 60.0
PRICE_SECONDS = 5.0
"""An estimate does not wait longer for the live price; it has the catalogue's."""


class Fal:
    """The connection to fal. The key goes to these three servers and nowhere else. Threads may share it."""

    def __init__(
        self,
        api_key: str,
        *,
        queue_url: str = FAL_QUEUE_URL,
        rest_url: str = FAL_REST_URL,
        api_url: str = FAL_API_URL,
        answer_seconds: float = ANSWER_SECONDS,
    ) -> None:
        """Raises Misconfigured for an address or a key that cannot be one."""

        def client(url: str, seconds: float = answer_seconds) -> Client:
            return Client(
                url,
                service="fal",
                api_key=api_key,
                scheme="Key",
                key_hint=FAL_KEY_HINT,
                answer_seconds=seconds,
                meaning=self._meaning,
            )

        self.queue = client(queue_url)
        self.rest = client(rest_url)
        self.api = client(api_url)
        self._price_list = client(api_url, min(PRICE_SECONDS, answer_seconds))
        self.prices = LivePrices(self._price_list)
        self.uploads = Uploads(self.rest)
        self.signing_keys = SigningKeys(self.webhook_keys)

    def close(self) -> None:
        """Give back the connections that are kept open."""
        for client in (self.queue, self.rest, self.api, self._price_list):
            client.close()

    def webhook_keys(self) -> list[dict[str, Any]]:
        """The public keys that fal signs its webhooks with; they may be kept for up to 24 hours."""
        content = self.rest.content(self.rest.get(".well-known/jwks.json"))
        keys = content.get("keys") if isinstance(content, dict) else None
        if not isinstance(keys, list):
            raise ServiceFailed("fal gave no list of its public keys.", hint="Try again later.")
        return [key for key in keys if isinstance(key, dict)]

    def _meaning(self, answer: Answer, is_order: bool) -> StudioError | None:
        return meaning(answer, self.queue.quoted)
