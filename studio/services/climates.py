"""Climates: those every studio has, and people's own."""

from __future__ import annotations

from collections.abc import Mapping

from sqlmodel import Session, func, select

from studio.contracts.climates import ClimateData, Climates, ClimateView
from studio.db.models.climate import Climate
from studio.db.models.short import Short
from studio.services.catalogue import built_in_climates
from studio.services.definitions import DefinitionService


class ClimatesService(DefinitionService[Climate, ClimateData, ClimateView], Climates):
    singular = "climate"
    model = Climate
    data = ClimateData
    view = ClimateView

    def _built_in(self) -> Mapping[str, ClimateData]:
        return built_in_climates()

    def _count_users(self, session: Session, row: Climate) -> int:
        statement = select(func.count()).where(Short.owner_id == row.owner_id, Short.climate == row.handle)
        return session.exec(statement).one()
