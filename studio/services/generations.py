"""The one door to every model: what it makes is paid for once, when it is delivered, and can be explained for good.

Credits are set aside and the intent is written down in one transaction, the model works outside of any, and a last
transaction captures the credits together with what was delivered. Offline work is written down when it is done."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable
from dataclasses import asdict, dataclass
from typing import Any, TypeVar

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select, update

from studio.db.engine import Database
from studio.db.models.credit_hold import CreditHold
from studio.db.models.generation import Generation
from studio.db.models.short import Short
from studio.domain.clock import Clock, system_clock
from studio.domain.credits import FeatureKey, Price
from studio.domain.errors import Conflict, StudioError, Uncertain
from studio.services.keys import content_key
from studio.services.ledger import Receipt, Usage, capture, release, reserve
from studio.services.ledger.accounts import lock
from studio.services.pricing import price_of
from studio.services.principal import Principal
from studio.services.settings import prices_in_force

LEASE_MILLISECONDS = 5 * 60 * 1000
"""How long a call may be under way before somebody else may ask what became of it."""

HOLD_MILLISECONDS = 24 * 60 * 60 * 1000

_Made = TypeVar("_Made")
_Kept = TypeVar("_Kept")


@dataclass(frozen=True)
class Call:
    """One thing to be made. Equal keys are the same wish: of two calls at once only one is made."""

    key: str
    feature: FeatureKey
    model: str
    request: Any
    """What the model is asked; a dataclass."""
    operation: str
    """The use-case, such as `shorts.media`."""
    short_id: str
    scene_id: str | None = None
    scene_order: int | None = None
    charged_as: str | None = None
    """The model whose price counts; None is `model`. `local` for what has been paid for before."""

    @property
    def provider(self) -> str:
        return self.model.partition("/")[0]

    @property
    def payload(self) -> str:
        return json.dumps(asdict(self.request), sort_keys=True, ensure_ascii=False, separators=(",", ":"))


@dataclass(frozen=True)
class _Begun:
    """A call whose credits are set aside."""

    id: str
    hold_id: str
    price: Price


class Generations:
    """Has things made for one person."""

    def __init__(self, database: Database, principal: Principal, clock: Clock = system_clock) -> None:
        self.database = database
        self.principal = principal
        self.clock = clock

    def run(self, call: Call, make: Callable[[], _Made], keep: Callable[[Session, _Made, int], _Kept]) -> _Kept:
        """Have it made and kept; gives what `keep` gives.

        `make` asks the model and runs outside of any transaction; `keep(session, made, credits)` writes the rows of
        what was made, in the transaction that charges for it. Raises NotEnoughCredits before anything is asked,
        Conflict while another run has the same made, Uncertain when nobody knows whether an earlier call arrived, and
        what `make` raises: a failure that is a verdict gives the credits back."""
        with self.database.read() as session:
            price = self._price(session, call)
        if price.credits == 0:
            return self._run_free(call, make, keep)
        begun = self._begin(call, price)
        self._send(begun)
        made = self._made(begun, make)
        try:
            with self.database.write() as session:
                return self._delivered(session, call, begun, made, keep)
        except (StudioError, IntegrityError) as error:
            # Made but not delivered, as when the short was deleted meanwhile: that is not the person's to pay.
            self._end(begun, "failed", f"It could not be kept: {type(error).__name__}.")
            raise

    def _price(self, session: Session, call: Call) -> Price:
        return price_of(prices_in_force(session), call.feature, call.charged_as or call.model)

    def _run_free(self, call: Call, make: Callable[[], _Made], keep: Callable[[Session, _Made, int], _Kept]) -> _Kept:
        made = make()
        with self.database.write() as session:
            # The balance row comes first everywhere, and is what a paid call hangs on.
            lock(session, self.principal.user_id, self.clock())
            session.add(self._row(call, _next_key(session, self.principal, call.key), "succeeded", None))
            session.flush()
            return keep(session, made, 0)

    def held_for(self, session: Session, keys: Iterable[str]) -> int:
        """Credits that are set aside already for wishes that an interrupted run had not sent yet."""
        rows = [_latest(session, self.principal, key) for key in keys]
        return sum(_held(session, row) for row in rows if row is not None and row.state == "ready")

    def give_back_unsent(self, keys: Collection[str] = ()) -> None:
        """Release what interrupted runs had set aside and never sent, but for these wishes."""
        before = self.clock() - LEASE_MILLISECONDS
        unsent = select(Generation).where(
            Generation.user_id == self.principal.user_id,
            Generation.state == "ready",
            col(Generation.created_at) < before,
        )
        with self.database.read() as session:
            if session.exec(unsent.limit(1)).first() is None:
                return
        with self.database.write() as session:
            lock(session, self.principal.user_id, self.clock())
            for row in session.exec(unsent).all():
                if row.client_key.partition(":")[0] not in keys:
                    self._drop(session, row, "It was never sent.")

    def _drop(self, session: Session, row: Generation, reason: str) -> None:
        release(session, str(row.hold_id), now=self.clock())
        _close(session, row, "failed", reason)

    def _begin(self, call: Call, price: Price) -> _Begun:
        with self.database.write() as session:
            lock(session, self.principal.user_id, self.clock())
            latest = _latest(session, self.principal, call.key)
            begun = self._begun_before(session, latest, price) if latest else None
            if begun is not None:
                return begun
            key = _next_key(session, self.principal, call.key)
            row = self._row(call, key, "ready", None)
            receipt = self._reserve(session, row.id, price.credits)
            if not receipt.refused:
                row.hold_id = receipt.hold_id
                session.add(row)
        receipt.require()
        return _Begun(row.id, str(receipt.hold_id), price)

    def _reserve(self, session: Session, id: str, credits: int) -> Receipt:
        # Under a key of its own: a refusal is kept for good, and after buying credits the same wish must succeed.
        now = self.clock()
        key = f"generation:{id}"
        return reserve(session, self.principal.user_id, credits, key=key, expires_at=now + HOLD_MILLISECONDS, now=now)

    def _begun_before(self, session: Session, row: Generation, price: Price) -> _Begun | None:
        """The call to go on with that another run has left; None when a new one has to be begun."""
        if row.state in ("succeeded", "failed"):
            return None
        held = _held(session, row)
        if row.state == "ready":
            if held == price.credits:
                return _Begun(row.id, str(row.hold_id), price)
            self._drop(session, row, "The price changed before it was sent.")
            return None
        if row.state == "submitting" and (row.lease_until or 0) > self.clock():
            raise _under_way()
        raise _uncertain(row, held)

    def _send(self, begun: _Begun) -> None:
        now = self.clock()
        with self.database.write() as session:
            changed = session.exec(
                update(Generation)
                .where(col(Generation.id) == begun.id, col(Generation.state) == "ready")
                .values(state="submitting", attempt=col(Generation.attempt) + 1, lease_until=now + LEASE_MILLISECONDS)
            )
            if changed.rowcount != 1:
                raise _under_way()

    def _made(self, begun: _Begun, make: Callable[[], _Made]) -> _Made:
        try:
            return make()
        except Uncertain as error:
            self._end(begun, "uncertain", error.message)
            raise
        except StudioError as error:
            self._end(begun, "failed", error.message)
            raise
        except Exception as error:
            # Whether the provider did it and will charge for it is not known: nobody may say it was not spent.
            self._end(begun, "uncertain", type(error).__name__)
            raise

    def _end(self, begun: _Begun, state: str, reason: str) -> None:
        with self.database.write() as session:
            if state == "failed":
                release(session, begun.hold_id, now=self.clock())
            _close(session, session.get_one(Generation, begun.id), state, reason)

    def _delivered(
        self,
        session: Session,
        call: Call,
        begun: _Begun,
        made: _Made,
        keep: Callable[[Session, _Made, int], _Kept],
    ) -> _Kept:
        capture(session, begun.hold_id, begun.price.credits, _usage(call, begun.price), now=self.clock())
        _close(session, session.get_one(Generation, begun.id), "succeeded")
        charge = update(Short).where(col(Short.id) == call.short_id)
        session.exec(charge.values(credits_used=col(Short.credits_used) + begun.price.credits))
        return keep(session, made, begun.price.credits)

    def _row(self, call: Call, client_key: str, state: str, hold_id: str | None) -> Generation:
        return Generation(
            user_id=self.principal.user_id,
            client_key=client_key,
            request_hash=content_key(call.model, call.request),
            hold_id=hold_id,
            kind=call.feature.value,
            provider=call.provider,
            model=call.model,
            short_id=call.short_id,
            scene_id=call.scene_id,
            payload=call.payload,
            state=state,
            created_at=self.clock(),
        )


def _usage(call: Call, price: Price) -> Usage:
    return Usage(
        operation=call.operation,
        price=price,
        provider=call.provider,
        model=call.model,
        short_id=call.short_id,
        scene_order=call.scene_order,
    )


def _latest(session: Session, principal: Principal, key: str) -> Generation | None:
    """The newest attempt at a wish: `key`, `key:2`, `key:3` … Each gets its own once the one before it ended."""
    found = None
    while row := _attempt(session, principal, key, _number(found) + 1):
        found = row
    return found


def _attempt(session: Session, principal: Principal, key: str, number: int) -> Generation | None:
    client_key = key if number == 1 else f"{key}:{number}"
    own = select(Generation).where(Generation.user_id == principal.user_id)
    return session.exec(own.where(Generation.client_key == client_key)).first()


def _number(row: Generation | None) -> int:
    return 0 if row is None else int(row.client_key.partition(":")[2] or 1)


def _next_key(session: Session, principal: Principal, key: str) -> str:
    number = _number(_latest(session, principal, key)) + 1
    return key if number == 1 else f"{key}:{number}"


def _held(session: Session, row: Generation) -> int:
    return session.exec(select(CreditHold.amount).where(CreditHold.id == row.hold_id)).one()


def _close(session: Session, row: Generation, state: str, error: str | None = None) -> None:
    row.state, row.error, row.lease_until = state, error, None
    session.add(row)
    session.flush()


def _under_way() -> Conflict:
    return Conflict(
        "Another run is having the same made right now.", hint="Wait for it, then run the same command again."
    )


def _uncertain(row: Generation, held: int) -> Uncertain:
    return Uncertain(
        f"The request may have reached {row.provider}. {held} credits are held, not spent.",
        hint=f"Running the same command again is safe: it does not send this job ({row.id}) twice.",
        details={"generation": row.id, "held": held},
    )
