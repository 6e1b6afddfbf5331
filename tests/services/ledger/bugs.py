"""Wrong ledgers: each is the true one with one mistake of the kind that people make."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import TextClause

from studio.domain.credits import Lot, burn
from studio.domain.ids import new_id
from studio.services.ledger import entries, external, grants, holds, lots, receipts
from studio.services.ledger.accounts import Account
from studio.services.ledger.batch import Batch
from studio.services.ledger.entries import Cause
from studio.services.ledger.receipts import Receipt

Bug = Callable[[pytest.MonkeyPatch], None]


def availability_is_not_checked(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Account, "available", property(lambda account: 10**12))


def expired_lots_can_be_spent(patch: pytest.MonkeyPatch) -> None:
    for module in (holds, lots):
        patch.setattr(module, "expire_due", lambda account: None)


def lots_expire_without_an_entry(patch: pytest.MonkeyPatch) -> None:
    def vanish(account: Account) -> None:
        for lot in [lot for lot in account.lots if lot.is_due(account.now)]:
            account.change_lot(lot.id, -lot.remaining)
            account.balance -= lot.remaining
            account.lots.remove(lot)
        account.save()

    for module in (holds, lots):
        patch.setattr(module, "expire_due", vanish)


def lots_burn_in_reverse(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(holds, "burn", lambda lots, amount: burn(lots[::-1], amount))


def never_expiring_lots_burn_first(patch: pytest.MonkeyPatch) -> None:
    def wrong(account: Account, lots: list[Lot]) -> None:
        account.lots = sorted(lots, key=lambda lot: (lot.priority, lot.expires_at or 0, lot.created_at, lot.id))

    patch.setattr(Account, "set_lots", wrong)


def what_expired_while_held_is_lost(patch: pytest.MonkeyPatch) -> None:
    true = lots.give

    def unless_anew(account: Account, amount: int, origin: Any, kind: str, cause: Cause) -> Any:
        return ("", "") if origin.source == "regrant" else true(account, amount, origin, kind, cause)

    patch.setattr(lots, "give", unless_anew)


def what_expired_while_held_lives_on(patch: pytest.MonkeyPatch) -> None:
    def as_if_not(account: Account, lot: Lot, amount: int, hold_id: str, *, again: bool) -> None:
        account.change_lot(lot.id, amount)

    patch.setattr(lots, "_give_anew", as_if_not)


def an_expired_lot_lives_again_when_the_clock_is_set_back(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(lots, "_has_expired", lambda account, lot: False)


def release_forgets_the_lots(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(holds, "give_back", lambda account, lot, amount, hold_id: None)


def rest_goes_back_to_the_wrong_lot(patch: pytest.MonkeyPatch) -> None:
    true = holds._resolve

    def reversed_parts(batch: Batch, account: Account, hold: Any, captured: int) -> None:
        hold.parts = hold.parts[::-1]
        true(batch, account, hold, captured)

    patch.setattr(holds, "_resolve", reversed_parts)


def capture_takes_the_whole_hold(patch: pytest.MonkeyPatch) -> None:
    true = holds._resolve

    def whole(batch: Batch, account: Account, hold: Any, captured: int) -> None:
        true(batch, account, hold, hold.amount if captured else 0)

    patch.setattr(holds, "_resolve", whole)


def capture_leaves_no_usage(patch: pytest.MonkeyPatch) -> None:
    class Forgetful(Batch):
        def add(self, statement: TextClause, values: dict[str, Any]) -> None:
            if statement is not holds.RECORD:
                super().add(statement, values)

    patch.setattr(holds, "Batch", Forgetful)


def holds_can_be_resolved_twice(patch: pytest.MonkeyPatch) -> None:
    true = holds._open_hold

    def always_pending(session: Any, hold_id: str, now: int) -> Any:
        account, hold = true(session, hold_id, now)
        hold.state = "pending"
        return account, hold

    patch.setattr(holds, "_open_hold", always_pending)


def returned_credits_ignore_the_debt(patch: pytest.MonkeyPatch) -> None:
    def back(account: Account, lot: Lot, amount: int, hold_id: str) -> None:
        account.change_lot(lot.id, amount)

    patch.setattr(holds, "give_back", back)


def grants_ignore_the_debt(patch: pytest.MonkeyPatch) -> None:
    true = lots.give

    def beside(account: Account, amount: int, origin: Any, kind: str, cause: Cause) -> Any:
        owed, account.debt = account.debt, 0
        try:
            return true(account, amount, origin, kind, cause)
        finally:
            account.debt = owed

    patch.setattr(grants, "give", beside)


def clawback_stops_at_the_balance(patch: pytest.MonkeyPatch) -> None:
    true = grants.take_back

    def clamped(account: Account, amount: int, *rest: Any, lots: list[Lot], **more: Any) -> str:
        there = min(amount, sum(lot.remaining for lot in lots))
        return true(account, there, *rest, lots=lots, **more) if there else ""

    patch.setattr(grants, "take_back", clamped)


def clawback_spares_its_own_lot(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(grants, "sorted", lambda lots, key: list(lots), raising=False)


def _forgets_keys(patch: pytest.MonkeyPatch, module: Any) -> None:
    patch.setattr(module, "recall", lambda connection, asked: None)
    patch.setattr(module, "keep", lambda connection, asked, receipt, user_id, now: receipt)
    patch.setattr(module, "Cause", lambda key, *rest: Cause(f"{key}:{new_id()}", *rest))


def clawback_works_twice(patch: pytest.MonkeyPatch) -> None:
    _forgets_keys(patch, grants)


def external_events_work_twice(patch: pytest.MonkeyPatch) -> None:
    _forgets_keys(patch, external)
    patch.setattr(
        external, "Origin", lambda source, name, priority: lots.Origin(source, f"{name}:{new_id()}", priority)
    )


def events_without_effect_leave_no_trace(patch: pytest.MonkeyPatch) -> None:
    true = external.keep

    def only_effects(connection: Any, asked: Any, receipt: Receipt, user_id: str, now: int) -> Receipt:
        return true(connection, asked, receipt, user_id, now) if receipt.entry_id else receipt

    patch.setattr(external, "keep", only_effects)


def external_balance_forgets_later_spendings(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(external, "_net_at", lambda account, as_of: account.net)


def older_balances_win(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(external, "_is_older", lambda account, source, sequence: False)


def other_bodies_pass_under_a_key(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(receipts, "content_key", lambda operation, body: operation)


def refusals_are_not_kept(patch: pytest.MonkeyPatch) -> None:
    for module in (holds, grants):
        true = module.keep

        def unless_refused(
            connection: Any, asked: Any, receipt: Receipt, user_id: str, now: int, true: Any = true
        ) -> Receipt:
            return receipt if receipt.refused else true(connection, asked, receipt, user_id, now)

        patch.setattr(module, "keep", unless_refused)


def debt_is_left_out_of_the_chain(patch: pytest.MonkeyPatch) -> None:
    true = entries.entry_row

    def wrong(account: Account, *rest: Any, **more: Any) -> dict[str, Any]:
        row = true(account, *rest, **more)
        return row | {"net_after": row["net_after"] + account.debt}

    patch.setattr(entries, "entry_row", wrong)


BUGS: list[Bug] = [
    availability_is_not_checked,
    expired_lots_can_be_spent,
    lots_expire_without_an_entry,
    lots_burn_in_reverse,
    never_expiring_lots_burn_first,
    what_expired_while_held_is_lost,
    what_expired_while_held_lives_on,
    an_expired_lot_lives_again_when_the_clock_is_set_back,
    release_forgets_the_lots,
    rest_goes_back_to_the_wrong_lot,
    capture_takes_the_whole_hold,
    capture_leaves_no_usage,
    holds_can_be_resolved_twice,
    returned_credits_ignore_the_debt,
    grants_ignore_the_debt,
    clawback_stops_at_the_balance,
    clawback_spares_its_own_lot,
    clawback_works_twice,
    external_events_work_twice,
    events_without_effect_leave_no_trace,
    external_balance_forgets_later_spendings,
    older_balances_win,
    other_bodies_pass_under_a_key,
    refusals_are_not_kept,
    debt_is_left_out_of_the_chain,
]
