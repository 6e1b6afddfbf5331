"""Services are tested on both databases, with models that answer at once."""

from __future__ import annotations

import pytest

from studio.app import Studio
from tests.fakes import FakeModels


@pytest.fixture
def models(studio: Studio, other_studio: Studio) -> FakeModels:
    """The models both studios ask; the real ones have their own tests."""
    fakes = FakeModels(studio.database.engine)
    studio.models = fakes  # type: ignore[assignment]  # the same methods, with memory
    other_studio.models = fakes  # type: ignore[assignment]
    return fakes
