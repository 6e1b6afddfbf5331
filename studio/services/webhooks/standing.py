"""How the inbox stands, for the check-up: secrets that cannot be used, messages that wait too long or are dead."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import text

from studio.contracts.doctor import Finding
from studio.db.engine import Database
from studio.domain.clock import Clock, system_clock
from studio.domain.errors import Misconfigured
from studio.services.webhooks.clerk import keys_of

CHECK = "webhooks"
LATE_MILLISECONDS = 5 * 60_000

_STAND = text(
    "SELECT COUNT(*) AS messages,"
    " COALESCE(SUM(CASE WHEN state = 'received' AND received_at < :late THEN 1 ELSE 0 END), 0) AS waiting,"
    " COALESCE(SUM(CASE WHEN state = 'dead' THEN 1 ELSE 0 END), 0) AS dead"
    " FROM webhookevent"
)


def webhook_findings(database: Database, secrets: Mapping[str, str], clock: Clock = system_clock) -> list[Finding]:
    """What is to be said; nothing of a studio that nobody sends messages to. `secrets` are settings by their names."""
    found = [finding for name, value in secrets.items() if value and (finding := _of_secret(name, value))]
    with database.read() as session:
        stand = session.connection().execute(_STAND, {"late": clock() - LATE_MILLISECONDS}).one()
    if stand.waiting:
        found.append(
            _warning(
                f"Messages that have waited for more than 5 minutes: {stand.waiting}.",
                "studio admin webhooks list --state received says why; studio serve works on them.",
            )
        )
    if stand.dead:
        found.append(
            _warning(
                f"Messages that could not take effect: {stand.dead}.",
                "studio admin webhooks list --state dead says why; put it right, then: studio admin webhooks replay ID",
            )
        )
    if not found and (stand.messages or any(secrets.values())):
        found.append(Finding(check=CHECK, level="ok", message=f"{stand.messages} messages came, and none waits."))
    return found


def _of_secret(name: str, value: str) -> Finding | None:
    try:
        keys_of(value, name)
    except Misconfigured as error:
        return Finding(check=CHECK, level="error", message=error.message, hint=error.hint)
    return None


def _warning(message: str, hint: str) -> Finding:
    return Finding(check=CHECK, level="warning", message=message, hint=hint)
