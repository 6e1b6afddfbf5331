"""How studio stands with a provider: asked free of charge, by the cheapest request that needs a key."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from studio.domain.errors import KeyRefused, Misconfigured, StudioError
from studio.providers.access import OPENAI_KEY_HINT

if TYPE_CHECKING:
    from studio.providers.fal import Fal
    from studio.providers.openrouter import OpenRouter

SAMPLE_ENDPOINT = "fal-ai/flux/schnell"
"""Whose price is asked for to see whether fal takes the key."""

MICROUSD = 1_000_000


@dataclass(frozen=True)
class Standing:
    """What a provider says. Amounts in millionths of a US dollar; None where there is none, or it does not say."""

    message: str
    remaining_microusd: int | None = None
    limit_microusd: int | None = None
    used_microusd: int | None = None


def standing_at_fal(fal: Fal) -> Standing:
    """Raises KeyRefused for a key that is not known or has nothing left, ServiceFailed when fal cannot be asked."""
    from studio.providers.fal.account import balance
    from studio.providers.fal.prices import live_prices

    live_prices(fal.api, [SAMPLE_ENDPOINT])
    try:
        left = balance(fal.api)
    except StudioError:
        # The price list has shown that the key is good: most keys may not see the account.
        left = None
    if left is not None and left <= 0:
        raise KeyRefused("fal takes the key, and its account has nothing left.", hint="fal.ai/dashboard/billing")
    told = "" if left is not None else "; it does not let this key see the balance"
    return Standing(f"fal takes the key{told}.", remaining_microusd=left)


def standing_at_openrouter(openrouter: OpenRouter) -> Standing:
    """Raises KeyRefused for a key that is not known or has nothing left, ServiceFailed when it cannot be asked."""
    facts = openrouter.key_facts()
    if facts.remaining_usd == 0:
        raise KeyRefused("OpenRouter takes the key, and its limit is used up.", hint="openrouter.ai/settings/keys")
    more = [
        f"its limit begins anew {facts.limit_reset}" if facts.limit_reset else "",
        f"it ends at {facts.expires_at}" if facts.expires_at else "",
        "it is on the free tier" if facts.is_free_tier else "",
    ]
    told = ", ".join(["OpenRouter takes the key", *filter(None, more)])
    return Standing(f"{told}.", _microusd(facts.remaining_usd), _microusd(facts.limit_usd), _microusd(facts.used_usd))


def standing_at_server(base_url: str, api_key: str) -> Standing:
    """How it is with an OpenAI-compatible server. Raises KeyRefused, ServiceFailed or Misconfigured."""
    from studio.providers.http import Client
    from studio.providers.openai_compatible.chat import ChatServer, api_url

    if not base_url:
        raise Misconfigured(
            "No language model server is set, and none was found on this machine.",
            hint="Set STUDIO_OPENAI_BASE_URL, or run Ollama or LM Studio.",
        )
    client = Client(api_url(base_url), service="The server", api_key=api_key or None, key_hint=OPENAI_KEY_HINT)
    count = len(ChatServer(client).models())
    if not count:
        raise Misconfigured(f"{client.place} has no model that writes.", hint="Load one: ollama pull qwen3:8b")
    return Standing(f"{client.place} answers and has {count} model{'' if count == 1 else 's'} that write.")


def _microusd(usd: Decimal | None) -> int | None:
    return None if usd is None else int(usd * MICROUSD)
