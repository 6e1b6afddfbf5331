"""Finding people, and the local owner: on one's own machine nobody has to log in, and everything is this user's."""

from __future__ import annotations

from sqlalchemy import select as core_select
from sqlmodel import Session, col, select

from studio.db.engine import Database
from studio.db.models.base import table_of
from studio.db.models.billing_plan import BillingPlan
from studio.db.models.credit_balance import CreditBalance
from studio.db.models.user import User
from studio.db.upsert import insert_if_new
from studio.domain.clock import system_clock
from studio.domain.errors import NotFound
from studio.domain.people import DEFAULT_PLAN, LOCAL_EMAIL, Role
from studio.domain.text import one_line
from studio.services.principal import Principal
from studio.services.references import by_prefix


def local_owner(database: Database) -> Principal:
    """The owner of the embedded database, made and given the free plan's credits at the first call."""
    users, balances = table_of(User).c, table_of(CreditBalance).c
    joined = table_of(User).join(table_of(CreditBalance), balances.user_id == users.id)
    statement = core_select(users.id, users.role).select_from(joined).where(users.email == LOCAL_EMAIL)
    with database.read() as session:
        owner = session.connection().execute(statement).first()
    if owner is not None:
        return Principal(owner.id, LOCAL_EMAIL, owner.role)
    with database.write() as session:
        user = _moved_in(session)
    return Principal(user.id, user.email, user.role)


def _moved_in(session: Session) -> User:
    # Late: a command on a studio that has its owner does without the ledger.
    from studio.services import ledger

    insert_if_new(session, User(email=LOCAL_EMAIL, name="Owner", role=Role.ADMIN.value), "email")
    user = session.exec(select(User).where(User.email == LOCAL_EMAIL)).one()
    plan = session.exec(select(BillingPlan).where(BillingPlan.key == DEFAULT_PLAN)).one()
    key = f"{plan.key}:local-owner"
    ledger.grant(
        session,
        user.id,
        plan.credits,
        source="plan",
        source_id=key,
        key=f"plan:{key}",
        actor="studio",
        now=system_clock(),
        reason=f"The credits of the plan {plan.name}, once.",
    )
    return user


def find_user(session: Session, reference: str, *, for_change: bool = False) -> User:
    """The person with this address, id, unique prefix of an id, or the newest for `@last`; for administrators.

    Who was deleted is found by the whole id. `for_change` locks the row until the transaction ends."""
    reference = one_line(reference)
    present = select(User).where(col(User.deleted_at).is_(None))
    if reference == "@last":
        found = session.exec(present.order_by(col(User.created_at).desc(), col(User.id).desc()).limit(1)).first()
    else:
        exact = select(User).where((User.email == reference.lower()) | (User.id == reference))
        found = session.exec(exact).first() or by_prefix(session, present, User.id, reference, "user")
    if found is None:
        raise NotFound(f"There is no user {reference}.", hint="studio admin users list shows who there is.")
    if for_change:
        session.refresh(found, with_for_update=True)
    return found
