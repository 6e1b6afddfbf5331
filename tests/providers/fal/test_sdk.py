"""fal's own Python SDK against the same server: it sends what studio sends, and reads what studio reads."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import fal_client
import fal_client.client
import httpx
import pytest

from studio.domain.errors import Rejected
from studio.domain.remote import ClipRequest, PaintRequest
from tests.providers.fal.conftest import FLUX, PICTURE, Desk, face, painting
from tests.servers.fal import FalServer

Open = Callable[..., Desk]
KLING = "fal-ai/kling-video/v3/pro/image-to-video"


@pytest.fixture
def sdk(server: FalServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[fal_client.SyncClient]:
    # The SDK reads its hosts at import, and speaks https to them only.
    monkeypatch.setattr(fal_client.client, "QUEUE_URL_FORMAT", f"{server.queue_url}/")
    monkeypatch.setattr(fal_client.client, "REST_URL", server.rest_url)
    monkeypatch.setattr(fal_client.client, "CDN_URL", f"{server.base}/media")
    client = fal_client.SyncClient(key=server.key)
    opened, open_storage = [client._client], fal_client.SyncClient._get_cdn_client

    def storage(self: fal_client.SyncClient) -> httpx.Client:
        # The SDK leaves these open.
        opened.append(open_storage(self))
        return opened[-1]

    monkeypatch.setattr(fal_client.SyncClient, "_get_cdn_client", storage)
    yield client
    for connection in opened:
        connection.close()


def test_both_send_the_same_order(server: FalServer, sdk: fal_client.SyncClient, desk: Open) -> None:
    order = desk().order()

    desk().send(order)
    sdk.submit(order.endpoint, dict(order.body))

    ours, theirs = server.posts
    assert (ours.path, ours.body) == (theirs.path, theirs.body)
    for name in ("authorization", "content-type"):
        assert ours.headers[name] == theirs.headers[name]


def test_both_ask_under_the_same_addresses(server: FalServer, sdk: fal_client.SyncClient, desk: Open) -> None:
    order = desk(KLING).order(ClipRequest("It turns.", 5, 1080, 1920, 1, start=face))
    ticket = desk(KLING).send(order)

    rebuilt = sdk.get_handle(KLING, ticket.request_id)

    assert ticket.status_url == rebuilt.status_url
    assert ticket.response_url == rebuilt.response_url
    assert ticket.cancel_url == rebuilt.cancel_url


def test_both_read_the_same_result(sdk: fal_client.SyncClient, desk: Open) -> None:
    order = desk().order()
    ticket = desk().send(order)

    theirs, ours = sdk.result(FLUX, ticket.request_id), desk().model.look(order, ticket)

    assert ours is not None
    assert theirs["images"][0]["url"] == ours.files[0].url
    assert theirs["seed"] == ours.data["seed"]


def test_both_see_the_queue_move(server: FalServer, sdk: fal_client.SyncClient, desk: Open) -> None:
    server.latency, server.concurrency = 0.3, 1
    order = desk().order()
    running, waiting = desk().send(order), desk().send(order)

    assert isinstance(sdk.status(FLUX, running.request_id), fal_client.InProgress)
    assert isinstance(sdk.status(FLUX, waiting.request_id), fal_client.Queued)
    assert desk().model.look(order, running) is None
    desk().wait(order, running)
    assert isinstance(sdk.status(FLUX, running.request_id, with_logs=True), fal_client.Completed)


def test_both_learn_of_an_error_beside_the_status(server: FalServer, sdk: fal_client.SyncClient, desk: Open) -> None:
    server.will("completed_with_error")
    order = desk().order()
    ticket = desk().send(order)

    theirs = sdk.status(FLUX, ticket.request_id)
    with pytest.raises(Rejected) as ours:
        desk().model.look(order, ticket)

    assert isinstance(theirs, fal_client.Completed)
    assert (theirs.error, theirs.error_type) == ("Request timed out", ours.value.details["error_type"])


def test_both_learn_of_a_refusal_from_the_result(server: FalServer, sdk: fal_client.SyncClient, desk: Open) -> None:
    server.will("content_policy")
    order = desk().order()
    ticket = desk().send(order)

    with pytest.raises(fal_client.FalClientHTTPError) as theirs:
        sdk.result(FLUX, ticket.request_id)
    with pytest.raises(Rejected) as ours:
        desk().model.look(order, ticket)

    assert theirs.value.status_code == ours.value.details["status"] == 422
    assert theirs.value.response.json()["detail"][0]["type"] == ours.value.details["error_type"]


def test_both_can_cancel_what_waits(server: FalServer, sdk: fal_client.SyncClient, desk: Open) -> None:
    server.latency, server.concurrency = 5.0, 1
    order = desk().order()
    desk().send(order)
    first, second = desk().send(order), desk().send(order)

    sdk.cancel(FLUX, first.request_id)

    assert desk().model.cancel(second)
    assert len(server.paid) == 1


@pytest.mark.parametrize("repository", ["fal_v3", "fal"])
def test_a_picture_that_the_sdk_uploaded_is_as_good_as_ours(
    server: FalServer, sdk: fal_client.SyncClient, desk: Open, repository: str
) -> None:
    kontext = desk("fal-ai/flux-pro/kontext")
    ours = kontext.order(PaintRequest("Her, reading.", 1024, 1024, 5, references=(face,)))

    theirs = sdk.upload(PICTURE, "image/png", "face.png", repository=repository)  # type: ignore[arg-type]  # a literal
    result = sdk.subscribe(ours.endpoint, {**ours.body, "image_url": theirs})

    assert server.uploaded(theirs) == server.uploaded(str(ours.body["image_url"])) == PICTURE
    assert result["images"][0]["url"].startswith(server.base)


def test_the_sdk_repeats_an_order_that_was_taken_and_studio_does_not(
    server: FalServer, sdk: fal_client.SyncClient, desk: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fal_client.client, "BASE_DELAY", 0.001)
    order = desk().order(painting)

    server.loses("closes")
    sdk.submit(order.endpoint, dict(order.body))
    assert len(server.paid) == 2

    server.loses("closes")
    with pytest.raises(Exception, match="broke off"):
        desk().send(order)
    assert len(server.paid) == 3
