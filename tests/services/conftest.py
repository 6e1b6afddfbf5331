"""Services are tested on both databases, with models that answer at once."""

from __future__ import annotations

import pytest

from studio.app import Studio
from studio.db.models.user import User
from studio.domain.people import Role
from studio.services.principal import Principal
from tests.fakes import FakeModels


@pytest.fixture
def models(studio: Studio, other_studio: Studio) -> FakeModels:
    """The models both studios ask; the real ones have their own tests."""
    fakes = FakeModels(studio.database.engine)
    studio.models = fakes  # type: ignore[assignment]  # the same methods, with memory
    other_studio.models = fakes  # type: ignore[assignment]
    return fakes


def independent_administrator(studio: Studio, email: str) -> str:
    """The id of an administrator whom nobody let in, as the first one of a studio."""
    with studio.database.write() as session:
        user = User(email=email, role=Role.ADMIN.value)
        session.add(user)
        session.flush()
        return user.id


def acting(studio: Studio, user_id: str) -> Studio:
    """The studio as this person sees it."""
    with studio.database.read() as session:
        user = session.get_one(User, user_id)
    return Studio(studio.settings, studio.database, Principal(user.id, user.email, user.role))
