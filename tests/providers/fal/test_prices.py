"""What an order will cost and what it did, in millionths of a US dollar; recorded units are the test vectors."""

from __future__ import annotations

import socket
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest

from studio.domain.errors import Invalid, KeyRefused
from studio.domain.ports import SpeechRequest
from studio.domain.remote import (
    ClipRequest,
    PaintRequest,
    Reference,
    RemoteRequest,
    ScoreRequest,
    TranscriptionRequest,
)
from studio.providers.catalogue import find_spec
from studio.providers.fal import Fal
from studio.providers.fal.account import balance, billing_events
from studio.providers.fal.prices import LivePrice, LivePrices, cost_of, decimal_of, live_prices, quoted
from studio.providers.http import Client
from tests.providers.fal.conftest import Desk, connected, face, painting
from tests.servers.fal import FalServer

Open = Callable[..., Desk]
clip = ClipRequest("It turns.", 5, 1080, 1920, 1, start=face)
words_only = replace(clip, start=None)

QUOTES: list[tuple[str, RemoteRequest, int | None]] = [
    ("fal-ai/flux/schnell", painting, 3_000),
    ("fal-ai/flux/dev", PaintRequest("x", 1024, 1024, 1), 50_000),
    ("fal-ai/flux/dev", PaintRequest("x", 1080, 1920, 1), 50_000),
    ("fal-ai/flux-pro/v1.1", PaintRequest("x", 1080, 1920, 1), 80_000),
    ("fal-ai/flux-pro/kontext", replace(painting, references=(face,)), 40_000),
    ("fal-ai/flux-2-pro", PaintRequest("x", 960, 960, 1), 30_000),
    ("fal-ai/flux-2-pro", PaintRequest("x", 1080, 1920, 1), 60_000),
    ("fal-ai/nano-banana", painting, 39_000),
    ("fal-ai/nano-banana-2", painting, 80_000),
    ("fal-ai/nano-banana-pro", painting, 150_000),
    ("fal-ai/kling-video/v2.5-turbo/pro/image-to-video", clip, 350_000),
    ("fal-ai/kling-video/v2.5-turbo/pro/image-to-video", replace(clip, seconds=6), 700_000),
    ("fal-ai/kling-video/v2.6/pro/image-to-video", clip, 350_000),
    ("fal-ai/kling-video/v2.6/pro/image-to-video", replace(clip, with_sound=True), 700_000),
    ("fal-ai/kling-video/v3/pro/image-to-video", clip, 560_000),
    ("fal-ai/kling-video/v3/pro/image-to-video", replace(clip, with_sound=True), 840_000),
    ("fal-ai/veo3.1", replace(words_only, seconds=4), 800_000),
    ("fal-ai/veo3.1", replace(words_only, seconds=8, with_sound=True), 3_200_000),
    ("fal-ai/veo3.1/fast", replace(words_only, seconds=4, with_sound=True), 600_000),
    ("minimax/h3/image-to-video", clip, 300_000),
    ("fal-ai/kokoro/american-english", SpeechRequest("a" * 250, "en"), 5_000),
    ("fal-ai/elevenlabs/tts/eleven-v3", SpeechRequest("a" * 33, "en"), 3_300),
    ("fal-ai/minimax/speech-2.8-hd", SpeechRequest("a" * 100, "en"), 10_000),
    ("fal-ai/elevenlabs/music", ScoreRequest("Piano.", 10, 1), 800_000),
    ("fal-ai/elevenlabs/music", ScoreRequest("Piano.", 70, 1), 1_600_000),
    ("fal-ai/stable-audio-25/text-to-audio", ScoreRequest("Piano.", 30, 1), 200_000),
]


@pytest.mark.parametrize(("endpoint", "request_", "microusd"), QUOTES)
def test_an_estimate_needs_no_network(endpoint: str, request_: RemoteRequest, microusd: int) -> None:
    nowhere = LivePrices(Client("http://127.0.0.1:9", service="fal"))

    assert quoted(find_spec(f"fal/{endpoint}"), request_, nowhere) == microusd


@pytest.mark.parametrize(("endpoint", "request_", "microusd"), [quote for quote in QUOTES if quote[2] != 1_600_000])
def test_what_is_charged_is_what_was_quoted(
    server: FalServer, desk: Open, endpoint: str, request_: RemoteRequest, microusd: int
) -> None:
    model = desk(endpoint)

    answer = model.ask(request_)

    assert model.model.quote(request_) == microusd
    assert answer is not None
    assert answer.cost_microusd == microusd
    assert server.total_usd * 1_000_000 == microusd


def test_the_list_price_of_seedance_is_within_a_hundredth_of_what_its_tokens_cost(desk: Open) -> None:
    answer = desk("bytedance/seedance-2.0/image-to-video").ask(clip)

    assert answer is not None
    assert answer.cost_microusd == pytest.approx(5 * 303_400, rel=0.01)


@pytest.mark.parametrize(("seconds", "microusd"), [(0.0, None), (0.4, 8_000), (60.0, 8_000), (61.0, 16_000)])
def test_a_transcript_is_paid_for_by_started_minutes(desk: Open, seconds: float, microusd: int | None) -> None:
    request = TranscriptionRequest(Reference("a", "audio/wav"), "en", seconds=seconds)

    assert desk("fal-ai/elevenlabs/speech-to-text/scribe-v2").model.quote(request) == microusd


def test_what_cannot_be_made_has_no_price(desk: Open) -> None:
    with pytest.raises(Invalid):
        desk("fal-ai/flux/dev").model.quote(replace(painting, references=(face,)))


def test_estimate_and_cost_follow_the_live_price(server: FalServer, desk: Open) -> None:
    server.prices_change["fal-ai/kling-video/v3/pro/image-to-video"] = "0.21"
    kling = desk("fal-ai/kling-video/v3/pro/image-to-video")

    answer = kling.ask(clip)

    assert kling.model.quote(clip) == 840_000
    assert answer is not None
    assert answer.cost_microusd == 840_000


def test_a_live_price_of_quite_another_unit_does_not_bend_the_estimate(server: FalServer, desk: Open) -> None:
    server.prices_change["fal-ai/flux/dev"] = "0.0000001"

    assert desk("fal-ai/flux/dev").model.quote(painting) == 25_000


def test_the_live_price_is_asked_for_once(server: FalServer, desk: Open) -> None:
    model = desk().model

    for _ in range(3):
        model.quote(painting)

    assert [request.path for request in server.requests] == [
        "/api/v1/models/pricing?endpoint_id=fal-ai%2Fflux%2Fschnell"
    ]


def test_a_platform_that_is_down_is_asked_once_too(server: FalServer, desk: Open) -> None:
    server.platform_status = 503
    model = desk().model

    assert [model.quote(painting) for _ in range(3)] == [3_000] * 3
    assert len(server.requests) == 1


def test_without_a_key_nobody_is_asked(server: FalServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket.socket, "connect", lambda *_: pytest.fail("somebody was asked"))

    with connected(server, key="") as fal:
        assert quoted(find_spec("fal/fal-ai/flux/dev"), painting, fal.prices) == 25_000


@pytest.mark.parametrize(
    ("endpoint", "units", "usd"),
    [
        ("fal-ai/kling-video/v3/pro/image-to-video", "4.0", "0.56"),
        ("fal-ai/veo3.1", "2.0", "0.80"),
        ("fal-ai/nano-banana", "1", "0.039"),
        ("fal-ai/elevenlabs/speech-to-text/scribe-v2", "1", "0.008"),
        ("bytedance/seedance-2.0/text-to-video", "38.8", "0.5432"),
    ],
)
def test_recorded_units_cost_what_they_did(fal: Fal, endpoint: str, units: str, usd: str) -> None:
    cost = cost_of(find_spec(f"fal/{endpoint}"), {"x-fal-billable-units": units}, fal.prices)

    assert cost == Decimal(usd) * 1_000_000


@pytest.mark.parametrize("units", [None, "", "many", "nan", "inf", "-1", "1e400"])
def test_units_that_are_no_number_leave_the_cost_open(fal: Fal, units: str | None) -> None:
    headers = {} if units is None else {"x-fal-billable-units": units}

    assert cost_of(find_spec("fal/fal-ai/flux/dev"), headers, fal.prices) is None


def test_without_any_unit_price_the_cost_stays_open(server: FalServer) -> None:
    headers = {"x-fal-billable-units": "2"}

    with connected(server, key="") as fal:
        assert cost_of(find_spec("fal/fal-ai/flux/dev"), headers, fal.prices) == 50_000
        assert cost_of(find_spec("fal/fal-ai/flux-2-pro"), headers, fal.prices) is None


def test_live_prices_come_by_endpoint(fal: Fal) -> None:
    found = live_prices(fal.api, ["fal-ai/flux/dev", "fal-ai/nowhere"])

    assert found == {"fal-ai/flux/dev": LivePrice("fal-ai/flux/dev", "megapixels", Decimal(25_000))}


def test_many_live_prices_are_asked_for_in_parts(server: FalServer, fal: Fal) -> None:
    live_prices(fal.api, [f"fal-ai/m{number}" for number in range(51)])

    assert len(server.requests) == 2


def test_the_bill_of_each_request_is_exact(server: FalServer, fal: Fal, desk: Open) -> None:
    order = desk().order()
    first, second = desk().send(order), desk().send(order)
    server.will("content_policy")
    refused = desk().send(order)

    found = billing_events(fal.api, [first.request_id, second.request_id, refused.request_id])

    assert found == {first.request_id: 3_000, second.request_id: 3_000}


def test_the_balance_is_seen_with_an_admin_key_alone(server: FalServer, fal: Fal) -> None:
    with pytest.raises(KeyRefused):
        balance(fal.api)
    server.is_admin_key = True

    assert balance(fal.api) == 24_500_000


@pytest.mark.parametrize(("value", "number"), [("4.0", "4.0"), (3, "3"), (0.1, "0.1"), (True, None), ([], None)])
def test_numbers_are_taken_as_they_were_written(value: object, number: str | None) -> None:
    assert decimal_of(value) == (None if number is None else Decimal(number))
