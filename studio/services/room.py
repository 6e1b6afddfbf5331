"""Whether there is room for another file: asked before work begins, so that nothing that was paid for is lost."""

from __future__ import annotations

from sqlmodel import Session, col, func, select

from studio.db.models.asset import Asset
from studio.domain.errors import Refused
from studio.services.plans import plan_limit
from studio.services.principal import Principal

MEGABYTE = 1_000_000


def require_room(session: Session, principal: Principal, more_bytes: int = 1) -> None:
    """Raise Refused when the person's files with `more_bytes` on top would take more than their plan has room for.

    What is begun is kept whatever it takes, so the files can end above the limit, and then nothing new is begun."""
    sizes = select(func.coalesce(func.sum(col(Asset.size_bytes)), 0)).where(Asset.owner_id == principal.user_id)
    used_bytes, most = int(session.exec(sizes).one()), plan_limit(session, principal, "storage_megabytes")
    if used_bytes + more_bytes > most * MEGABYTE:
        raise Refused(
            f"Your plan has room for {most} MB of files, and yours take {used_bytes / MEGABYTE:.1f} MB"
            f"{_besides(more_bytes)}.",
            hint="studio shorts delete HANDLE makes room; studio plans list shows other plans.",
            details={"used_bytes": used_bytes, "limit_bytes": most * MEGABYTE},
        )


def _besides(more_bytes: int) -> str:
    return f"; this one is {more_bytes / MEGABYTE:.1f} MB" if more_bytes > 1 else ""
