"""Looking after the database itself: where it stands, and bringing it up to date. For the server's operator."""

from __future__ import annotations

from studio.contracts.base import View
from studio.db.engine import parse_url
from studio.db.schema import HEAD, current_revision, state_of, upgrade


class DatabaseStatus(View):
    """Which database it is and whether its tables fit this version."""

    url: str
    engine: str
    revision: str | None
    newest_revision: str
    state: str


def status_of(url: str) -> DatabaseStatus:
    """Where the database stands; passwords are masked."""
    parsed = parse_url(url)
    revision = current_revision(url)
    return DatabaseStatus(
        url=parsed.render_as_string(hide_password=True),
        engine=parsed.get_backend_name(),
        revision=revision,
        newest_revision=HEAD,
        state=state_of(revision).value,
    )


def upgraded(url: str) -> DatabaseStatus:
    """Bring the tables up to date and say where they stand."""
    upgrade(url)
    return status_of(url)
