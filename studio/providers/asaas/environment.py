"""Where Asaas is, and which keys belong where: a key of one environment is never sent to the other."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from studio.domain.errors import Misconfigured

API_URL = "https://api.asaas.com/v3"
API_KEY = "ASAAS_API_KEY"
KEY_HINT = f"Set {API_KEY} to a key from Asaas, Integrações; in a shell its $ needs single quotes: '$aact_…'"

_PREFIX = "$aact_"


@dataclass(frozen=True)
class Environment:
    """One of Asaas' worlds: real money, or play money."""

    name: str
    key_prefix: str
    page: str


PRODUCTION = Environment("production", f"{_PREFIX}prod_", "https://asaas.com")
SANDBOX = Environment("sandbox", f"{_PREFIX}hmlg_", "https://sandbox.asaas.com")
_BY_HOST = {"api.asaas.com": PRODUCTION, "api-sandbox.asaas.com": SANDBOX}


def environment_of(api_url: str) -> Environment | None:
    """The environment of an address; None for a stand-in that is not Asaas' own."""
    return _BY_HOST.get(urlsplit(api_url).hostname or "")


def checked_key(api_key: str, api_url: str) -> str:
    """The key, if it can be one of that address. Raises Misconfigured before anything is sent."""
    key = api_key.strip()
    if not key:
        raise Misconfigured(f"Payments are not set up: {API_KEY} is not set.", hint=KEY_HINT)
    here = environment_of(api_url)
    if here is None:
        return key
    if not key.startswith(_PREFIX):
        raise Misconfigured(f"{API_KEY} does not begin with {_PREFIX}: it is no whole key.", hint=KEY_HINT)
    other = SANDBOX if here is PRODUCTION else PRODUCTION
    if key.startswith(other.key_prefix):
        raise Misconfigured(
            f"{API_KEY} is of the {other.name} environment, and ASAAS_API_URL is of {here.name}.",
            hint=f"A key of {here.name} begins with {here.key_prefix}; or set ASAAS_API_URL to the other address.",
        )
    return key


def checkout_page(checkout_id: str, api_url: str) -> str:
    """Where one pays a checkout."""
    page = (environment_of(api_url) or PRODUCTION).page
    return f"{page}/checkoutSession/show?id={quote(checkout_id, safe='')}"
