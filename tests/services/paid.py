"""Models that cost credits, and the few words that tests about paying share."""

from __future__ import annotations

from sqlmodel import select

from studio.app import Studio
from studio.contracts.settings import ChangeSettings
from studio.contracts.shorts import CreateShort
from studio.db.models import Generation
from studio.domain.clock import system_clock
from studio.services import ledger
from studio.services.ledger import verify
from tests.fakes import FakeModels

MODEL = "vendor/paint"
BRIEF = CreateShort(source_text="One sea. Two moons. Three tides.", language="en")
SCRIPT, PICTURES, VOICES, MUSIC = 1, 3 * 5, 3 * 1, 2
WHOLE = SCRIPT + PICTURES + VOICES + MUSIC


def paid(studio: Studio) -> FakeModels:
    """Let this studio's models cost credits; the plan gave its owner 100."""
    models = FakeModels(studio.database.engine, model_id=MODEL)
    studio.models = models  # type: ignore[assignment]  # the same methods, with memory
    return models


def leave(studio: Studio, credits: int) -> None:
    """Leave the studio's owner so many credits."""
    change = credits - studio.credits.me().credits_remaining
    if change:
        grant(studio, change)


def grant(studio: Studio, credits: int, key: str = "test") -> None:
    """Give or take credits past every rule of administration, which has tests of its own."""
    now, user = system_clock(), studio.principal.user_id
    with studio.database.write() as session:
        if credits > 0:
            ledger.grant(session, user, credits, source="admin", source_id=key, key=key, actor="test", now=now)
        else:
            ledger.adjust(session, user, credits, key=key, actor="test", reason="test", now=now)


def set_price(studio: Studio, **prices: int) -> None:
    studio.admin_settings.change(ChangeSettings(values={f"prices.{name}": value for name, value in prices.items()}))


def generations(studio: Studio) -> list[Generation]:
    with studio.database.read() as session:
        return list(session.exec(select(Generation).order_by(Generation.id)))  # type: ignore[arg-type]  # a column


def assert_sound(studio: Studio) -> None:
    with studio.database.read() as session:
        assert verify(session) == []
