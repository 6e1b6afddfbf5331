"""Looking at credits: what is there, what it was spent on, and each entry explained."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from studio.app import Studio
from studio.contracts.credits import UsageFilter
from studio.domain.errors import NotFound, Refused
from studio.services.ledger import adjust, capture, reserve, transact
from tests.fakes import FakeModels
from tests.services.ledger.ground import NOW, USAGE, give
from tests.services.paid import BRIEF, MODEL, WHOLE, paid

DAY = 24 * 60 * 60 * 1000


@pytest.fixture
def models(studio: Studio) -> FakeModels:
    return paid(studio)


def spend(studio: Studio, amount: int, now: int) -> None:
    user_id, key = studio.principal.user_id, f"spend {now}"
    held = transact(studio.database, reserve, user_id, amount, key=key, expires_at=now + DAY, now=now)
    transact(studio.database, capture, str(held.hold_id), amount, USAGE, now=now)


def milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def test_the_local_owner_begins_with_the_free_plan(studio: Studio) -> None:
    credits = studio.credits.me()

    assert (credits.credits_remaining, credits.credits_held, credits.credits_debt) == (100, 0, 0)
    assert (credits.plan, credits.usage_this_month) == ("free", 0)
    assert [(grant.source, grant.amount, grant.expires_at) for grant in credits.grants] == [("plan", 100, None)]


def test_grants_stand_in_the_order_in_which_they_are_spent(studio: Studio) -> None:
    now = studio.credits.clock()  # type: ignore[attr-defined]  # of this service
    user_id = studio.principal.user_id
    give(studio.database, user_id, 5, now=now, source="promo", expires_at=now + DAY)
    give(studio.database, user_id, 7, now=now, source="promo", source_id="later", expires_at=now + 2 * DAY)
    give(studio.database, user_id, 9, now=now - 3 * DAY, source="promo", expires_at=now - DAY)

    credits = studio.credits.me()

    assert [grant.amount for grant in credits.grants] == [100, 5, 7]
    assert credits.credits_remaining == 112


def test_this_month_counts_spendings_only(other_studio: Studio) -> None:
    studio = other_studio
    month = datetime.now(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    before, after = milliseconds(month) - 1, milliseconds(month)
    give(studio.database, studio.principal.user_id, 50, now=before - 1)
    spend(studio, 10, before)
    spend(studio, 20, after)
    give(studio.database, studio.principal.user_id, 40, now=after + 1)
    spend(studio, 3, after + 2)

    assert studio.credits.me().usage_this_month == 23


def test_history_goes_from_page_to_page_and_is_filtered(studio: Studio, models: FakeModels) -> None:
    short = studio.shorts.create(BRIEF)
    studio.scripts.generate(short.id)
    studio.media.generate(short.id)

    first = studio.credits.history(limit=5)
    rest = studio.credits.history(limit=5, cursor=first.next_cursor)
    pictures = studio.credits.history(UsageFilter(feature="image_generation", short=short.handle))  # type: ignore[arg-type]
    yesterday = UsageFilter(until=datetime.now(UTC) - timedelta(days=1))

    assert (len(first.data), len(rest.data), rest.next_cursor) == (5, 3, None)
    assert sum(use.credits for use in [*first.data, *rest.data]) == WHOLE
    assert [(use.credits, use.model, use.short_id) for use in pictures.data] == [(5, MODEL, short.id)] * 3
    assert sorted(use.scene or 0 for use in pictures.data) == [1, 2, 3]
    assert studio.credits.history(yesterday).data == []


def test_a_deleted_short_is_still_told_under_its_id(studio: Studio, models: FakeModels) -> None:
    short = studio.shorts.create(BRIEF).id
    studio.scripts.generate(short)
    studio.shorts.delete(short)

    found = studio.credits.history(UsageFilter(short=short)).data

    assert [use.feature for use in found] == ["script_generation"]


def test_days_without_spending_are_days_too(studio: Studio) -> None:
    today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    spend(studio, 4, milliseconds(today) - 2 * DAY)
    spend(studio, 5, milliseconds(today) - 2 * DAY + 1)
    spend(studio, 6, milliseconds(today))

    days = studio.credits.days(UsageFilter(since=today - timedelta(days=3))).data

    assert [day.credits for day in days] == [0, 9, 0, 6]
    assert days[-1].day == f"{today:%Y-%m-%d}"
    assert len(studio.credits.days().data) == 30


def test_days_that_end_before_they_begin_are_refused(studio: Studio) -> None:
    wanted = UsageFilter(since=datetime(2026, 2, 1, tzinfo=UTC), until=datetime(2026, 1, 1, tzinfo=UTC))

    with pytest.raises(Refused, match="can be shown"):
        studio.credits.days(wanted)


def test_a_spending_is_explained_down_to_the_call(studio: Studio, models: FakeModels) -> None:
    short = studio.shorts.create(BRIEF)
    studio.scripts.generate(short.id)
    studio.media.generate(short.id)
    use = studio.credits.history(UsageFilter(feature="image_generation")).data[0]  # type: ignore[arg-type]

    found = studio.credits.explain(use.id)

    assert (found.kind, found.amount, found.short) == ("usage", -5, short.handle)
    assert found.usage == use
    assert (use.unit_price, use.multiplier, use.quantity) == (5, 1.0, 1)
    assert use.price_rule == "image_generation: 1 × 5 = 5"
    assert [(lot.source, lot.amount) for lot in found.paid_from] == [("plan", 5)]
    assert found.call is not None
    assert (found.call.model, found.call.provider, found.call.state) == (MODEL, "vendor", "succeeded")
    assert studio.credits.explain(found.id) == found
    assert studio.credits.explain(found.id[:-1]) == found


def test_a_grant_is_explained_by_its_entry(studio: Studio) -> None:
    grant = studio.credits.me().grants[0]

    found = studio.credits.explain(grant.id)

    assert (found.kind, found.amount, found.number) == ("grant", 100, 1)
    assert found.grant is not None
    assert (found.grant.grant_id, found.usage, found.call) == (grant.id, None, None)


def test_somebody_elses_entry_is_as_absent_as_none(studio: Studio, other_studio: Studio) -> None:
    grant = studio.credits.me().grants[0]

    for reference in (grant.id, "nothing"):
        with pytest.raises(NotFound, match="There is no entry"):
            other_studio.credits.explain(reference)


def test_a_grant_names_nobody_elses_lots(studio: Studio, other_studio: Studio) -> None:
    grant = studio.credits.me().grants[0]
    other = other_studio.principal.user_id
    give(studio.database, other, 50)
    transact(studio.database, adjust, other, -10, reason="mistake", actor="admin", key="take", now=NOW)

    assert studio.credits.explain(grant.id).paid_from == []
