"""Where a request is asked for: under fal's own addresses, and never anywhere else."""

from __future__ import annotations

import pytest

from studio.domain.remote import Ticket
from studio.providers.fal.addresses import checked, ticket_for, ticket_of

QUEUE = "https://queue.fal.run"
OWN = f"{QUEUE}/fal-ai/flux/requests/r-1"


@pytest.mark.parametrize(
    ("endpoint", "app"),
    [
        ("fal-ai/flux/dev", "fal-ai/flux"),
        ("fal-ai/kling-video/v3/pro/image-to-video", "fal-ai/kling-video"),
        ("fal-ai/veo3.1", "fal-ai/veo3.1"),
        ("workflows/ana/portraits/v2", "workflows/ana/portraits"),
        ("comfy/ana/portraits/v2", "comfy/ana/portraits"),
    ],
)
def test_the_path_after_the_app_is_no_part_of_an_address(endpoint: str, app: str) -> None:
    base = f"{QUEUE}/{app}/requests/r-1"

    assert ticket_for(QUEUE, endpoint, "r-1") == Ticket("r-1", f"{base}/status", base, f"{base}/cancel")


def test_an_id_cannot_lead_to_another_path() -> None:
    assert ticket_for(QUEUE, "fal-ai/flux", "../../x?y").status_url == (
        "https://queue.fal.run/fal-ai/flux/requests/..%2F..%2Fx%3Fy/status"
    )


def test_the_addresses_that_fal_gives_are_kept_as_they_are() -> None:
    told = {"request_id": "r-1", "response_url": f"{OWN}/response", "status_url": f"{OWN}/status?v=2"}

    ticket = ticket_of(QUEUE, "fal-ai/flux/dev", told)

    assert ticket == Ticket("r-1", f"{OWN}/status?v=2", f"{OWN}/response", f"{OWN}/cancel")


@pytest.mark.parametrize(
    "url",
    [
        "",
        "http://queue.fal.run/fal-ai/flux/requests/r-1",
        "https://queue.fal.run.example.com/x",
        "https://key@queue.fal.run/x",
        "https://queue.fal.run:8443/x",
        "https://queue.fal.run\\@example.com/x",
        "https://[::1",
        "//example.com/x",
        "file:///etc/passwd",
        "https://queue.fal.run/a b\r\nx: y",
    ],
)
def test_an_address_that_leads_elsewhere_is_built_anew(url: str) -> None:
    assert checked(QUEUE, "fal-ai/flux/dev", Ticket("r-1", url, url, url)) == ticket_for(QUEUE, "fal-ai/flux", "r-1")
