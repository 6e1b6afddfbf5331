"""The answer to an order is lost: nobody knows whether it was taken, it is sent once, and fal is asked what it has."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

import pytest

from studio.domain.errors import KeyRefused, RateLimited, Rejected, ServiceFailed, Uncertain
from studio.domain.remote import ClipRequest, Order
from tests.providers.fal.conftest import MARKER, Desk, connected, face, painting
from tests.servers.fal import LOST_ANSWERS, FalServer

Open = Callable[..., Desk]


def now() -> int:
    return int(time.time() * 1000)


def lose(desk: Desk, order: Order) -> None:
    with pytest.raises(Uncertain):
        desk.model.send(order, MARKER, lambda ticket: pytest.fail("nobody knows of a ticket"))


@pytest.mark.parametrize("how", LOST_ANSWERS)
def test_an_order_whose_answer_is_lost_is_sent_once_and_found_again(server: FalServer, desk: Open, how: str) -> None:
    server.loses(how)
    order, before = desk().order(), now()
    with connected(server, answer_seconds=0.5) as impatient:
        lose(desk(through=impatient), order)

    (ticket,) = desk().model.find(order, before - 1000)

    assert len(server.posts) == len(server.paid) == 1
    assert ticket.request_id == server.paid[0]["request_id"]
    assert desk().model.look(order, ticket) is not None


@pytest.mark.parametrize("status", [408, 409, 500, 502, 503, 504, 524])
def test_a_status_that_leaves_it_open_is_not_taken_for_a_refusal(server: FalServer, desk: Open, status: int) -> None:
    server.loses(f"taken:{status}")
    order, before = desk().order(), now()

    lose(desk(), order)

    assert len(desk().model.find(order, before - 1000)) == len(server.posts) == 1


@pytest.mark.parametrize("status", [301, 400, 401, 402, 403, 404, 405, 413, 422, 429])
def test_a_refusal_is_a_verdict(server: FalServer, desk: Open, status: int) -> None:
    server.loses(f"refused:{status}")

    with pytest.raises((Rejected, KeyRefused, RateLimited)):
        desk().send(desk().order())

    assert server.paid == []
    assert len(server.posts) == 1


def test_an_order_that_never_arrived_is_not_found(server: FalServer, desk: Open) -> None:
    server.loses("closes_before")
    order, before = desk().order(), now()
    lose(desk(), order)

    assert desk().model.find(order, before - 1000) == []
    assert server.paid == []


def test_only_orders_with_the_same_body_are_found_the_oldest_first(server: FalServer, desk: Open) -> None:
    order = desk().order()
    before = now()
    desk().send(desk().order(replace(painting, seed=99)))
    first, second = desk().send(order), desk().send(order)

    assert desk().model.find(order, before - 1000) == [first, second]


def test_a_clip_is_found_by_the_addresses_that_were_uploaded_for_it(server: FalServer, desk: Open) -> None:
    kling = desk("fal-ai/kling-video/v2.6/pro/image-to-video")
    order, before = kling.order(ClipRequest("It turns.", 5, 1080, 1920, 1, start=face)), now()
    server.loses("bad_gateway")
    lose(kling, order)

    assert len(kling.model.find(order, before - 1000)) == 1


def test_all_pages_of_the_list_are_looked_through(server: FalServer, desk: Open) -> None:
    order = desk().order()
    before = now()
    first = desk().send(order)
    for seed in range(205):
        server.accept(order.endpoint, {"prompt": "another", "seed": seed}, webhook="", tags="")

    assert desk().model.find(order, before - 1000) == [first]
    assert sum("by-endpoint" in request.path for request in server.requests) == 3


def test_numbers_are_equal_however_they_are_written(server: FalServer, desk: Open) -> None:
    order, before = desk().order(), now()
    server.accept(order.endpoint, {**order.body, "seed": 11.0}, webhook="", tags="")

    assert len(desk().model.find(order, before - 1000)) == 1


def test_what_was_taken_before_is_not_found(server: FalServer, desk: Open) -> None:
    order = desk().order()
    desk().send(order)

    assert desk().model.find(order, now() + 3_600_000) == []


@pytest.mark.parametrize("status", [500, 403, 404])
def test_a_platform_that_cannot_answer_does_not_say_that_nothing_is_there(
    server: FalServer, desk: Open, status: int
) -> None:
    server.platform_status = status

    with pytest.raises(Exception, match="Something went wrong"):
        desk().model.find(desk().order(), now())


def test_a_list_that_is_none_does_not_say_that_nothing_is_there(server: FalServer, desk: Open) -> None:
    server.platform_status = 200

    with pytest.raises(ServiceFailed, match="did not answer with a list"):
        desk().model.find(desk().order(), now())
