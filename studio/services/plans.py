"""Plans: what is on offer to everybody, and the making and changing of it by administrators."""

from __future__ import annotations

import json
from typing import Any, TypeVar

from sqlmodel import Session, col, func, select, true, tuple_

from studio.contracts.base import Deleted, Page
from studio.contracts.plans import (
    AdminPlans,
    CreatePlan,
    EditOnePlan,
    EditPlan,
    PlanFile,
    PlanList,
    Plans,
    PlanView,
)
from studio.contracts.rows import Rows, read_rows
from studio.db.models.billing_plan import BillingPlan
from studio.db.models.user import User
from studio.db.upsert import insert_if_new
from studio.domain.clock import moment
from studio.domain.errors import Conflict, NotFound, Refused
from studio.domain.people import DEFAULT_PLAN
from studio.domain.text import safe
from studio.services.audit import Subject, audit, changed_by
from studio.services.base import Service
from studio.services.pages import cursor_of, page_size, position_of
from studio.services.principal import Principal
from studio.services.settings import limit_in_force

_Row = TypeVar("_Row", CreatePlan, EditOnePlan)

_AS_JSON = ("features", "limits")


class PlansService(Service, Plans):
    def list(self, *, limit: int = 20, cursor: str | None = None) -> Page[PlanView]:
        with self.database.read() as session:
            return _page(session, limit, cursor, col(BillingPlan.active) == true())


class AdminPlansService(Service, AdminPlans):
    def list(self, *, limit: int = 20, cursor: str | None = None) -> Page[PlanView]:
        with self.database.read() as session:
            return _page(session, limit, cursor)

    def show(self, id: str) -> PlanView:
        with self.database.read() as session:
            return _view(_find(session, id))

    def create(self, data: CreatePlan) -> PlanView:
        with self.database.write() as session:
            return self._created(session, data)

    def create_many(self, data: PlanFile) -> PlanList:
        found = _rows_of_file(CreatePlan, data)
        with self.database.write() as session:
            found.check("key", lambda key: _refuse_known(session, key))
            return PlanList(data=found.take(data.source, lambda row: self._created(session, row)))

    def edit(self, id: str, data: EditPlan) -> PlanView:
        with self.database.write() as session:
            return self._edited(session, id, data)

    def edit_many(self, data: PlanFile) -> PlanList:
        found = _rows_of_file(EditOnePlan, data)
        with self.database.write() as session:
            found.check("key", lambda key: _find(session, key))
            return PlanList(data=found.take(data.source, lambda row: self._edited(session, row.key, row)))

    def archive(self, id: str) -> PlanView:
        with self.database.write() as session:
            return self._edited(session, id, EditPlan(active=False), action="plan.archived")

    def delete(self, id: str) -> Deleted:
        with self.database.write() as session:
            row = _find(session, id, for_change=True)
            _refuse_free(row, "removed")
            _refuse_in_use(session, row)
            session.delete(row)
            audit(session, self.principal, "plan.deleted", _subject(row), _fields(row), None, now=self.clock())
            return Deleted(id=row.id)

    def _created(self, session: Session, data: CreatePlan) -> PlanView:
        row = BillingPlan(**_columns(data.model_dump()))
        row.created_at = row.updated_at = self.clock()
        insert_if_new(session, row, "key")
        # Of two who make the same plan at once, the second waits for the first and finds that row.
        if session.get(BillingPlan, row.id) is None:
            raise _known(row.key)
        audit(session, self.principal, "plan.created", _subject(row), None, _fields(row), now=self.clock())
        return _view(row)

    def _edited(self, session: Session, id: str, data: EditPlan, *, action: str = "plan.edited") -> PlanView:
        row = _find(session, id, for_change=True)
        _check_version(session, row, data.version)
        before = _fields(row)
        for name, value in _columns(data.model_dump(exclude_unset=True, exclude={"key", "version"})).items():
            setattr(row, name, value)
        if not row.active:
            _refuse_free(row, "taken off the offer")
        if before == _fields(row):
            return _view(row)
        row.version += 1
        row.updated_at = self.clock()
        session.add(row)
        session.flush()
        audit(session, self.principal, action, _subject(row), before, _fields(row), now=self.clock())
        return _view(row)


def plan_in_use(session: Session, key: str) -> int:
    """How many people have the plan of this key; those who were deleted no longer count."""
    having = select(func.count()).select_from(User).where(User.plan == key, col(User.deleted_at).is_(None))
    return session.exec(having).one()


def plan_to_give(session: Session, key: str) -> BillingPlan:
    """The plan of this key for somebody who is about to get it; it stays until the transaction ends.

    Raises NotFound, and Refused for one that is no longer on offer."""
    row = session.exec(select(BillingPlan).where(BillingPlan.key == safe(key)).with_for_update(read=True)).first()
    if row is None:
        raise _no_plan(safe(key))
    if not row.active:
        raise Refused(f"The plan {row.key} is no longer on offer.", hint=f"studio admin plans edit {row.key} --active")
    return row


def plan_limit(session: Session, principal: Principal, name: str) -> int:
    """How much of something the person's plan allows, or where it does not say, the administrators' setting."""
    having = select(BillingPlan.limits).join(User, col(User.plan) == BillingPlan.key)
    limits = session.exec(having.where(User.id == principal.user_id)).first()
    found = json.loads(limits).get(name) if limits else None
    return limit_in_force(session, name) if found is None else int(found)


def _page(session: Session, limit: int, cursor: str | None, *conditions: Any) -> Page[PlanView]:
    size = page_size(limit)
    order = (col(BillingPlan.sort_order), col(BillingPlan.key))
    statement = select(BillingPlan).where(*conditions)
    if cursor is not None:
        statement = statement.where(tuple_(*order) > position_of(cursor))
    rows = session.exec(statement.order_by(*order).limit(size + 1)).all()
    last = rows[size - 1] if len(rows) > size else None
    return Page(
        data=[_view(row) for row in rows[:size]], next_cursor=cursor_of(last.sort_order, last.key) if last else None
    )


def _find(session: Session, reference: str, *, for_change: bool = False) -> BillingPlan:
    """The plan with this key or id; `for_change` locks it until the transaction ends."""
    reference = safe(reference)
    statement = select(BillingPlan).where((BillingPlan.key == reference) | (BillingPlan.id == reference))
    # A plan's id is no key, so at most one row answers; and what was read before the lock is read again.
    row = session.exec(
        statement.with_for_update().execution_options(populate_existing=True) if for_change else statement
    ).first()
    if row is None:
        raise _no_plan(reference)
    return row


def _no_plan(reference: str) -> NotFound:
    return NotFound(f"There is no plan {reference}.", hint="studio admin plans list shows what there is.")


def _check_version(session: Session, row: BillingPlan, expected: int | None) -> None:
    if expected is None or expected == row.version:
        return
    if expected > row.version:
        raise Conflict(
            f"The plan {row.key} is at version {row.version}: there is no version {expected} yet.",
            hint=f"studio admin plans show {row.key} tells what it is now.",
            details={"key": row.key, "version": row.version},
        )
    raise Conflict(
        f"The plan {row.key} was changed{changed_by(session, _subject(row))}:"
        f" it is at version {row.version} and you changed version {expected}.",
        hint=f"studio admin plans show {row.key} tells what it is now; then edit it with --version {row.version}.",
        details={"key": row.key, "version": row.version},
    )


def _refuse_free(row: BillingPlan, done: str) -> None:
    if row.key == DEFAULT_PLAN:
        raise Refused(
            f"The plan {DEFAULT_PLAN} is where everybody begins; it cannot be {done}.",
            hint=f"studio admin plans edit {DEFAULT_PLAN} changes what it gives.",
        )


def _refuse_in_use(session: Session, row: BillingPlan) -> None:
    count = plan_in_use(session, row.key)
    if count:
        people = "1 person has" if count == 1 else f"{count} people have"
        raise Conflict(
            f"{people} the plan {row.key}; nothing was changed.",
            hint=f"studio admin plans archive {row.key} takes it off the offer and lets them keep it.",
        )


def _rows_of_file(model: type[_Row], data: PlanFile) -> Rows[_Row]:
    found = read_rows(model, data.text, source=data.source)
    found.refuse_repeated("key")
    return found


def _refuse_known(session: Session, key: str) -> None:
    if session.exec(select(BillingPlan.id).where(BillingPlan.key == safe(key))).first() is not None:
        raise _known(safe(key))


def _known(key: str) -> Conflict:
    return Conflict(f"There is a plan with the key {key} already.", hint=f"studio admin plans edit {key}")


def _subject(row: BillingPlan) -> Subject:
    return Subject("plan", row.key)


def _columns(fields: dict[str, Any]) -> dict[str, Any]:
    return {
        name: json.dumps(value, ensure_ascii=False) if name in _AS_JSON else value for name, value in fields.items()
    }


def _fields(row: BillingPlan) -> dict[str, Any]:
    """What administrators decide about a plan."""
    fields = {name: getattr(row, name) for name in CreatePlan.model_fields}
    return {name: json.loads(value) if name in _AS_JSON else value for name, value in fields.items()}


def _view(row: BillingPlan) -> PlanView:
    return PlanView(
        id=row.id,
        version=row.version,
        created_at=moment(row.created_at),
        updated_at=moment(row.updated_at),
        **_fields(row),
    )
