"""A message that says a request has ended is believed when fal signed it just now, and never otherwise."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from studio.domain.errors import NotAllowed, NotLoggedIn, ServiceFailed
from studio.providers.fal import Fal
from studio.providers.fal.webhooks import SigningKeys, verify_webhook
from tests.servers.fal.signing import JWKS, public_key, signed

SECONDS = 1_800_000_000
NOW = SECONDS * 1000
BODY = b'{"request_id":"r-1","status":"OK","payload":{"images":[]}}'
KEYS = JWKS["keys"]


def test_a_message_of_fal_is_believed_whichever_of_its_keys_signed(fal: Fal) -> None:
    keys = fal.webhook_keys()

    assert len(keys) == 2
    assert verify_webhook(signed(BODY, "r-1", SECONDS), BODY, keys, NOW) == "r-1"


@pytest.mark.parametrize("seconds", [SECONDS - 300, SECONDS + 300])
def test_clocks_may_differ_by_five_minutes(seconds: int) -> None:
    assert verify_webhook(signed(BODY, "r-1", seconds), BODY, KEYS, NOW) == "r-1"


@pytest.mark.parametrize("seconds", [SECONDS - 301, SECONDS + 301])
def test_a_message_that_was_overheard_is_not_believed_later(seconds: int) -> None:
    with pytest.raises(NotAllowed, match=r"This message does not come from fal\."):
        verify_webhook(signed(BODY, "r-1", seconds), BODY, KEYS, NOW)


@pytest.mark.parametrize(
    "change",
    [
        {"X-Fal-Webhook-Request-Id": "r-2"},
        {"X-Fal-Webhook-User-Id": "user-2"},
        {"X-Fal-Webhook-Timestamp": str(SECONDS + 1)},
        {"X-Fal-Webhook-Timestamp": "soon"},
        {"X-Fal-Webhook-Timestamp": "١٨٠٠٠٠٠٠٠٠"},
        {"X-Fal-Webhook-Timestamp": ""},
        {"X-Fal-Webhook-Signature": "00" * 64},
        {"X-Fal-Webhook-Signature": "no hex"},
        {"X-Fal-Webhook-Signature": ""},
    ],
)
def test_a_header_that_was_changed_is_not_believed(change: dict[str, str]) -> None:
    with pytest.raises(NotAllowed):
        verify_webhook(signed(BODY, "r-1", SECONDS) | change, BODY, KEYS, NOW)


def test_a_body_that_was_changed_is_not_believed() -> None:
    with pytest.raises(NotAllowed):
        verify_webhook(signed(BODY, "r-1", SECONDS), BODY + b" ", KEYS, NOW)


@pytest.mark.parametrize(
    "keys",
    [
        [],
        [public_key(Ed25519PrivateKey.generate())],
        [{"kty": "OKP", "crv": "Ed25519", "x": "short"}],
        [{"kty": "OKP", "crv": "Ed25519", "x": 3}],
        [{"kty": "RSA", "n": "x"}],
    ],
)
def test_only_the_keys_of_fal_count(keys: list[dict[str, object]]) -> None:
    with pytest.raises(NotAllowed):
        verify_webhook(signed(BODY, "r-1", SECONDS), BODY, keys, NOW)


def test_the_names_of_headers_may_be_written_in_any_case() -> None:
    headers = {name.upper(): value for name, value in signed(BODY, "r-1", SECONDS).items()}

    assert verify_webhook(headers, BODY, KEYS, NOW) == "r-1"


class Fals:
    """fal's list of keys, and how often it was read."""

    def __init__(self) -> None:
        self.keys: list[dict[str, object]] = KEYS
        self.reads = 0
        self.seconds = 0.0
        self.known = SigningKeys(self.read, lambda: self.seconds)

    def read(self) -> list[dict[str, object]]:
        self.reads += 1
        return self.keys

    def believe(self) -> str:
        return self.known.verify(signed(BODY, "r-1", SECONDS), BODY, NOW)


def test_keys_are_read_once_a_day() -> None:
    fals = Fals()

    fals.believe()
    fals.seconds = 24 * 3600.0
    fals.believe()
    assert fals.reads == 1

    fals.seconds += 1
    fals.believe()
    assert fals.reads == 2


def test_keys_that_were_changed_are_read_again_but_not_for_every_forgery() -> None:
    fals = Fals()
    theirs, fals.keys = fals.keys, [public_key(Ed25519PrivateKey.generate())]
    for _ in range(3):
        with pytest.raises(NotLoggedIn):
            fals.believe()
    assert fals.reads == 1

    fals.seconds, fals.keys = 301.0, theirs
    assert fals.believe() == "r-1"
    assert fals.reads == 2


def test_a_list_of_keys_that_is_none_is_not_taken_for_an_empty_one(fal: Fal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fal.rest, "content", lambda answer: ["x"])

    with pytest.raises(ServiceFailed, match="no list of its public keys"):
        fal.webhook_keys()
