"""Movements of credits that need two administrators: one asks, and another one approves with a login of their own.

The approval and the movement are one transaction: what is approved has moved."""

from __future__ import annotations

import json

from sqlmodel import Session, col, select

from studio.contracts.approvals import (
    ALL_REQUESTS,
    ApprovalFilter,
    Approvals,
    ApprovalState,
    ApprovalView,
    RejectApproval,
)
from studio.contracts.base import Page
from studio.contracts.credits import MovementView
from studio.db.models.approval import Approval
from studio.db.models.user import User
from studio.db.upsert import insert_if_new
from studio.domain.clock import moment
from studio.domain.errors import Conflict, NotAllowed, NotFound
from studio.domain.people import Role
from studio.domain.text import one_line
from studio.services.administrators import are_independent
from studio.services.audit import Subject, audit
from studio.services.base import Service
from studio.services.ledger.receipts import used_otherwise
from studio.services.movements import DONE, Movement, carry_out, moved, present
from studio.services.pages import newest_page
from studio.services.principal import Principal
from studio.services.references import by_prefix


class ApprovalsService(Service, Approvals):
    def list(
        self, wanted: ApprovalFilter = ALL_REQUESTS, *, limit: int = 20, cursor: str | None = None
    ) -> Page[ApprovalView]:
        conditions = [] if wanted.state is None else [Approval.state == wanted.state.value]
        with self.database.read() as session:
            rows, following = newest_page(session, Approval, conditions, limit=limit, cursor=cursor)
            return Page(data=_views(session, rows), next_cursor=following)

    def show(self, id: str) -> ApprovalView:
        with self.database.read() as session:
            return _views(session, [_find(session, id)])[0]

    def approve(self, id: str) -> MovementView:
        with self.database.write() as session:
            row = _find(session, id, for_change=True)
            movement = _movement_of(row)
            user = session.get_one(User, movement.user_id)
            requester = session.get_one(User, row.requested_by)
            if not self._approved_before(row):
                _check_pending(session, row)
                self._check_second(session, row, requester, movement)
                self._decide(session, row, ApprovalState.APPROVED, None)
                self._audit_movement(session, movement, requester, row)
                present(user)
            now, me = self.clock(), self.principal.email
            receipt = carry_out(session, movement, actor=requester.email, now=now, approved_by=me)
            # A refusal takes the decision back with it: the request goes on waiting.
            return moved(user, receipt, row.id)

    def reject(self, id: str, data: RejectApproval) -> ApprovalView:
        with self.database.write() as session:
            row = _find(session, id, for_change=True)
            _check_pending(session, row)
            self._decide(session, row, ApprovalState.REJECTED, data.reason)
            return _views(session, [row])[0]

    def _approved_before(self, row: Approval) -> bool:
        return row.state == ApprovalState.APPROVED and row.decided_by == self.principal.user_id

    def _check_second(self, session: Session, row: Approval, requester: User, movement: Movement) -> None:
        if requester.id == self.principal.user_id:
            raise NotAllowed(
                "Nobody approves what they asked for themselves.", hint="Another administrator has to log in and do it."
            )
        if movement.amount > 0 and movement.user_id == self.principal.user_id:
            raise NotAllowed("Nobody approves credits for themselves.", hint="A third administrator has to do it.")
        if requester.role != Role.ADMIN or not requester.active:
            raise NotAllowed(
                f"{requester.email}, who asked for it, is no administrator any more.",
                hint=f"studio admin credits reject {row.id} --reason TEXT; then ask for it yourself, with a new key.",
            )
        if not are_independent(session, requester.id, self.principal.user_id):
            raise NotAllowed(
                f"You and {requester.email}, who asked for it, cannot be the two administrators: one of you let the"
                " other in, or somebody let in both.",
                hint="An administrator whom neither of you created, promoted or gave an API key has to approve it.",
            )

    def _decide(self, session: Session, row: Approval, state: ApprovalState, reason: str | None) -> None:
        row.state, row.decided_by, row.decided_at = state.value, self.principal.user_id, self.clock()
        row.decision_reason = reason
        session.add(row)
        session.flush()
        subject, after = Subject("approval", row.id), {"state": state.value, "key": row.key}
        audit(session, self.principal, f"approval.{state}", subject, None, after, reason, now=row.decided_at)

    def _audit_movement(self, session: Session, movement: Movement, requester: User, row: Approval) -> None:
        after = movement.audited | {"requested_by": requester.email, "approval": row.id}
        subject = Subject("user", movement.user_id)
        audit(session, self.principal, DONE[movement.action], subject, None, after, movement.reason, now=self.clock())


def earlier_request(session: Session, movement: Movement) -> Approval | None:
    """The request of this key. Raises Conflict when something else was asked for, NotAllowed when it was rejected."""
    row = session.exec(select(Approval).where(Approval.key == movement.key)).first()
    if row is None:
        return None
    if row.body_sha256 != movement.sha256:
        raise used_otherwise(movement.key)
    if row.state == ApprovalState.REJECTED:
        raise NotAllowed(
            f"{_email(session, row.decided_by)} rejected this request: {row.decision_reason}",
            hint="If it is right all the same, ask for it with a new key.",
            details={"approval_id": row.id},
        )
    return row


def is_pending(row: Approval) -> bool:
    return row.state == ApprovalState.PENDING


def write_request(session: Session, principal: Principal, movement: Movement, *, now: int) -> Approval:
    """The request, written down. Call it with the person's balance locked; `now` is in epoch milliseconds.

    Raises Conflict when somebody else took the key for something else this very moment."""
    body = {"user": movement.user_id, "amount": movement.amount, "expires_days": movement.expires_days}
    row = Approval(
        created_at=now,
        requested_by=principal.user_id,
        action=movement.action,
        body=json.dumps(body),
        body_sha256=movement.sha256,
        key=movement.key,
        reason=movement.reason,
    )
    insert_if_new(session, row, "key")
    # Whoever asks for the same waits for the same lock, so that a row in the way can only be about something else.
    kept = earlier_request(session, movement)
    assert kept is not None
    assert kept.id == row.id
    subject, after = Subject("approval", row.id), {"action": row.action, **body, "key": row.key}
    audit(session, principal, "approval.requested", subject, None, after, row.reason, now=now)
    return kept


def _movement_of(row: Approval) -> Movement:
    body = json.loads(row.body)
    return Movement(row.action, body["user"], body["amount"], row.reason, row.key, body["expires_days"])


def _find(session: Session, reference: str, *, for_change: bool = False) -> Approval:
    reference = one_line(reference)
    if reference == "@last":
        newest = select(Approval).order_by(col(Approval.created_at).desc(), col(Approval.id).desc())
        row = session.exec(newest.limit(1)).first()
    else:
        row = session.get(Approval, reference) or by_prefix(
            session, select(Approval), Approval.id, reference, "request"
        )
    if row is None:
        raise NotFound(f"There is no request {reference}.", hint="studio admin credits approvals shows what there is.")
    if for_change:
        session.refresh(row, with_for_update=True)
    return row


def _check_pending(session: Session, row: Approval) -> None:
    if row.state != ApprovalState.PENDING and row.decided_at is not None:
        when = f"{moment(row.decided_at):%Y-%m-%d %H:%M:%S} UTC"
        raise Conflict(
            f"{_email(session, row.decided_by)} {row.state} this request at {when}.",
            hint="studio admin credits approvals shows what waits.",
        )


def _email(session: Session, user_id: str | None) -> str:
    return session.exec(select(User.email).where(User.id == user_id)).one()


def _views(session: Session, rows: list[Approval]) -> list[ApprovalView]:
    movements = {row.id: _movement_of(row) for row in rows}
    ids = {id for row in rows for id in (row.requested_by, row.decided_by, movements[row.id].user_id)}
    emails = dict(session.exec(select(User.id, User.email).where(col(User.id).in_(ids))).all())
    return [_view(row, movements[row.id], emails) for row in rows]


def _view(row: Approval, movement: Movement, emails: dict[str, str]) -> ApprovalView:
    return ApprovalView(
        id=row.id,
        state=ApprovalState(row.state),
        action=row.action,
        user=emails[movement.user_id],
        amount=movement.amount,
        expires_days=movement.expires_days,
        reason=row.reason,
        key=row.key,
        requested_by=emails[row.requested_by],
        created_at=moment(row.created_at),
        decided_by=None if row.decided_by is None else emails[row.decided_by],
        decided_at=None if row.decided_at is None else moment(row.decided_at),
        decision_reason=row.decision_reason,
    )
