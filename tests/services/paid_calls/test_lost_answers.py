"""The provider takes an order and its answer is lost: one paid request, credits held, and an end either way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from studio.db.engine import Database, open_database
from studio.domain.clock import system_clock
from studio.domain.credits import Balance
from studio.domain.errors import Interrupted, Rejected, Uncertain
from tests.servers.openrouter.replies import only_comments
from tests.services.paid_calls.adapters import ADAPTERS, Adapter, Desk, Provider, new_desk, opened
from tests.services.paid_calls.desk import CREDITS, HOUR

LOST = ("closes", "never_answers", "bad_gateway", "half_a_body")
IMPATIENT_SECONDS = 0.4


@pytest.fixture
def database(sqlite_url: str) -> Iterator[Database]:
    """What is asked here does not depend on the database; the kills are tried on both."""
    database = open_database(sqlite_url)
    yield database
    database.close()


@dataclass
class Lost:
    """A call whose answer was lost."""

    desk: Desk
    provider: Provider
    adapter: Adapter

    def again(self) -> None:
        self.desk.make(self.provider.model(20), self.adapter.request, self.adapter.feature)

    @property
    def spent(self) -> Balance:
        return Balance(CREDITS - self.adapter.price, 0, 0)

    @property
    def held(self) -> Balance:
        return Balance(CREDITS - self.adapter.price, self.adapter.price, 0)


@pytest.fixture(params=ADAPTERS)
def adapter(request: pytest.FixtureRequest) -> Adapter:
    return ADAPTERS[request.param]


@pytest.fixture(params=LOST)
def how(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def lost(database: Database, adapter: Adapter, how: str) -> Iterator[Lost]:
    """An order that was sent exactly once, and is held while nobody knows."""
    desk = new_desk(database, system_clock())
    with opened(adapter) as provider:
        provider.loses(how)
        impatient = provider.model(IMPATIENT_SECONDS if how == "never_answers" else 20)
        with pytest.raises(Uncertain, match="held, not spent"):
            desk.make(impatient, adapter.request, adapter.feature)
        call = Lost(desk, provider, adapter)
        assert (provider.posts, provider.paid) == (1, 1)
        assert (desk.row.state, desk.balance, desk.kept) == ("uncertain", call.held, [])
        yield call
        desk.assert_sound()


def test_the_same_command_delivers_and_charges_it_once(lost: Lost, adapter: Adapter, how: str) -> None:
    if not adapter.is_listed and not adapter.repeats:
        _after_the_window(lost, has_ticket=how == "half_a_body")
    lost.again()

    assert len(lost.desk.kept) == 1
    assert (lost.desk.row.state, lost.desk.balance) == ("succeeded", lost.spent)
    assert lost.provider.posts == (1 if adapter.is_listed else 2)


def _after_the_window(lost: Lost, *, has_ticket: bool) -> None:
    """OpenRouter keeps no pictures and lists none: one with an id is known to be lost, another one some time later."""
    with pytest.raises(Rejected if has_ticket else Uncertain):
        lost.again()
    assert lost.desk.balance == (Balance(CREDITS, 0, 0) if has_ticket else lost.held)
    assert lost.provider.posts == 1
    lost.desk.clock.now += HOUR


def test_what_is_never_found_is_given_back_after_the_window_and_not_sent_again(lost: Lost) -> None:
    lost.provider.lists_nothing()

    lost.desk.clock.now += 3 * HOUR
    lost.desk.resolve(lost.provider.model(20))

    assert (lost.desk.row.state, lost.desk.balance) == ("failed", Balance(CREDITS, 0, 0))
    assert (lost.provider.posts, lost.desk.kept) == (1, [])


def test_words_that_were_left_while_they_streamed_are_asked_for_once_more_and_charged_once(database: Database) -> None:
    adapter, desk = ADAPTERS["OpenRouter chat"], new_desk(database, system_clock())
    with opened(adapter) as shop:
        shop.server.will(only_comments)
        with pytest.raises(Interrupted, match="1 credit is held, not spent"):
            desk.make(shop.model(), adapter.request, adapter.feature, cancelled=lambda: shop.posts > 0)
        left = (desk.row.state, desk.row.provider_request_id is not None, desk.balance)
        desk.make(shop.model(), adapter.request, adapter.feature)

        assert left == ("uncertain", True, Balance(CREDITS - 1, 1, 0))
        assert (shop.posts, len(desk.kept)) == (2, 1)
        assert (desk.row.state, desk.balance) == ("succeeded", Balance(CREDITS - 1, 0, 0))
        desk.assert_sound()
