"""How studio comes to a test server instead of to the provider: as an application is built, and as settings say it."""

from __future__ import annotations

from studio.providers.access import ProviderAccess
from studio.providers.registry import Models, TextServer
from tests.servers.fal import FalServer


def access_to(fal: FalServer) -> ProviderAccess:
    return ProviderAccess(
        fal_key=fal.key,
        fal_queue_url=fal.queue_url,
        fal_rest_url=fal.rest_url,
        fal_api_url=fal.api_url,
        media_hosts=fal.media_host,
    )


def models_at(fal: FalServer) -> Models:
    """The models of this machine and of that fal."""
    return Models(text_server=TextServer(is_looked_for=False), access=access_to(fal))


def settings_of(fal: FalServer) -> dict[str, str]:
    """The environment in which studio uses that fal, and looks for no other server on this machine."""
    return {
        "FAL_KEY": fal.key,
        "STUDIO_FAL_QUEUE_URL": fal.queue_url,
        "STUDIO_FAL_REST_URL": fal.rest_url,
        "STUDIO_FAL_API_URL": fal.api_url,
        "STUDIO_MEDIA_HOSTS": fal.media_host,
        "STUDIO_FIND_LOCAL_SERVER": "false",
    }
