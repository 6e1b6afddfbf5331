"""Bills: what fal really charged is taken from its bills once, tells what does not agree, and changes no history."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlmodel import select

from studio.app import Studio
from studio.contracts.bills import ReconcileCalls
from studio.contracts.media import GenerateMedia, MediaKind
from studio.db.models.usage_history import UsageHistory
from studio.domain.clock import moment, system_clock
from studio.domain.errors import Misconfigured, NotAllowed, Rejected, ServiceFailed
from studio.providers.registry import Models, TextServer
from tests.servers.fal.server import FalServer, running_fal
from tests.services.paid import assert_sound, generations, leave
from tests.services.test_remote_media import BRIEF, models_at

PICTURE = GenerateMedia(scene=1, kind=MediaKind.PICTURE)
QUOTED = "0.08"
"""US dollars for a picture of nano-banana-2."""


@pytest.fixture
def fal() -> Iterator[FalServer]:
    with running_fal() as server:
        yield server


@pytest.fixture
def short(studio: Studio, fal: FalServer) -> Iterator[str]:
    leave(studio, 100)
    studio.models = models_at(fal)
    id = studio.shorts.create(BRIEF).id
    studio.scripts.generate(id)
    yield id
    studio.models.close()


def usage(studio: Studio) -> list[tuple[int, int | None]]:
    with studio.database.read() as session:
        return [(row.credits, row.cost_microusd) for row in session.exec(select(UsageHistory))]


def test_the_bill_comes_before_what_the_answer_said(studio: Studio, fal: FalServer, short: str) -> None:
    studio.media.generate(short, PICTURE)
    before = usage(studio)
    fal.percent_discount = 25

    told = studio.bills.reconcile(ReconcileCalls(dry_run=True))
    unchanged = studio.jobs.list().data[0]
    found = studio.bills.reconcile(ReconcileCalls())

    assert (told.applied, found.applied) == (False, True)
    assert (unchanged.cost_usd, unchanged.is_billed) == (QUOTED, False)
    assert told.differences == found.differences
    (call,) = found.differences
    assert (call.quoted_usd, call.reported_usd, call.billed_usd, call.credits) == (QUOTED, QUOTED, "0.06", 5)
    assert (found.checked, found.billed, found.credits, found.billed_usd) == (1, 1, 5, "0.06")
    (job,) = studio.jobs.list().data
    assert (job.cost_usd, job.is_billed) == ("0.06", True)
    assert studio.shorts.show(short).cost_usd == "0.06"
    assert [take.cost_usd for take in studio.media.list(short).data] == ["0.06"]
    assert usage(studio) == before
    assert studio.audit.list().data[0].action == "job.billed"
    assert_sound(studio)


def test_a_bill_is_taken_once(studio: Studio, fal: FalServer, short: str) -> None:
    studio.media.generate(short, PICTURE)
    fal.percent_discount = 50
    studio.bills.reconcile(ReconcileCalls())

    again = studio.bills.reconcile(ReconcileCalls())

    assert (again.checked, again.differences) == (0, [])
    assert studio.shorts.show(short).cost_usd == "0.04"


def test_a_cost_that_the_answer_did_not_tell_is_learned(studio: Studio, fal: FalServer, short: str) -> None:
    studio.media.generate(short, PICTURE)
    row = generations(studio)[-1]
    with studio.database.write() as session:
        row = session.merge(row)
        row.cost_microusd = None

    found = studio.bills.reconcile(ReconcileCalls())

    assert [(call.reported_usd, call.billed_usd) for call in found.differences] == [(None, QUOTED)]


def test_what_is_not_billed_yet_is_asked_for_again(studio: Studio, fal: FalServer, short: str) -> None:
    studio.media.generate(short, GenerateMedia(kind=MediaKind.PICTURE))
    fal.unbilled = {fal.paid[0]["request_id"]}

    first = studio.bills.reconcile(ReconcileCalls())
    fal.unbilled.clear()
    second = studio.bills.reconcile(ReconcileCalls())

    assert (first.not_billed_yet, first.billed + 1) == (1, first.checked)
    assert (second.checked, second.billed) == (1, 1)


def test_what_was_billed_and_delivered_nothing_is_an_orphan(studio: Studio, fal: FalServer, short: str) -> None:
    fal.will("billed_refusal")
    with pytest.raises(Rejected):
        studio.media.generate(short, PICTURE)

    found = studio.bills.reconcile(ReconcileCalls())

    assert [(call.is_orphan, call.credits, call.state) for call in found.differences] == [(True, 0, "failed")]
    assert studio.shorts.show(short).cost_usd == "0.00"
    assert studio.credits.me().credits_remaining == 100


def test_a_request_that_nobody_here_made_is_named(studio: Studio, fal: FalServer, short: str) -> None:
    studio.media.generate(short, PICTURE)
    paid = fal.paid[0]
    other = fal.accept(paid["endpoint"], paid["body"], webhook="", tags="")

    found = studio.bills.reconcile(ReconcileCalls())

    assert [(one.request_id, one.billed_usd) for one in found.unknown] == [(other.request_id, QUOTED)]
    assert found.checked == 1


def test_only_calls_since_a_day_are_looked_at(studio: Studio, fal: FalServer, short: str) -> None:
    studio.media.generate(short, PICTURE)

    found = studio.bills.reconcile(ReconcileCalls(since=moment(system_clock()) + timedelta(hours=1)))

    assert (found.checked, found.unknown) == (0, [])


def test_many_calls_are_looked_up_in_portions(
    studio: Studio, fal: FalServer, short: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("studio.services.bills.AT_ONCE", 1)
    studio.media.generate(short, GenerateMedia(kind=MediaKind.SPEECH))

    found = studio.bills.reconcile(ReconcileCalls())

    assert found.checked == found.billed == len(fal.paid) == 2
    assert found.billed_usd == studio.shorts.show(short).cost_usd


def test_a_platform_that_fails_changes_nothing(studio: Studio, fal: FalServer, short: str) -> None:
    studio.media.generate(short, PICTURE)
    fal.platform_status = 500

    with pytest.raises(ServiceFailed):
        studio.bills.reconcile(ReconcileCalls())

    assert not studio.jobs.list().data[0].is_billed


def test_it_needs_an_administrator_and_a_key(studio: Studio, other_studio: Studio) -> None:
    studio.models = Models(text_server=TextServer(is_looked_for=False))

    with pytest.raises(NotAllowed):
        other_studio.bills.reconcile(ReconcileCalls())
    with pytest.raises(Misconfigured, match="FAL_KEY"):
        studio.bills.reconcile(ReconcileCalls())
