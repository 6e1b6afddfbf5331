"""Paid calls of models elsewhere: sent once, waited for, found again, and paid for when they are delivered."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
from sqlmodel import Session

from studio.app import Studio
from studio.contracts.jobs import JobView, ResolveJob
from studio.contracts.settings import ChangeSettings
from studio.db.models import Generation
from studio.domain.clock import system_clock
from studio.domain.credits import FeatureKey
from studio.domain.errors import (
    Conflict,
    Interrupted,
    Invalid,
    NotEnoughCredits,
    NotSent,
    RateLimited,
    Rejected,
    ServiceFailed,
    Uncertain,
)
from studio.domain.remote import Answer, PaintRequest, RemoteFile, RemoteRequest, Ticket
from studio.providers.fal import Fal
from studio.providers.http import Client
from studio.providers.openai_compatible import model as chat
from studio.providers.openrouter import service as router
from studio.services import journal
from studio.services.generations import Call, Generations
from studio.services.jobs import JobsService
from tests.scripted import ScriptedModel, done
from tests.services.paid import assert_sound, generations, leave, set_price

REQUEST = PaintRequest("a sea", 576, 1024, 7)
HOUR = 60 * 60 * 1000
PRICE = 5


@dataclass
class Clockwork:
    """A clock that only a wait moves on."""

    now: int

    def __call__(self) -> int:
        return self.now

    def pause(self, seconds: float) -> None:
        self.now += max(1, round(seconds * 1000))


@dataclass(frozen=True)
class OnePicture:
    """Work of one order; `unfit` is raised for what was delivered."""

    unfit: Exception | None = None

    def next(self, answers: Sequence[Answer]) -> RemoteRequest | None:
        return None if answers else REQUEST

    def stands(self, answers: Sequence[Answer]) -> bool:
        return bool(answers)

    def result(self, answers: Sequence[Answer], fetch: Callable[[RemoteFile], bytes]) -> bytes:
        if self.unfit:
            raise self.unfit
        return fetch(answers[0].files[0])


@dataclass
class Desk:
    """Where one person has things made; `kept` is what was delivered."""

    studio: Studio
    model: ScriptedModel
    clock: Clockwork
    kept: list[tuple[bytes, int]] = field(default_factory=list)

    def make(
        self,
        work: Any = None,
        *,
        key: str = "wish",
        stands: Callable[[Session], bool] | None = None,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> bytes:
        service = Generations(self.studio.database, self.studio.principal, self.clock, self.clock.pause)
        call = Call(key, FeatureKey.IMAGE_GENERATION, self.model.name, REQUEST, "test")

        def keep(session: Session, made: bytes, credits: int) -> bytes:
            self.kept.append((made, credits))
            return made

        return service.order(
            call, self.model, work or OnePicture(), keep, read=lambda reference: b"", stands=stands, cancelled=cancelled
        )

    def film(self, delivered: int) -> bytes:
        """A clip of three blocks of which so many come."""
        service = Generations(self.studio.database, self.studio.principal, self.clock, self.clock.pause)
        call = Call("clip", FeatureKey.VIDEO_GENERATION, self.model.name, REQUEST, "test", quantity=3)

        def keep(session: Session, made: bytes, credits: int) -> bytes:
            self.kept.append((made, credits))
            return made

        return service.order(
            call, self.model, OnePicture(), keep, read=lambda reference: b"", delivered=lambda made: delivered
        )

    @property
    def row(self) -> Generation:
        return generations(self.studio)[-1]

    @property
    def balance(self) -> tuple[int, int]:
        credits = self.studio.credits.me()
        return credits.credits_remaining, credits.credits_held

    def resolve(self, **how: Any) -> JobView:
        jobs = JobsService(self.studio.database, self.studio.principal, lambda *_: self.model, self.clock)
        return jobs.resolve(self.row.id, ResolveJob(**how))


@pytest.fixture
def desk(studio: Studio) -> Desk:
    leave(studio, 100)
    return Desk(studio, ScriptedModel(), Clockwork(system_clock()))


def test_what_is_delivered_is_paid_once_and_explained(desk: Desk) -> None:
    desk.model.looks.extend([None, None])

    made = desk.make()

    row = desk.row
    assert made == b"https://vendor.example/r-1.png"
    assert desk.kept == [(made, PRICE)]
    assert (desk.model.posts, desk.balance) == (1, (95, 0))
    assert (row.state, row.attempt, row.quoted_microusd, row.cost_microusd) == ("succeeded", 1, 40_000, 40_000)
    assert (row.ticket, row.lease_owner, row.provider_request_id) == (None, None, "r-1")
    assert_sound(desk.studio)


def test_an_answer_that_comes_at_once_needs_no_ticket(desk: Desk) -> None:
    desk.model.sends.append(done("", 7))

    desk.make()

    assert (desk.row.state, desk.row.cost_microusd, desk.row.provider_request_id) == (
        "succeeded",
        7,
        f"{desk.row.id}/1",
    )


def test_too_few_credits_ask_the_provider_for_nothing(desk: Desk) -> None:
    leave(desk.studio, PRICE - 1)

    with pytest.raises(NotEnoughCredits):
        desk.make()

    assert (desk.model.posts, generations(desk.studio)) == (0, [])


@pytest.mark.parametrize("lost", ["lost", "lost after the id"])
def test_a_lost_answer_is_held_and_found_again_without_a_second_order(desk: Desk, lost: str) -> None:
    desk.model.sends.append(lost)

    with pytest.raises(Uncertain, match="5 credits are held, not spent") as caught:
        desk.make()
    held = desk.balance
    desk.make()

    assert desk.row.id in str(caught.value.hint)
    assert held == (95, 5)
    assert (len(desk.model.paid), desk.model.posts, desk.balance) == (1, 1, (95, 0))
    assert len(generations(desk.studio)) == 1
    assert_sound(desk.studio)


def test_an_order_nobody_can_find_is_given_back_after_the_window_and_sent_anew(desk: Desk) -> None:
    desk.model.sends.append(Uncertain("502"))

    for _ in range(2):
        with pytest.raises(Uncertain):
            desk.make()
    desk.clock.now += 3 * HOUR
    desk.make()

    states = [row.state for row in generations(desk.studio)]
    assert states == ["failed", "succeeded"]
    assert (desk.model.posts, desk.balance) == (2, (95, 0))
    assert_sound(desk.studio)


def test_while_the_provider_lists_nothing_the_credits_stay_held_even_after_the_window(desk: Desk) -> None:
    desk.model.sends.append("lost")
    desk.model.listed = False

    with pytest.raises(Uncertain):
        desk.make()
    desk.clock.now += 3 * HOUR
    with pytest.raises(Uncertain):
        desk.make()

    assert (desk.row.state, desk.balance) == ("uncertain", (95, 5))


def test_another_calls_order_is_never_taken_for_ones_own(desk: Desk) -> None:
    desk.make(key="first")
    desk.model.sends.append(Uncertain("reset"))

    with pytest.raises(Uncertain):
        desk.make(key="second")
    with pytest.raises(Uncertain):
        desk.make(key="second")

    assert (len(desk.model.paid), desk.balance) == (1, (90, 5))


def test_a_cheap_order_that_is_lost_is_sent_once_more_and_charged_once(desk: Desk) -> None:
    desk.model.may_repeat, desk.model.listed = True, False
    desk.model.sends.append("lost")

    with pytest.raises(Uncertain):
        desk.make()
    desk.make()

    assert (desk.model.posts, desk.row.attempt, desk.balance) == (2, 2, (95, 0))
    assert len(generations(desk.studio)) == 1


def test_a_cheap_order_is_not_sent_for_ever(desk: Desk) -> None:
    desk.model.may_repeat, desk.model.listed = True, False
    desk.model.sends.extend(["lost"] * 5)

    for _ in range(4):
        with pytest.raises(Uncertain):
            desk.make()

    assert (desk.model.posts, desk.balance) == (2, (95, 5))


def test_words_that_were_paid_for_and_lost_are_asked_for_again_at_our_cost(desk: Desk) -> None:
    desk.model.may_repeat = True
    desk.model.sends.append("lost after the id")
    desk.model.looks.append(Rejected("It was made and is gone.", details={"cost_microusd": 9}))

    with pytest.raises(Uncertain):
        desk.make()
    desk.make()

    assert (desk.model.posts, desk.balance, desk.row.cost_microusd) == (2, (95, 0), 40_009)


def test_what_cannot_have_arrived_is_tried_three_times_and_then_given_back(desk: Desk) -> None:
    desk.model.sends.extend([NotSent] * 3)

    with pytest.raises(NotSent):
        desk.make()

    assert (desk.model.posts, desk.row.state, desk.balance) == (3, "failed", (100, 0))


def test_a_provider_that_is_back_meanwhile_is_used(desk: Desk) -> None:
    desk.model.sends.extend([NotSent, RateLimited("slow down", details={"retry_after": 7})])
    before = desk.clock.now

    desk.make()

    assert (len(desk.model.paid), desk.balance) == (1, (95, 0))
    assert desk.clock.now - before >= 9_000


@pytest.mark.parametrize("verdict", [Rejected("The prompt was refused."), Invalid("Too long.")])
def test_a_verdict_gives_the_credits_back_and_the_next_run_begins_anew(desk: Desk, verdict: Exception) -> None:
    desk.model.sends.append(verdict)

    with pytest.raises(type(verdict)):
        desk.make()
    after = desk.balance
    desk.make()

    assert after == (100, 0)
    assert [row.state for row in generations(desk.studio)] == ["failed", "succeeded"]


def test_a_job_that_fails_at_the_provider_costs_nothing(desk: Desk) -> None:
    desk.model.looks.extend([None, Rejected("no_media_generated")])

    with pytest.raises(Rejected):
        desk.make()

    assert (desk.row.state, desk.row.error, desk.balance) == ("failed", "no_media_generated", (100, 0))


def test_trouble_while_waiting_is_no_verdict(desk: Desk) -> None:
    desk.model.looks.extend([ServiceFailed("503"), RateLimited("429"), ServiceFailed("reset"), None])

    desk.make()

    assert (desk.model.posts, desk.balance) == (1, (95, 0))


def test_our_own_patience_is_no_verdict(desk: Desk) -> None:
    desk.model.looks.extend([None] * 10_000)

    with pytest.raises(Uncertain, match="still making"):
        desk.make()
    held = desk.balance
    desk.model.looks.clear()
    desk.make()

    assert held == (95, 5)
    assert (desk.model.posts, desk.balance) == (1, (95, 0))


def test_stopping_detaches_and_the_next_run_picks_it_up(desk: Desk) -> None:
    desk.model.looks.append(None)

    with pytest.raises(Interrupted, match="goes on at vendor") as caught:
        desk.make(cancelled=lambda: desk.model.posts > 0)
    desk.make()

    assert caught.value.details["generation"] == desk.row.id
    assert f"studio jobs show {desk.row.id}" in str(caught.value.hint)
    assert (desk.model.posts, desk.model.cancelled, desk.balance) == (1, [], (95, 0))


def test_what_is_delivered_and_unfit_is_not_charged(desk: Desk) -> None:
    with pytest.raises(Invalid) as caught:
        desk.make(OnePicture(Invalid("It is no picture.")))

    assert (desk.row.state, desk.row.cost_microusd, desk.balance) == ("failed", 40_000, (100, 0))
    assert "Nothing is charged for this one. Run the same command again" in str(caught.value.hint)


def test_a_download_that_fails_loses_nothing(desk: Desk) -> None:
    with pytest.raises(ServiceFailed, match="made and paid for"):
        desk.make(OnePicture(ServiceFailed("The file broke off.")))
    held = desk.balance
    desk.make()

    assert held == (95, 5)
    assert (desk.model.posts, desk.balance) == (1, (95, 0))


def test_a_bug_in_an_adapter_leaves_the_call_uncertain(desk: Desk) -> None:
    desk.model.sends.append(ZeroDivisionError())

    with pytest.raises(ZeroDivisionError):
        desk.make()

    assert (desk.row.state, desk.balance) == ("uncertain", (95, 5))


def test_whoever_slept_past_the_lease_sends_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    real = journal.submitting

    def asleep(session: Session, row: Generation, payload: str, now: int) -> bool:
        is_ours = real(session, row, payload, now)
        desk.clock.now += journal.LEASE_MILLISECONDS
        return is_ours

    monkeypatch.setattr(journal, "submitting", asleep)
    with pytest.raises(Conflict, match="nothing was sent"):
        desk.make()
    monkeypatch.undo()
    desk.make()

    assert (desk.model.posts, desk.balance) == (1, (95, 0))


def test_a_call_that_was_closed_while_it_was_sent_is_never_charged(desk: Desk) -> None:
    real = desk.model.send

    def send(order: Any, marker: str, accepted: Callable[[Ticket], None], *_: Any) -> Answer | None:
        desk.clock.now += 2 * journal.LEASE_MILLISECONDS
        with desk.studio.database.write() as session:
            journal.lost_owner(session, session.get_one(Generation, marker))
        desk.resolve(release=True, reason="test")
        return real(order, marker, accepted)

    desk.model.send = send  # type: ignore[method-assign]  # the very moment that matters
    with pytest.raises(Conflict):
        desk.make()

    assert (desk.row.state, desk.balance, desk.kept) == ("failed", (100, 0), [])
    assert desk.model.cancelled == ["r-1"]
    assert_sound(desk.studio)


def test_an_order_that_another_run_has_found_meanwhile_is_not_called_off(desk: Desk) -> None:
    real, others = desk.model.send, ["wish"]

    def send(order: Any, marker: str, accepted: Callable[[Ticket], None], *_: Any) -> Answer | None:
        def taken(ticket: Ticket) -> None:
            desk.clock.now += 2 * journal.LEASE_MILLISECONDS
            desk.make(key=others.pop())
            accepted(ticket)

        return real(order, marker, taken)

    desk.model.send = send  # type: ignore[method-assign]  # the very moment that matters
    with pytest.raises(Conflict):
        desk.make()

    assert (desk.model.posts, desk.model.cancelled, desk.balance) == (1, [], (95, 0))
    assert len(desk.kept) == 1
    assert_sound(desk.studio)


@pytest.mark.parametrize("price", [0, 1, 9, 90])
def test_what_was_agreed_is_charged_whatever_the_price_is_by_then(desk: Desk, price: int) -> None:
    desk.model.sends.append("lost")
    with pytest.raises(Uncertain):
        desk.make()

    set_price(desk.studio, image_generation=price)
    made = desk.make()

    (spent,) = desk.studio.credits.history().data
    assert desk.kept == [(made, PRICE)]
    assert (desk.row.state, desk.balance) == ("succeeded", (95, 0))
    assert (spent.credits, spent.price_rule) == (5, "image_generation: 1 × 5 = 5")
    assert_sound(desk.studio)


def test_what_was_free_when_it_was_begun_stays_free(desk: Desk) -> None:
    set_price(desk.studio, image_generation=0)
    desk.model.sends.append("lost")
    with pytest.raises(Uncertain):
        desk.make()

    set_price(desk.studio, image_generation=5)
    made = desk.make()

    assert (desk.kept, desk.balance) == ([(made, 0)], (100, 0))


@pytest.mark.parametrize(("delivered", "charged"), [(1, 3), (2, 5), (3, 8), (4, 8)])
@pytest.mark.parametrize("has_changed", [False, True])
def test_fewer_units_cost_what_they_cost_at_the_agreed_price(
    desk: Desk, delivered: int, charged: int, has_changed: bool
) -> None:
    multiplier = f"multipliers.{desk.model.name}"
    desk.studio.admin_settings.change(ChangeSettings(values={multiplier: 0.25}))
    desk.model.sends.append("lost")
    with pytest.raises(Uncertain):
        desk.film(delivered)

    if has_changed:
        desk.studio.admin_settings.change(ChangeSettings(values={multiplier: 3, "prices.video_generation": 77}))
    desk.film(delivered)

    assert ([credits for _, credits in desk.kept], desk.balance) == ([charged], (100 - charged, 0))
    assert_sound(desk.studio)


def test_a_call_of_an_older_studio_is_charged_what_it_set_aside(desk: Desk) -> None:
    desk.model.sends.append("lost")
    with pytest.raises(Uncertain):
        desk.make()
    with desk.studio.database.write() as session:
        session.get_one(Generation, desk.row.id).agreed_price = None

    set_price(desk.studio, image_generation=9)
    desk.make()

    assert desk.balance == (95, 0)
    assert_sound(desk.studio)


def test_no_answer_takes_longer_than_an_order_may_be_on_its_way() -> None:
    longest = max(
        chat.ANSWER_SECONDS,
        router.ANSWER_SECONDS,
        inspect.signature(Fal).parameters["answer_seconds"].default,
        inspect.signature(Client).parameters["answer_seconds"].default,
    )

    # Whoever begins in time has an answer, or none, before anybody else may ask what became of the order.
    assert longest * 1000 < journal.SEND_MILLISECONDS < journal.LEASE_MILLISECONDS


def test_a_free_model_elsewhere_is_sent_once_too(desk: Desk) -> None:
    set_price(desk.studio, image_generation=0)
    desk.model.sends.append("lost")

    with pytest.raises(Uncertain, match="0 credits"):
        desk.make()
    desk.make()

    assert (len(desk.model.paid), desk.row.hold_id, desk.balance) == (1, None, (100, 0))


def test_more_than_the_days_credits_are_refused(desk: Desk) -> None:
    desk.studio.admin_settings.change(ChangeSettings(values={"limits.daily_credits": 9}))

    desk.make(key="first")
    with pytest.raises(RateLimited, match="10 credits today and 9 are allowed"):
        desk.make(key="second")

    assert desk.model.posts == 1


class Dialogue:
    """Two questions; the second may fail without losing the first answer."""

    def next(self, answers: Sequence[Answer]) -> RemoteRequest | None:
        return REQUEST if len(answers) < 2 else None

    def stands(self, answers: Sequence[Answer]) -> bool:
        return bool(answers)

    def result(self, answers: Sequence[Answer], fetch: Callable[[RemoteFile], bytes]) -> bytes:
        return str(len(answers)).encode()


def test_a_conversation_is_one_call_with_all_its_costs(desk: Desk) -> None:
    made = desk.make(Dialogue())

    assert (made, desk.model.posts, desk.row.cost_microusd, desk.balance) == (b"2", 2, 80_000, (95, 0))


@pytest.mark.parametrize("failure", [Rejected("no"), Uncertain("502"), NotSent])
def test_a_second_question_that_fails_loses_nothing(desk: Desk, failure: Any) -> None:
    desk.model.sends.extend(["taken", failure, failure, failure])

    made = desk.make(Dialogue())

    assert (made, desk.row.state, desk.balance) == (b"1", "succeeded", (95, 0))


@pytest.mark.parametrize(
    ("lost", "looks", "later", "state", "balance"),
    [
        ("lost", [], 0, "submitted", (95, 5)),
        ("lost", [Rejected("failed there")], 0, "failed", (100, 0)),
        (Uncertain("502"), [], 0, "uncertain", (95, 5)),
        (Uncertain("502"), [], 3 * HOUR, "failed", (100, 0)),
    ],
)
def test_a_job_is_resolved_both_ways(
    desk: Desk, lost: Any, looks: list[Any], later: int, state: str, balance: tuple[int, int]
) -> None:
    desk.model.sends.append(lost)
    desk.model.looks.extend(looks)
    with pytest.raises(Uncertain):
        desk.make()

    desk.clock.now += later
    job = desk.resolve()

    assert (job.state.value, desk.balance) == (state, balance)
    assert_sound(desk.studio)


def test_a_resolved_job_is_delivered_by_the_same_command(desk: Desk) -> None:
    desk.model.sends.append("lost")
    with pytest.raises(Uncertain):
        desk.make()
    desk.resolve()

    desk.make()

    assert (desk.model.posts, len(desk.kept), desk.balance) == (1, 1, (95, 0))


def test_cancelling_asks_the_provider_and_releases_nothing_by_itself(desk: Desk) -> None:
    desk.model.looks.append(None)
    with pytest.raises(Interrupted):
        desk.make(cancelled=lambda: desk.model.posts > 0)

    desk.model.looks.append(None)
    desk.resolve(cancel=True)

    assert (desk.model.cancelled, desk.row.state, desk.balance) == (["r-1"], "submitted", (95, 5))
