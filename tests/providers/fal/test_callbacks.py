"""What fal says of a request that has ended, and at which address: read as it stands, or not at all."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlsplit

import pytest

from studio.domain.errors import Invalid, Rejected
from studio.domain.remote import Answer
from studio.providers.catalogue import find_spec
from studio.providers.fal.callbacks import callback_of, callbacks_to, job_of, outcome_of

SPEC = find_spec("fal/fal-ai/flux/schnell")
PICTURE = {"images": [{"url": "https://v3b.fal.media/files/x.png"}], "has_nsfw_concepts": [False]}
POLICY = {"detail": [{"loc": ["body", "prompt"], "msg": "flagged", "type": "content_policy_violation"}]}
JOB = "0193f6a0-7a6e-7000-8000-000000000001"


def outcome(**content: Any) -> object:
    body = json.dumps({"request_id": "r-1", "gateway_request_id": "g-1", **content}).encode()
    return outcome_of(callback_of(body), SPEC, lambda said: said)


def query(public_url: str = "https://studio.example.com", key: str = "id:secret") -> str:
    return urlsplit(callbacks_to(public_url, key)(JOB)).query


def test_the_address_is_a_route_of_this_studio_and_tells_our_own_id_back() -> None:
    address = callbacks_to("https://studio.example.com/", "id:secret")(JOB)

    assert address.startswith(f"https://studio.example.com/api/webhooks/fal?job={JOB}&code=")
    assert job_of(urlsplit(address).query, "id:secret") == JOB
    assert "secret" not in address


@pytest.mark.parametrize(
    "forged",
    ["", f"job={JOB}", f"job={JOB}&code=", f"job={JOB}&code=é", query(key="other"), query().replace("0001", "0002")],
)
def test_an_id_without_its_code_is_none(forged: str) -> None:
    assert job_of(forged, "id:secret") == ""


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"request_id": 7}', b"\xff", b"[" * 100_000])
def test_a_body_that_is_no_message_is_refused(body: bytes) -> None:
    with pytest.raises(Invalid):
        callback_of(body)


def test_a_request_goes_by_either_of_its_names() -> None:
    assert callback_of(b'{"request_id": "r", "gateway_request_id": "g"}').request_ids == ("r", "g")
    assert callback_of(b'{"request_id": "r", "gateway_request_id": "r"}').request_ids == ("r",)


def test_a_good_end_is_the_answer_without_its_cost() -> None:
    found = outcome(status="OK", payload=PICTURE)

    assert isinstance(found, Answer)
    assert ([file.url for file in found.files], found.request_id, found.cost_microusd) == (
        ["https://v3b.fal.media/files/x.png"],
        "r-1",
        None,
    )


@pytest.mark.parametrize(
    "content",
    [
        {"status": "OK", "payload": {"images": []}},
        {"status": "OK", "payload": PICTURE | {"has_nsfw_concepts": [True]}},
        {"status": "ERROR", "error": "Invalid status code: 422", "payload": POLICY},
        {"status": "ERROR", "error": "Invalid status code: 500", "payload": {"detail": "It broke"}},
    ],
)
def test_a_bad_end_is_the_verdict(content: dict[str, Any]) -> None:
    assert isinstance(outcome(**content), Rejected)


@pytest.mark.parametrize(
    "content",
    [
        {},
        {"status": "OK"},
        {"status": "OK", "payload": None, "payload_error": "not JSON serializable"},
        {"status": "OK", "payload": [PICTURE]},
        {"status": "ERROR", "error": "Invalid status code: 404", "payload": None, "payload_error": "too large"},
        {"status": "ERROR", "error": "Invalid status code: 422", "payload": {}},
        {"status": "ERROR", "error": "Invalid status code: 429", "payload": {"detail": "Rate limit exceeded"}},
        {"status": "ERROR", "error": "Something", "payload": POLICY},
        {"status": "WARMING_UP", "error": "Invalid status code: 422", "payload": POLICY},
    ],
)
def test_what_says_nothing_for_sure_is_looked_at(content: dict[str, Any]) -> None:
    assert outcome(**content) is None
