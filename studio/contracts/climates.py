"""Climates: what shorts feel like, built in or one's own."""

from __future__ import annotations

from abc import ABC, abstractmethod

from pydantic import Field, ValidationInfo, field_validator

from studio.contracts.base import Deleted, Input, Moment, Page
from studio.contracts.definitions import DefinitionView, Fields, Name
from studio.contracts.operations import Contract, operation
from studio.domain.formats import Pressure
from studio.domain.style import Climate, EmotionalState, RevelationDynamic, contradiction


class ClimateFields(Fields):
    pressure: Pressure = Field(Pressure.FLUID, description="How densely it cuts.")
    description: str = Field("", max_length=500, description="What it is, in a sentence.")


class ClimateData(ClimateFields, Input):
    """A whole climate; its state and its dynamic go together."""

    name: Name
    emotional_state: EmotionalState
    revelation_dynamic: RevelationDynamic

    @field_validator("revelation_dynamic")
    @classmethod
    def _goes_with_the_state(cls, dynamic: RevelationDynamic, info: ValidationInfo) -> RevelationDynamic:
        state = info.data.get("emotional_state")
        reason = contradiction(state, dynamic) if state else None
        if reason:
            raise ValueError(f"{dynamic} does not go with {state}: {reason}")
        return dynamic

    def to_domain(self, key: str) -> Climate:
        return Climate(key=key, **{name: getattr(self, name) for name in type(self).model_fields})


class EditClimate(ClimateFields, Input):
    """Changes to a climate; what is left out stays."""

    name: Name | None = Field(None, description="What people call it.")
    emotional_state: EmotionalState | None = Field(None, description="The state it puts one in.")
    revelation_dynamic: RevelationDynamic | None = Field(None, description="How it lets one know.")


class CreateClimate(EditClimate):
    """A new climate. Without `like`, `name`, `emotional_state` and `revelation_dynamic` must be given."""

    like: str | None = Field(None, max_length=64, description="A climate to start from.")


class ClimateView(ClimateFields, DefinitionView):
    name: str
    emotional_state: EmotionalState
    revelation_dynamic: RevelationDynamic
    created_at: Moment | None
    updated_at: Moment | None


class Climates(Contract, ABC):
    noun = "climates"

    @operation("GET", "/api/climates", scope="climates:read")
    @abstractmethod
    def list(self, *, limit: int = 20, cursor: str | None = None) -> Page[ClimateView]:
        """The built-in climates, then one's own, newest first."""

    @operation("GET", "/api/climates/{id}", scope="climates:read")
    @abstractmethod
    def show(self, id: str) -> ClimateView:
        """One climate by handle; one's own also by id."""

    @operation("POST", "/api/climates", scope="climates:write", created=True)
    @abstractmethod
    def create(self, data: CreateClimate) -> ClimateView:
        """Write down a climate of one's own, from nothing or like another one."""

    @operation("PUT", "/api/climates/{id}", scope="climates:write")
    @abstractmethod
    def edit(self, id: str, data: EditClimate) -> ClimateView:
        """Change a climate of one's own."""

    @operation("DELETE", "/api/climates/{id}", scope="climates:write")
    @abstractmethod
    def delete(self, id: str) -> Deleted:
        """Remove a climate of one's own that no short uses."""
