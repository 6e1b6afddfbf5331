"""Two runs at the same time, at the very moments where one could take what is the other's."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from studio.app import Studio
from studio.domain.clock import system_clock
from studio.domain.errors import Conflict, KeyRefused, Rejected, Uncertain
from studio.domain.remote import Answer, Order, Ticket
from tests.scripted import ScriptedModel
from tests.services.paid import assert_sound, generations, leave
from tests.services.test_orders import HOUR, PRICE, Clockwork, Desk


@pytest.fixture
def desk(studio: Studio) -> Desk:
    leave(studio, 100)
    return Desk(studio, ScriptedModel(), Clockwork(system_clock()))


def lose(desk: Desk, *keys: str) -> None:
    """Have these wishes sent; all that is known of them afterwards is that nobody knows."""
    for key in keys:
        with pytest.raises(Uncertain):
            desk.make(key=key)


def test_two_lost_calls_never_take_the_same_order_for_their_own(desk: Desk) -> None:
    desk.model.sends.extend(["lost", Uncertain("reset")])
    lose(desk, "first", "second")
    find, others = desk.model.find, ["first"]

    def found_by_both(order: Order, since: int) -> Sequence[Ticket]:
        tickets = find(order, since)
        if others:
            desk.make(key=others.pop())
        return tickets

    desk.model.find = found_by_both  # type: ignore[method-assign]  # the very moment that matters
    lose(desk, "second")

    assert (len(desk.model.paid), desk.balance) == (1, (95 - PRICE, PRICE))
    assert [row.state for row in generations(desk.studio)] == ["succeeded", "uncertain"]
    assert_sound(desk.studio)


def test_an_order_that_a_lost_call_takes_for_its_own_while_it_is_sent_is_charged_once(desk: Desk) -> None:
    desk.model.sends.append(Uncertain("reset"))
    lose(desk, "lost")
    send = desk.model.send

    def sent(order: Order, marker: str, accepted: Callable[[Ticket], None], *_: object) -> Answer | None:
        def taken(ticket: Ticket) -> None:
            desk.make(key="lost")
            accepted(ticket)

        return send(order, marker, taken)

    desk.model.send = sent  # type: ignore[method-assign]
    lose(desk, "sent")
    desk.clock.now += 3 * HOUR
    desk.model.send = send  # type: ignore[method-assign]
    desk.make(key="sent")

    assert [row.state for row in generations(desk.studio)] == ["succeeded", "failed", "succeeded"]
    assert (len(desk.model.paid), len(desk.kept), desk.balance) == (2, 2, (90, 0))
    assert_sound(desk.studio)


def test_what_another_run_has_sent_once_more_is_waited_for_and_not_sent_a_third_time(desk: Desk) -> None:
    desk.model.may_repeat = True
    desk.model.sends.append("lost after the id")
    lose(desk, "wish")
    look, others = desk.model.look, ["wish"]

    def gone(order: Order, ticket: Ticket) -> Answer | None:
        if ticket.request_id != "r-1":
            return look(order, ticket)
        if others:
            desk.make(key=others.pop())
        raise Rejected("It was made and is gone.", details={"cost_microusd": 9})

    desk.model.look = gone  # type: ignore[method-assign]
    before = desk.clock.now
    with pytest.raises(Conflict):
        desk.make()

    assert (desk.model.posts, len(desk.kept), desk.balance) == (2, 1, (95, 0))
    assert desk.clock.now - before < HOUR / 60
    assert_sound(desk.studio)


def test_a_wish_that_was_granted_while_a_run_was_on_its_way_to_it_is_not_ordered_again(desk: Desk) -> None:
    desk.make()

    with pytest.raises(Conflict, match="just had the same made"):
        desk.make(stands=lambda session: True)

    assert (desk.model.posts, desk.balance) == (1, (95, 0))


def test_a_key_that_is_refused_while_it_is_waited_for_keeps_the_call_open(desk: Desk) -> None:
    desk.model.looks.append(KeyRefused("vendor refused the key."))

    with pytest.raises(Uncertain, match=r"refused the key\. 5 credits are held, not spent"):
        desk.make()
    held = desk.balance
    desk.make()

    assert held == (95, 5)
    assert (desk.model.posts, desk.balance) == (1, (95, 0))
