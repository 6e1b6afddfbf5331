"""The one HTTP client of the providers. Nothing outside of this package imports httpx."""

from studio.providers.http.client import IDLE_SECONDS, Client
from studio.providers.http.failures import UNKNOWN_STATUSES, try_again
from studio.providers.http.pinned import open_pinned
from studio.providers.http.urls import checked_url
from studio.providers.http.wire import Answer, Delivery, Events, canonical, encoded

__all__ = [
    "IDLE_SECONDS",
    "UNKNOWN_STATUSES",
    "Answer",
    "Client",
    "Delivery",
    "Events",
    "canonical",
    "checked_url",
    "encoded",
    "open_pinned",
    "try_again",
]
