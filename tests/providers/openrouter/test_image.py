"""Pictures through OpenRouter: what is asked, what comes, and what is lost."""

from __future__ import annotations

from dataclasses import replace

import pytest

from studio.domain.errors import Invalid, RateLimited, Rejected, StudioError, Uncertain
from studio.domain.remote import Order, RemoteFile, Ticket
from studio.providers.catalogue import find_spec
from studio.providers.media_types import PNG, media_type_of
from studio.providers.openrouter import OpenRouter, OpenRouterImage
from studio.providers.openrouter.image import nearest_aspect
from tests.providers.openrouter.conftest import PHOTO, PLAIN, PORTRAIT, Asked, read
from tests.servers.openrouter import OpenRouterServer, Reply, replies


def test_a_picture_comes_with_its_bytes_and_its_cost(painter: Asked, router: OpenRouterServer) -> None:
    answer = painter.send(PORTRAIT, marker="01JCALL")

    (work,) = router.paid
    (file,) = answer.files
    assert painter.model.fetch(file) == work.picture
    assert media_type_of(file.data) == file.media_type == PNG
    assert (answer.cost_microusd, answer.request_id) == (39_000, work.id)
    assert painter.tickets == [Ticket(work.id)]
    assert router.posts[0].body == {
        "model": "google/gemini-2.5-flash-image",
        "prompt": "a red octopus",
        "aspect_ratio": "9:16",
        "n": 1,
        "seed": 2**40 % 2**31 + 7,
        "session_id": "01JCALL",
    }


def test_pictures_to_go_by_are_shown_as_far_as_the_model_takes_them(painter: Asked, router: OpenRouterServer) -> None:
    painter.send(replace(PORTRAIT, references=(PHOTO,) * 5))

    shown = router.posts[0].body["input_references"]
    assert len(shown) == 3
    assert shown[0] == {"type": "image_url", "image_url": {"url": "data:image/png;base64,Ynl0ZXMgb2YgYWIxMi5wbmc="}}


def test_what_must_not_be_seen_is_said_in_the_prompt(painter: Asked, router: OpenRouterServer) -> None:
    painter.send(replace(PORTRAIT, negative_prompt=" text, logos "))

    assert router.posts[0].body["prompt"] == "a red octopus\nNot in the picture: text, logos"


def test_only_what_the_model_takes_is_sent(service: OpenRouter) -> None:
    spec = replace(find_spec("openrouter/google/gemini-2.5-flash-image"), fields={}, constants={"resolution": "1K"})
    model = OpenRouterImage(service, spec)

    order = model.prepare(PORTRAIT, read)

    assert "seed" not in order.body
    assert order.body["resolution"] == "1K"
    with pytest.raises(Invalid, match="takes no pictures to go by"):
        model.prepare(replace(PORTRAIT, references=(PHOTO,)), read)


@pytest.mark.parametrize(
    ("width", "height", "aspect"),
    [(1080, 1920, "9:16"), (1920, 1080, "16:9"), (500, 500, "1:1"), (1080, 1350, "4:5"), (3000, 1000, "21:9")],
)
def test_the_nearest_proportions_are_asked_for(width: int, height: int, aspect: str) -> None:
    assert nearest_aspect(width, height, ("1:1", "4:5", "9:16", "16:9", "21:9")) == aspect


def test_a_model_that_paints_writes_nothing(painter: Asked) -> None:
    with pytest.raises(Invalid, match="paints pictures, and does nothing else"):
        painter.model.prepare(PLAIN, read)


def test_a_picture_in_events_is_understood_and_a_rough_one_is_none(painter: Asked, router: OpenRouterServer) -> None:
    router.will(replies.painted_in_events)

    answer = painter.send(PORTRAIT)

    assert [file.data for file in answer.files] == [router.paid[0].picture]
    assert answer.cost_microusd == 39_000


@pytest.mark.parametrize(
    ("reply", "kind", "sentence"),
    [
        (replies.no_picture, Rejected, "gave no picture"),
        (replies.spoilt_picture, Rejected, "gave no picture"),
        (replies.painting_cut_off, Uncertain, "broke off before the picture was there"),
        (replies.half_a_body, Uncertain, "broke off"),
        (replies.closes, Uncertain, "broke off"),
        (replies.never_answers, Uncertain, r"within 0\.3 seconds"),
        (replies.bad_gateway, Uncertain, "failed with status 502"),
        (replies.no_json, Uncertain, "cannot be read"),
        (replies.too_many, RateLimited, "too many requests"),
        (replies.no_credit, Rejected, "no credit left"),
        (
            replies.error_in_200(400, "Bad", {"error_type": "content_policy_violation"}),
            Rejected,
            "declined these words",
        ),
    ],
)
def test_each_failure_says_what_is_known_of_the_picture(
    painter: Asked, router: OpenRouterServer, reply: Reply, kind: type[StudioError], sentence: str
) -> None:
    router.will(reply)

    with pytest.raises(kind, match=sentence) as caught:
        painter.send(PORTRAIT)

    assert type(caught.value) is kind
    assert len(router.posts) == 1


def test_a_picture_that_was_paid_for_and_not_delivered_tells_its_cost(painter: Asked, router: OpenRouterServer) -> None:
    router.will(replies.no_picture)

    with pytest.raises(Rejected) as caught:
        painter.send(PORTRAIT)

    assert caught.value.details == {"request_id": router.paid[0].id, "cost_microusd": 39_000}


def test_a_lost_picture_is_paid_for_and_gone(painter: Asked, router: OpenRouterServer) -> None:
    router.unlisted_looks = 1
    router.will(replies.half_a_body)
    with pytest.raises(Uncertain):
        painter.send(PORTRAIT)

    with pytest.raises(Rejected) as unknown:
        painter.look()
    with pytest.raises(Rejected, match="does not keep it") as lost:
        painter.look()

    assert unknown.value.details["is_unknown"] is True
    assert lost.value.details == {"request_id": router.paid[0].id, "cost_microusd": 39_000}
    assert len(router.paid) == 1


def test_a_picture_is_never_asked_for_twice(painter: Asked) -> None:
    assert not painter.model.may_repeat
    assert painter.model.find(Order("images", {}), 0) == ()
    assert painter.model.cancel(Ticket("gen-1")) is False


def test_a_picture_at_an_address_is_not_fetched(painter: Asked) -> None:
    with pytest.raises(Rejected, match="not at an address"):
        painter.model.fetch(RemoteFile(url="https://evil.example/x.png"))


def test_a_picture_is_quoted_at_its_list_price(painter: Asked) -> None:
    assert painter.model.quote(PORTRAIT) == 39_000
