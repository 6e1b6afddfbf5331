"""How much one person may have made elsewhere: calls at the same time, and credits in a day."""

from __future__ import annotations

from sqlalchemy import column, text
from sqlmodel import Session

from studio.domain.errors import RateLimited
from studio.services.settings import limits_in_force

DAY_MILLISECONDS = 24 * 60 * 60 * 1000

_USED = text(
    "SELECT (SELECT COUNT(*) FROM generation WHERE user_id = :user_id AND state IN ('submitting', 'submitted')),"
    " (SELECT COALESCE(SUM(credits), 0) FROM usagehistory WHERE user_id = :user_id AND created_at >= :today),"
    " (SELECT COALESCE(SUM(held), 0) FROM creditbalance WHERE user_id = :user_id)"
).columns(column("open_calls"), column("spent"), column("held"))


def check_limits(session: Session, user_id: str, credits: int, now: int) -> None:
    """Raise RateLimited when another call of so many credits would be more than the administrators allow.

    `is_full` in its details says that it is about calls at the same time, so that waiting helps."""
    today = now - now % DAY_MILLISECONDS
    open_calls, spent, held = session.connection().execute(_USED, {"user_id": user_id, "today": today}).one()
    limits = limits_in_force(session)
    if open_calls >= limits["concurrent_generations"]:
        raise RateLimited(
            f"You have {open_calls} paid calls under way and {limits['concurrent_generations']} are allowed.",
            hint="Wait for them: studio jobs list shows where each stands.",
            details={"is_full": True},
        )
    wanted = int(spent) + int(held) + credits
    if wanted > limits["daily_credits"]:
        raise RateLimited(
            f"This would be {wanted} credits today and {limits['daily_credits']} are allowed in a day.",
            hint="The day ends at midnight UTC. An administrator can change limits.daily_credits.",
        )
