"""fal says that a request has ended: believed when it signed it, counted once, and able to find what was lost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest

from studio.app import Studio
from studio.contracts.jobs import JobView, ResolveJob
from studio.contracts.media import GenerateMedia, MediaKind
from studio.domain.clock import system_clock
from studio.domain.errors import NotLoggedIn, ServiceFailed, Uncertain
from studio.providers.registry import Models, TextServer
from studio.services import journal
from studio.services.webhooks.fal import FalCallbacks
from tests.servers.fal.callbacks import Message, message_about
from tests.servers.fal.server import FalServer, Job, running_fal
from tests.services.paid import assert_sound, generations, leave
from tests.services.test_remote_media import BRIEF, models_at

PICTURE = GenerateMedia(scene=1, kind=MediaKind.PICTURE)
PUBLIC = "https://studio.example.com"
PRICE = 5


@pytest.fixture
def fal() -> Iterator[FalServer]:
    with running_fal() as server:
        yield server


@dataclass
class House:
    """A studio that fal can call, with a short that wants pictures."""

    studio: Studio
    fal: FalServer
    short: str

    @property
    def source(self) -> FalCallbacks:
        return FalCallbacks(self.studio.database, self.studio.models)

    def paint(self) -> None:
        self.studio.media.generate(self.short, PICTURE)

    def lose(self, *how: str) -> Job:
        """Order a picture and lose the answer; gives what fal has."""
        self.fal.loses(*(how or ("closes",)))
        with pytest.raises(Uncertain):
            self.paint()
        return list(self.fal.jobs.values())[-1]

    def tell(self, message: Message) -> str:
        incoming = self.source.verify(message.as_received, message.body, system_clock())
        prepared = self.source.prepare(incoming)
        with self.studio.database.write() as session:
            return self.source.apply(session, incoming, prepared)

    def message(self, job: Job, **how: bool | str | None) -> Message:
        return message_about(self.fal, job, system_clock() // 1000, **how)

    @property
    def job(self) -> JobView:
        return self.studio.jobs.list().data[0]

    @property
    def credits(self) -> tuple[int, int]:
        view = self.studio.credits.me()
        return view.credits_remaining, view.credits_held


@pytest.fixture
def house(studio: Studio, fal: FalServer) -> Iterator[House]:
    leave(studio, 100)
    at = models_at(fal)
    access = replace(at.access, public_url=PUBLIC)
    studio.models = Models(text_server=TextServer(is_looked_for=False), access=access)
    id = studio.shorts.create(BRIEF).id
    studio.scripts.generate(id)
    yield House(studio, fal, id)
    assert_sound(studio)
    studio.models.close()


def test_the_order_says_where_to_call_by_our_own_id(house: House) -> None:
    house.paint()

    (job,) = house.fal.jobs.values()
    assert job.webhook.startswith(f"{PUBLIC}/api/webhooks/fal?job={house.job.id}&code=")
    assert house.fal.key not in job.webhook


def test_what_was_lost_is_found_by_the_message_and_delivered_without_asking(house: House) -> None:
    job = house.lose()
    house.fal.platform_status = 500  # nothing can be looked up

    told = house.tell(house.message(job))
    found = house.job
    polls = len(house.fal.polls)
    house.paint()

    assert (told, found.state.value, found.request_id) == ("applied", "submitted", job.request_id)
    assert len(house.fal.posts) == len(house.fal.paid) == 1
    assert len(house.fal.polls) == polls
    assert house.credits == (100 - PRICE, 0)


def test_a_message_counts_once_however_often_it_comes(house: House) -> None:
    job = house.lose()
    message = house.message(job)

    outcomes = [house.tell(message), house.tell(message)]
    house.paint()
    outcomes.append(house.tell(message))

    assert outcomes == ["applied", "ignored", "ignored"]
    assert house.credits == (100 - PRICE, 0)
    assert house.job.state.value == "succeeded"


def test_the_run_that_waits_and_the_message_do_not_cross(house: House) -> None:
    """The message comes between two questions of the run that waits for the same request."""
    house.fal.news.extend(["bad_gateway"])
    told: list[str] = []
    generations_of = house.studio.media.generations  # type: ignore[attr-defined]  # the service behind the contract

    def pause(seconds: float) -> None:
        (job,) = house.fal.jobs.values()
        told.append(house.tell(house.message(job)))

    generations_of.pause = pause
    house.paint()

    assert told[0] == "applied"
    assert (house.job.state.value, house.job.cost_usd) == ("succeeded", house.job.quoted_usd)
    assert house.credits == (100 - PRICE, 0)


def test_a_message_that_overtakes_the_answer_to_the_order_is_to_come_again(house: House) -> None:
    job = house.lose()
    row = generations(house.studio)[-1]
    with house.studio.database.write() as session:
        row = session.merge(row)
        row.state, row.lease_until, row.lease_owner = "submitting", system_clock() + 60_000, journal.this_process()

    with pytest.raises(ServiceFailed, match="still being sent"):
        house.tell(house.message(job))

    assert house.job.state.value == "submitting"


@pytest.mark.parametrize("outcome", ["content_policy", "models_own_500", "plain_detail"])
def test_an_error_is_the_verdict_and_gives_the_credits_back(house: House, outcome: str) -> None:
    house.fal.will(outcome)
    job = house.lose()

    told = house.tell(house.message(job))

    assert (told, house.job.state.value) == ("applied", "failed")
    assert house.credits == (100, 0)


def test_an_error_without_its_reason_is_looked_at(house: House) -> None:
    house.fal.will("completed_with_error")
    job = house.lose()

    assert house.tell(house.message(job)) == "applied"
    assert "did not start it in time" in str(house.job.error)
    assert house.credits == (100, 0)


@pytest.mark.parametrize("status", ["OK", "ERROR"])
def test_a_result_that_the_message_could_not_hold_is_fetched(house: House, status: str) -> None:
    job = house.lose()
    error = "Invalid status code: 404"

    told = house.tell(house.message(job, payload_error=True, status=status, error=error))

    assert (told, house.job.state.value) == ("applied", "submitted")
    assert house.job.cost_usd == house.job.quoted_usd


def test_while_the_result_cannot_be_fetched_the_message_waits(house: House) -> None:
    job = house.lose()
    house.fal.results.append("bad_gateway")

    with pytest.raises(ServiceFailed):
        house.tell(house.message(job, payload_error=True))

    assert (house.job.state.value, house.credits) == ("uncertain", (100 - PRICE, PRICE))
    assert house.tell(house.message(job, payload_error=True)) == "applied"


def test_a_request_that_nobody_made_changes_nothing(house: House) -> None:
    house.lose()
    other = house.fal.accept("fal-ai/flux/schnell", {"prompt": "x"}, webhook=f"{PUBLIC}/api/webhooks/fal", tags="")

    assert house.tell(house.message(other)) == "ignored"
    assert house.job.state.value == "uncertain"


def test_nobody_with_an_account_of_their_own_takes_a_lost_call_over(house: House) -> None:
    """fal signs for all its customers: our id of the call counts only with the code that goes with it."""
    house.lose()
    address = f"{PUBLIC}/api/webhooks/fal?job={house.job.id}&code={'0' * 32}"
    other = house.fal.accept("fal-ai/flux/schnell", {"prompt": "x"}, webhook=address, tags="")

    assert house.tell(house.message(other)) == "ignored"
    assert house.job.state.value == "uncertain"


def test_what_comes_after_the_credits_were_given_back_is_told_in_the_log(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    job = house.lose()
    house.studio.jobs.resolve(house.job.id, ResolveJob(release=True, reason="fal lost it"))

    assert house.tell(house.message(job)) == "ignored"
    assert "orphan_paid: fal made" in caplog.text
    assert house.credits == (100, 0)


def test_only_what_fal_signed_just_now_is_believed(house: House) -> None:
    job = house.lose()
    good, now = house.message(job), system_clock()
    old = message_about(house.fal, job, now // 1000 - 400)

    for bad in (old, replace(good, body=good.body + b" "), replace(good, headers={})):
        with pytest.raises(NotLoggedIn):
            house.source.verify(bad.as_received, bad.body, now)

    assert house.job.state.value == "uncertain"
