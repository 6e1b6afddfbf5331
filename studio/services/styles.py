"""Styles: those every studio has, and people's own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlmodel import Session, func, select

from studio.contracts.styles import StyleData, Styles, StyleView
from studio.db.models.short import Short
from studio.db.models.style import Style
from studio.domain.errors import Invalid
from studio.services.catalogue import built_in_styles
from studio.services.definitions import DefinitionService


class StylesService(DefinitionService[Style, StyleData, StyleView], Styles):
    singular = "style"
    model = Style
    data = StyleData
    view = StyleView

    def _built_in(self) -> Mapping[str, StyleData]:
        return built_in_styles()

    def _count_users(self, session: Session, row: Style) -> int:
        statement = select(func.count()).where(Short.owner_id == row.owner_id, Short.style == row.handle)
        return session.exec(statement).one()

    def _whole(self, fields: Mapping[str, Any]) -> StyleData:
        # Late: shaping text is loaded to write a style down, not to list styles.
        from studio.render.fonts import look_fonts

        style = super()._whole(fields)
        font, known = style.captions.font, look_fonts()
        if font not in known:
            raise Invalid(f"There is no caption font called {font}.", hint=f"Choose one of: {', '.join(known)}.")
        return style
