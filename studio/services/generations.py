"""The one door to every model: what it makes is paid for once, when it is delivered, and can be explained for good.

Credits are set aside and the intent is written down in one transaction, the model works outside of any, and a last
transaction captures the credits together with what was delivered. Offline work is written down when it is done. How
an order to a model elsewhere travels is told in `orders`, what is written of it in `journal`."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Collection
from dataclasses import asdict, dataclass
from typing import Any, TypeVar

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, update

from studio.db.engine import Database
from studio.db.models.generation import Generation
from studio.db.models.scene import ShortScene
from studio.db.models.short import Short
from studio.domain.clock import Clock, system_clock
from studio.domain.credits import FeatureKey, Price
from studio.domain.errors import Interrupted, RateLimited, ServiceFailed, StudioError, Uncertain
from studio.domain.progress import Cancelled, never
from studio.domain.remote import RemoteModel
from studio.services import journal, told
from studio.services.consumption import check_limits
from studio.services.holdings import drop, held_credits, price_due, written_price
from studio.services.keys import content_key
from studio.services.ledger import Receipt, Usage, capture, reserve
from studio.services.ledger.accounts import lock
from studio.services.orders import Orders
from studio.services.pricing import price_of
from studio.services.principal import Principal
from studio.services.settings import prices_in_force
from studio.services.sweeping import sweep
from studio.services.work import NeverArrived, Read, Verdict, Work

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
    short_id: str | None = None
    scene_id: str | None = None
    scene_order: int | None = None
    charged_as: str | None = None
    """The model whose price counts; None is `model`. `local` for what has been paid for before."""
    quantity: int = 1
    """Units of the feature that are set aside, such as blocks of five seconds."""

    @property
    def provider(self) -> str:
        return self.model.partition("/")[0]

    @property
    def payload(self) -> str:
        return json.dumps(asdict(self.request), sort_keys=True, ensure_ascii=False, separators=(",", ":"))


class Generations:
    """Has things made for one person."""

    def __init__(
        self,
        database: Database,
        principal: Principal,
        clock: Clock = system_clock,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        """`pause` is how the seconds of a wait pass."""
        self.database = database
        self.principal = principal
        self.clock = clock
        self.pause = pause
        self._has_swept = False

    def run(self, call: Call, make: Callable[[], _Made], keep: Callable[[Session, _Made, int], _Kept]) -> _Kept:
        """Have it made by this process and kept; gives what `keep` gives.

        `make` runs outside of any transaction; `keep(session, made, credits)` writes the rows of what was made, in the
        transaction that charges for it. Raises NotEnoughCredits before anything is made, Conflict while another run
        has the same made, Uncertain when nobody knows what became of an earlier one, and what `make` raises: a
        failure that is a verdict gives the credits back."""
        with self.database.read() as session:
            price = self._price(session, call)
        if price.credits == 0:
            return self._run_free(call, make, keep)
        self._sweep_once(call)
        row = self._take_up(call, price)
        self._start(row, call)
        made = self._made(row, make)
        return self._deliver(call, row, made, keep)

    def order(
        self,
        call: Call,
        model: RemoteModel,
        work: Work[_Made],
        keep: Callable[[Session, _Made, int], _Kept],
        *,
        read: Read,
        delivered: Callable[[_Made], int] | None = None,
        stands: Callable[[Session], bool] | None = None,
        cancelled: Cancelled = never,
    ) -> _Kept:
        """Have it made by a model elsewhere, going on with what an earlier run has left; gives what `keep` gives.

        `read` opens the files a request refers to. `delivered` counts the units that came: no more are charged.
        `stands` says whether it is there already: looked at again where nobody else can have it made, so that of two
        runs with the same wish the later one pays nothing. Raises Conflict then.
        Raises NotEnoughCredits before anything is sent, Uncertain while nobody knows whether an order arrived,
        Interrupted when the person stops waiting, and the provider's verdicts, which give the credits back."""
        orders = Orders(self.database, model, self.clock, self.pause, cancelled)
        self._sweep_once(call)
        while True:
            with self.database.read() as session:
                price = self._price(session, call)
            row = self._admitted(call, price, lambda: _quote(model, work), stands, cancelled)
            try:
                orders.take_over(row)
                made = orders.fulfil(row, work, read)
            except NeverArrived:
                self._fail(row, "It never arrived.")
                if call.feature is FeatureKey.VIDEO_GENERATION:
                    # A clip is dear: it is not ordered a second time without somebody wanting it.
                    raise ServiceFailed(
                        f"{row.provider} never took the order. Its credits are given back.",
                        hint="Run the same command again to order it anew.",
                    ) from None
                continue
            except Verdict as verdict:
                self._fail(row, verdict.error.message, verdict.cost_microusd)
                raise verdict.error from verdict
            return self._deliver(call, row, made, keep, delivered(made) if delivered else None)

    def _price(self, session: Session, call: Call) -> Price:
        return price_of(prices_in_force(session), call.feature, call.charged_as or call.model, call.quantity)

    def _run_free(self, call: Call, make: Callable[[], _Made], keep: Callable[[Session, _Made, int], _Kept]) -> _Kept:
        made = make()
        with self.database.write() as session:
            # The balance row comes first everywhere, and is what a paid call hangs on.
            lock(session, self.principal.user_id, self.clock())
            key = journal.next_key(session, self.principal.user_id, call.key)
            session.add(self._row(call, key, state="succeeded", closed_at=self.clock()))
            session.flush()
            return keep(session, made, 0)

    def is_open(self, key: str) -> bool:
        """Whether a provider may have this wish under way already."""
        with self.database.read() as session:
            row = journal.latest(session, self.principal.user_id, key)
        return row is not None and row.state in journal.UNDER_WAY

    def is_dearer(self, call: Call, other: Call) -> bool:
        """Whether one call costs more credits than another does."""
        with self.database.read() as session:
            return self._price(session, call).credits > self._price(session, other).credits

    def sweep(self, wanted: Collection[str] = ()) -> None:
        """See to what this person's ended runs have left, but for unsent orders of the wishes that are wanted now."""
        self._has_swept = True
        sweep(self.database, self.clock(), self.principal.user_id, wanted)

    def _sweep_once(self, call: Call) -> None:
        if not self._has_swept:
            self.sweep([call.key])

    def _admitted(
        self,
        call: Call,
        price: Price,
        quote: Callable[[], int | None],
        stands: Callable[[Session], bool] | None,
        cancelled: Cancelled,
    ) -> Generation:
        """The call's row, once fewer calls are under way than are allowed at the same time."""
        while True:
            try:
                return self._take_up(call, price, quote, stands)
            except RateLimited as error:
                if not error.details.get("is_full"):
                    raise
            if cancelled():
                raise Interrupted("Stopped before it was sent.", hint="Run the same command again to go on.")
            self.pause(0.5)

    def _take_up(
        self,
        call: Call,
        price: Price,
        quote: Callable[[], int | None] | None = None,
        stands: Callable[[Session], bool] | None = None,
    ) -> Generation:
        """The row of this call: the open one that an earlier run has left, or a new one with its credits set aside.

        With a `quote` the call goes to a model elsewhere, whose open calls are gone on with in any state."""
        quoted = quote() if quote else None
        with self.database.write() as session:
            lock(session, self.principal.user_id, self.clock())
            latest = journal.latest(session, self.principal.user_id, call.key)
            if latest is not None and self._is_left_open(session, latest, price, is_remote=quote is not None):
                return latest
            if stands is not None and stands(session):
                raise told.made_meanwhile()
            if quote is not None:
                check_limits(session, self.principal.user_id, price.credits, self.clock())
            key = journal.next_key(session, self.principal.user_id, call.key)
            row = self._row(call, key, quoted_microusd=quoted, agreed_price=written_price(price))
            receipt = self._reserve(session, row.id, price.credits) if price.credits else None
            if receipt is None or not receipt.refused:
                row.hold_id = receipt.hold_id if receipt else None
                session.add(row)
        if receipt is not None:
            receipt.require()
        return row

    def _is_left_open(self, session: Session, row: Generation, price: Price, *, is_remote: bool) -> bool:
        if row.state not in journal.OPEN:
            return False
        held = held_credits(session, row)
        if row.state == "ready" and held != price.credits:
            drop(session, row, "The price changed before it was sent.", self.clock())
            return False
        if row.state == "ready" or is_remote:
            return True
        if row.state == "submitting" and not journal.is_abandoned(row, self.clock()):
            raise told.under_way()
        raise told.unknown_here(session, row)

    def _reserve(self, session: Session, id: str, credits: int) -> Receipt:
        # Under a key of its own: a refusal is kept for good, and after buying credits the same wish must succeed.
        now = self.clock()
        key = f"generation:{id}"
        return reserve(session, self.principal.user_id, credits, key=key, expires_at=now + HOLD_MILLISECONDS, now=now)

    def _start(self, row: Generation, call: Call) -> None:
        with self.database.write() as session:
            if not journal.submitting(session, row, call.payload, self.clock()):
                raise told.under_way()

    def _made(self, row: Generation, make: Callable[[], _Made]) -> _Made:
        try:
            return make()
        except Uncertain as error:
            self._leave_uncertain(row, error.message)
            raise
        except StudioError as error:
            self._fail(row, error.message)
            raise
        except Exception as error:
            # Whether somebody did it and will charge for it is not known: nobody may say it was not spent.
            self._leave_uncertain(row, type(error).__name__)
            raise

    def _leave_uncertain(self, row: Generation, reason: str) -> None:
        with self.database.write() as session:
            journal.uncertain(session, row, reason)

    def _fail(self, row: Generation, reason: str, cost_microusd: int | None = None) -> None:
        with self.database.write() as session:
            lock(session, row.user_id, self.clock())
            drop(session, row, reason, self.clock(), cost_microusd)

    def _deliver(
        self,
        call: Call,
        row: Generation,
        made: _Made,
        keep: Callable[[Session, _Made, int], _Kept],
        delivered: int | None = None,
    ) -> _Kept:
        try:
            with self.database.write() as session:
                lock(session, row.user_id, self.clock())
                if not journal.closed(session, row, "succeeded", self.clock(), cost_microusd=row.cost_microusd):
                    raise told.made_meanwhile()
                return keep(session, made, self._charge(session, call, row, delivered))
        except (StudioError, IntegrityError) as error:
            # Made but not delivered, as when the short was deleted meanwhile: that is not the person's to pay.
            self._fail(row, f"It could not be kept: {type(error).__name__}.")
            raise

    def _charge(self, session: Session, call: Call, row: Generation, delivered: int | None) -> int:
        """Take the credits for what was delivered, at the price that was agreed on.

        Gives how many of them are for the short that fetches it: none where another one had ordered it."""
        due = price_due(session, row, delivered)
        if due is not None and row.hold_id is not None:
            usage = _usage(call, row, due, _scene_order(session, call, row))
            capture(session, row.hold_id, due.credits, usage, now=self.clock())
        credits = due.credits if due else 0
        if row.short_id is not None and (credits or row.cost_microusd):
            spent = {
                "credits_used": col(Short.credits_used) + credits,
                "cost_microusd": col(Short.cost_microusd) + (row.cost_microusd or 0),
            }
            # Another short with the same wish may fetch what this one ordered: it stays on this one's account.
            session.exec(update(Short).where(col(Short.id) == row.short_id).values(**spent))
        return credits if row.short_id == call.short_id else 0

    def _row(self, call: Call, client_key: str, **more: Any) -> Generation:
        return Generation(
            user_id=self.principal.user_id,
            client_key=client_key,
            request_hash=content_key(call.model, call.request),
            kind=call.feature.value,
            provider=call.provider,
            model=call.model,
            short_id=call.short_id,
            scene_id=call.scene_id,
            payload=call.payload,
            created_at=self.clock(),
            **more,
        )


def _quote(model: RemoteModel, work: Work[Any]) -> int | None:
    request = work.next(())
    return model.quote(request) if request is not None else None


def _scene_order(session: Session, call: Call, row: Generation) -> int | None:
    if row.scene_id == call.scene_id:
        return call.scene_order
    scene = session.get(ShortScene, row.scene_id) if row.scene_id else None
    return scene.position if scene else None


def _usage(call: Call, row: Generation, price: Price, scene_order: int | None) -> Usage:
    return Usage(
        operation=call.operation,
        price=price,
        provider=call.provider,
        provider_request_id=row.provider_request_id,
        model=call.model,
        short_id=row.short_id,
        scene_order=scene_order,
        cost_microusd=row.cost_microusd,
    )
