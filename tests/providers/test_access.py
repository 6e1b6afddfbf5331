"""To which addresses keys are sent."""

from __future__ import annotations

import pytest

from studio.domain.errors import Misconfigured
from studio.providers.access import ProviderAccess, is_here, require_private


@pytest.mark.parametrize(
    "url", ["https://openrouter.ai/api/v1", "HTTPS://example.com", "http://127.0.0.1:8000/v1", "http://localhost:1"]
)
def test_a_key_goes_by_https_or_stays_on_this_machine(url: str) -> None:
    require_private(url, "THE_SETTING")


@pytest.mark.parametrize(
    "url",
    [
        "http://openrouter.ai/api/v1",
        "http://192.168.1.9/v1",
        "http://localhost.example.com",
        "http://127.0.0.1@example.com",
        "ftp://127.0.0.1",
        "http://[",
        "openrouter.ai",
        "",
    ],
)
def test_a_key_goes_nowhere_else(url: str) -> None:
    with pytest.raises(Misconfigured, match=r"THE_SETTING is .*by https only") as caught:
        require_private(url, "THE_SETTING")

    assert caught.value.hint == "Set THE_SETTING to an address that begins with https://."


def test_every_address_of_fal_has_to_be_private() -> None:
    for setting in ("fal_queue_url", "fal_rest_url", "fal_api_url"):
        access = ProviderAccess(fal_key="k", **{setting: "http://example.com"})

        with pytest.raises(Misconfigured, match=f"STUDIO_{setting.upper()} is"):
            access.require_fal("a model")


@pytest.mark.parametrize("url", ["https://studio.example.com", "https://h/studio/", "http://127.0.0.1:8000"])
def test_a_provider_can_call_this_studio(url: str) -> None:
    ProviderAccess(fal_key="k", public_url=url).require_fal("a model")


@pytest.mark.parametrize(
    "url",
    [
        "http://studio.example.com",
        "https://",
        "https://a b",
        "studio.example.com",
        "https://h/?x=1",
        "https://h/#x",
        "https://me:secret@h",
        "https://[",
    ],
)
def test_an_address_that_nobody_can_call_is_refused_before_anything_is_sent(url: str) -> None:
    with pytest.raises(Misconfigured, match="STUDIO_PUBLIC_URL is"):
        ProviderAccess(fal_key="k", public_url=url).require_fal("a model")


def test_no_key_is_shown() -> None:
    assert "secret" not in repr(ProviderAccess(openrouter_key="secret-1", fal_key="secret-2"))


@pytest.mark.parametrize(("url", "is_it"), [("http://[::1]:1/v1", True), ("https://example.com", False), ("[", False)])
def test_this_machine_is_known_by_its_names(url: str, is_it: bool) -> None:
    assert is_here(url) is is_it
