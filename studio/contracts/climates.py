"""Climates: what shorts feel like, built in or one's own."""

from __future__ import annotations

from pydantic import Field

from studio.contracts.base import Input
from studio.domain.formats import Pressure
from studio.domain.style import Climate, EmotionalState, RevelationDynamic


class ClimateData(Input):
    name: str = Field(min_length=1, max_length=60)
    emotional_state: EmotionalState
    revelation_dynamic: RevelationDynamic
    pressure: Pressure = Pressure.FLUID
    description: str = Field("", max_length=500)

    def to_domain(self, key: str) -> Climate:
        return Climate(key=key, **{name: getattr(self, name) for name in type(self).model_fields})
