"""What is known of an order from fal's queue: every trap of the contract, each as a real server lays it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from studio.domain.errors import KeyRefused, NotSent, RateLimited, Rejected, ServiceFailed, StudioError
from studio.domain.remote import ClipRequest, Order, Ticket
from studio.providers.access import FAL_KEY_HINT
from studio.providers.catalogue import find_spec
from studio.providers.fal import Fal, FalModel
from tests.providers.fal.conftest import FLUX, MARKER, Desk, connected, face, painting
from tests.servers.fal import NO_NEWS, FalServer

Open = Callable[..., Desk]
KLING = "fal-ai/kling-video/v3/pro/image-to-video"


def test_an_order_is_the_models_input_itself_under_the_whole_endpoint(server: FalServer, desk: Open) -> None:
    order = desk().order()

    desk().send(order)

    (post,) = server.posts
    assert post.path == f"/queue/{FLUX}"
    assert post.body == dict(order.body)
    assert post.headers["authorization"] == f"Key {server.key}"
    assert post.headers["x-fal-tags"] == f"studio={MARKER}"


def test_a_ticket_holds_the_addresses_that_fal_gave(server: FalServer, desk: Open) -> None:
    ticket = desk(KLING).send(desk(KLING).order(ClipRequest("It turns.", 5, 1080, 1920, 1, start=face)))

    base = f"{server.queue_url}/fal-ai/kling-video/requests/{ticket.request_id}"
    assert ticket == Ticket(ticket.request_id, f"{base}/status", base, f"{base}/cancel")
    assert server.jobs[ticket.request_id].endpoint == KLING


def test_lost_addresses_are_built_from_owner_and_alias_alone(server: FalServer, desk: Open) -> None:
    clip = desk(KLING)
    order = clip.order(ClipRequest("It turns.", 5, 1080, 1920, 1, start=face))
    ticket = clip.send(order)

    answer = clip.model.look(order, Ticket(ticket.request_id))

    assert answer is not None
    assert server.polls[-2:] == [
        f"/queue/fal-ai/kling-video/requests/{ticket.request_id}/status",
        f"/queue/fal-ai/kling-video/requests/{ticket.request_id}",
    ]


def test_the_key_never_goes_where_a_strange_address_leads(server: FalServer, desk: Open) -> None:
    server.foreign_urls = "http://127.0.0.1:9"
    order = desk().order()
    ticket = desk().send(order)

    kept = replace(ticket, status_url="http://127.0.0.1:9/steal", response_url="https://queue.fal.run.example.com/x")

    assert ticket.status_url.startswith(server.queue_url)
    assert desk().model.look(order, kept) is not None


def test_a_job_is_waited_for_through_the_queue(server: FalServer, desk: Open) -> None:
    server.latency, server.concurrency = 0.15, 1
    model, orders = desk().model, [desk().order(replace(painting, seed=seed)) for seed in (1, 2)]
    tickets = [desk().send(order) for order in orders]

    first_looks = [model.look(order, ticket) for order, ticket in zip(orders, tickets, strict=True)]
    answers = [desk().wait(order, ticket) for order, ticket in zip(orders, tickets, strict=True)]

    assert first_looks == [None, None]
    assert [answer.data["seed"] for answer in answers] == [1, 2]
    assert len(server.paid) == 2


@pytest.mark.parametrize("name", ["strange_word", "still_in_progress_then_good"])
def test_what_is_no_end_is_waited_for(server: FalServer, desk: Open, name: str) -> None:
    server.will(name)
    order = desk().order()
    ticket = desk().send(order)

    assert desk().model.look(order, ticket) is None
    assert desk().model.look(order, ticket) is not None


@pytest.mark.parametrize(
    ("name", "sentence", "hint"),
    [
        ("completed_with_error", "Fal did not start it in time: Request timed out.", None),
        ("content_policy", "Fal's content check refused what was asked for: prompt: The content could not", "Word it"),
        ("no_media", "The model at fal made nothing of it: prompt: The model made no image.", None),
        ("plain_detail", "Fal refused the request: The input is too dark.", None),
        ("billed_refusal", "Fal found no face in the picture it was given: prompt: No face.", None),
        ("result_not_found", "Fal refused the request: Path /nowhere not found.", None),
        ("models_own_500", "The model at fal failed: Internal server error.", "Run the same command again later."),
        ("infrastructure_503", "The model at fal failed: Runner connection error.", "Run the same command again"),
        ("needs_retry", "Fal could not start the model in time: Timed out.", "Run the same command again later."),
        ("black_picture", "fal's content check blacked out the picture.", "Word it differently"),
        ("nothing", "FLUX.1 schnell delivered no picture.", "Word it differently"),
        ("wrong_shape", "FLUX.1 schnell delivered no picture.", "Word it differently"),
    ],
)
def test_a_failed_job_is_completed_and_its_result_is_the_verdict(
    server: FalServer, desk: Open, name: str, sentence: str, hint: str | None
) -> None:
    server.will(name)

    with pytest.raises(Rejected) as caught:
        desk().ask()

    assert sentence in caught.value.message
    assert (hint or "") in (caught.value.hint or "")
    assert not caught.value.details.get("is_unknown")


@pytest.mark.parametrize(
    ("name", "cost_microusd"),
    [("black_picture", 3_000), ("nothing", 3_000), ("billed_refusal", 3_000), ("content_policy", None)],
)
def test_what_fal_charges_for_a_failure_is_known_with_the_verdict(
    server: FalServer, desk: Open, name: str, cost_microusd: int | None
) -> None:
    server.will(name)

    with pytest.raises(Rejected) as caught:
        desk().ask()

    assert caught.value.details["cost_microusd"] == cost_microusd


@pytest.mark.parametrize(("name", "is_retryable"), [("infrastructure_503", True), ("needs_retry", True)])
def test_both_headers_that_say_a_failure_will_pass_are_understood(
    server: FalServer, desk: Open, name: str, is_retryable: bool
) -> None:
    server.will(name)

    with pytest.raises(Rejected) as caught:
        desk().ask()

    assert caught.value.details["is_retryable"] is is_retryable


@pytest.mark.parametrize(
    "name", ["edge_502_then_good", "edge_429_then_good", "edge_404_then_good", "runner_503_then_good"]
)
def test_a_machine_on_the_way_has_no_say_in_how_a_job_ended(server: FalServer, desk: Open, name: str) -> None:
    server.will(name)
    order = desk().order()
    ticket = desk().send(order)

    with pytest.raises((ServiceFailed, RateLimited)) as caught:
        desk().model.look(order, ticket)
    while server.jobs[ticket.request_id].passing:
        with pytest.raises((ServiceFailed, RateLimited)):
            desk().model.look(order, ticket)

    assert not isinstance(caught.value, Rejected)
    assert desk().model.look(order, ticket) is not None


@pytest.mark.parametrize("name", ["infrastructure_503", "needs_retry"])
def test_a_lost_runner_ends_a_request_only_where_the_books_say_so(server: FalServer, desk: Open, name: str) -> None:
    server.will(name)
    server.platform_status = 500
    order = desk().order()
    ticket = desk().send(order)

    with pytest.raises(ServiceFailed, match="when it was asked about a request") as unknown:
        desk().model.look(order, ticket)
    server.platform_status = 0
    with pytest.raises(Rejected):
        desk().model.look(order, ticket)

    assert not isinstance(unknown.value, Rejected)


@pytest.mark.parametrize(
    "news", [*NO_NEWS, *(f"refused:{status}" for status in (301, 400, 401, 403, 404, 408, 409, 422, 500, 503, 524))]
)
def test_no_news_of_a_request_is_no_word_on_how_it_ended(server: FalServer, desk: Open, news: str) -> None:
    order = desk().order()
    ticket = desk().send(order)
    server.withholds(news)

    with (
        connected(server, answer_seconds=0.3) as impatient,
        pytest.raises((ServiceFailed, KeyRefused, RateLimited)) as caught,
    ):
        desk(through=impatient).model.look(order, ticket)

    assert not isinstance(caught.value, Rejected)
    assert desk().model.look(order, ticket) is not None


def test_the_wait_that_fal_asks_for_is_handed_on(server: FalServer, desk: Open) -> None:
    server.retry_after = "7"
    server.loses("too_many_requests")

    with pytest.raises(RateLimited) as caught:
        desk().ask()

    assert caught.value.details["retry_after"] == 7
    assert caught.value.hint == "Try again in 7 seconds."
    assert server.paid == []


def test_a_request_that_fal_does_not_know_is_told_from_one_it_refused(server: FalServer, desk: Open) -> None:
    order = desk().order()
    ticket = desk().send(order)
    server.knows_nothing = True

    with pytest.raises(Rejected, match="fal does not know this request") as caught:
        desk().model.look(order, ticket)

    assert caught.value.details["is_unknown"] is True


@pytest.mark.parametrize("at_once", [True, False])
def test_wrong_input_is_refused_with_the_field_that_is_wrong(server: FalServer, desk: Open, at_once: bool) -> None:
    server.validates_at_once = at_once
    order = Order(KLING, {"start_image_url": "data:image/png;base64,iVBORw0=", "duration": 5, "seed": 3})

    with pytest.raises(Rejected) as caught:
        desk(KLING).model.look(order, desk(KLING).send(order))

    assert "duration: Input should be 3 or 4 or" in caught.value.message
    assert "seed: Extra inputs are not permitted" in caught.value.message
    assert server.paid == []


def test_an_endpoint_that_is_gone_is_a_verdict(desk: Open) -> None:
    with pytest.raises(Rejected, match="Application 'fal-ai/veo3' not found"):
        desk().send(Order("fal-ai/veo3", {"prompt": "A hare."}))


def test_a_wrong_key_is_said_with_where_to_set_it(server: FalServer, desk: Open) -> None:
    with connected(server, key="another") as fal, pytest.raises(KeyRefused, match="refused the key") as caught:
        desk(through=fal).ask()

    assert caught.value.hint == FAL_KEY_HINT
    assert "another" not in str(caught.value)


def test_a_locked_account_is_not_taken_for_a_wrong_key(server: FalServer, desk: Open) -> None:
    server.loses("locked_account")

    with pytest.raises(KeyRefused, match="not serve this account: User is locked") as caught:
        desk().ask()

    assert "billing" in (caught.value.hint or "")


def test_nobody_listening_was_asked_for_nothing() -> None:
    nowhere = Fal("k", queue_url="http://127.0.0.1:9", rest_url="http://127.0.0.1:9", api_url="http://127.0.0.1:9")
    model = FalModel(find_spec(f"fal/{FLUX}"), nowhere, lambda url, medium: b"")

    with pytest.raises(NotSent):
        model.send(Order(FLUX, {"prompt": "A hare."}), MARKER, lambda ticket: None)
    with pytest.raises(ServiceFailed) as caught:
        model.look(Order(FLUX, {}), Ticket("x"))
    assert not isinstance(caught.value, Rejected)


def test_a_job_that_waits_can_be_cancelled_and_a_finished_one_cannot(server: FalServer, desk: Open) -> None:
    server.latency, server.concurrency = 5.0, 1
    running, waiting = (desk().send(desk().order(replace(painting, seed=seed))) for seed in (1, 2))
    model = desk().model

    assert model.cancel(waiting)
    assert model.cancel(running)
    assert not model.cancel(Ticket("00000000-0000-0000-0000-000000000000"))
    with pytest.raises(Rejected, match="Cancelled"):
        model.look(Order(FLUX, {}), waiting)
    assert not model.cancel(waiting)
    # One that is being worked on may still finish, and be charged.
    assert [paid["request_id"] for paid in server.paid] == [running.request_id]


def test_fal_is_called_back_only_where_there_is_a_public_address(server: FalServer, fal: Fal, desk: Open) -> None:
    def webhook(marker: str) -> str:
        return f"https://studio.example.com/hooks/fal?job={marker}&mac=1"

    desk().ask()
    calling = FalModel(desk().model.spec, fal, desk().model.fetch, webhook)  # type: ignore[arg-type]  # not fetched
    Desk(calling).ask()

    assert [job.webhook for job in server.jobs.values()] == ["", webhook(MARKER)]


def test_every_failure_is_a_sentence(server: FalServer, desk: Open) -> None:
    for name in ("content_policy", "infrastructure_503", "nothing"):
        server.will(name)
        with pytest.raises(StudioError) as caught:
            desk().ask()
        assert caught.value.message[0].isupper() or caught.value.message.startswith("fal")
        assert caught.value.message.endswith(".")
