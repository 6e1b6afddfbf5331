"""Styles: those every studio has, people's own, and suggesting one for a topic."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, func, select

from studio.contracts.media import NOTHING_TO_PAY, CostView
from studio.contracts.styles import CreateStyle, StyleData, Styles, StyleView, SuggestionView, SuggestStyle
from studio.db.engine import Database
from studio.db.models.short import Short
from studio.db.models.style import Style
from studio.domain.clock import Clock, system_clock
from studio.domain.credits import FeatureKey
from studio.domain.errors import Invalid
from studio.domain.progress import Cancelled, Progress, Step, never, silent
from studio.domain.text import one_line
from studio.providers.registry import Models
from studio.services.catalogue import built_in_styles
from studio.services.definitions import DefinitionService
from studio.services.generations import Call, Generations
from studio.services.keys import content_key
from studio.services.principal import Principal
from studio.services.prompts import prompts_in_force
from studio.services.text_models import TextModel, ask, question_cost, remembered, script_model, text_call
from studio.services.writing.style_dialogue import StyleDialogue, matching_style


@dataclass(frozen=True)
class _Question:
    """What is asked for a style, by whom it is answered, and what that is charged as."""

    model: TextModel
    call: Call
    dialogue: StyleDialogue


@dataclass(frozen=True)
class _Topic:
    """What is asked, as it is written down."""

    topic: str
    audience: str


class StylesService(DefinitionService[Style, StyleData, StyleView], Styles):
    singular = "style"
    model = Style
    data = StyleData
    view = StyleView

    def __init__(self, database: Database, principal: Principal, models: Models, clock: Clock = system_clock) -> None:
        super().__init__(database, principal, clock)
        self.models = models
        self.generations = Generations(database, principal, clock)

    def suggest(
        self, data: SuggestStyle, *, progress: Progress = silent, cancelled: Cancelled = never
    ) -> SuggestionView:
        _check(data)
        began_at = self.clock()
        question = self._question(data)
        if question is None:
            return self._best_match(data)
        with self.database.write() as session:
            known = None if data.again else remembered(session, self.principal, question.call, question.dialogue)
            if known is not None:
                return self._suggested(session, data, question.model, known, 0)
        progress(Step("style", f"Asking {question.model.name} for a style …"))

        def keep_of(model: TextModel) -> Callable[[Session, StyleData, int], SuggestionView]:
            return lambda session, style, credits: self._suggested(session, data, model, style, credits)

        call, model, dialogue = question.call, question.model, question.dialogue
        return ask(self.generations, call, model, dialogue, keep_of, began_at=began_at, cancelled=cancelled)

    def suggestion_cost(self, data: SuggestStyle) -> CostView:
        _check(data)
        question = self._question(data)
        if question is None:
            return NOTHING_TO_PAY
        with self.database.read() as session:
            if not data.again and remembered(session, self.principal, question.call, question.dialogue) is not None:
                return NOTHING_TO_PAY
        return question_cost(self.generations, question.call, question.model, "style", question.dialogue.opening)

    def _question(self, data: SuggestStyle) -> _Question | None:
        """What to ask a language model; None where there is none."""
        model = script_model(self.database, self.models, None)
        if model.remote is None:
            return None
        with self.database.read() as session:
            prompts = prompts_in_force(session)
        topic = _Topic(one_line(data.topic), one_line(data.audience))
        key = content_key("style", model.name, topic)
        call = text_call(key, FeatureKey.AI_TEXT_CHAT, model, topic, "styles.suggest")
        return _Question(model, call, StyleDialogue(topic.topic, topic.audience, prompts))

    def _best_match(self, data: SuggestStyle) -> SuggestionView:
        handle = matching_style(data.topic, data.audience, built_in_styles())
        style = built_in_styles()[handle]
        saved = self.create(CreateStyle(name=data.save, like=handle)) if data.save is not None else None
        return SuggestionView(suggestion=style, like=handle, model=None, credits_used=0, style=saved)

    def _suggested(
        self, session: Session, data: SuggestStyle, model: TextModel, style: StyleData, credits: int
    ) -> SuggestionView:
        saved = None
        if data.save is not None:
            fields = {**style.model_dump(mode="json"), "name": data.save}
            saved = self._shown(self._entry(self._made(session, CreateStyle.model_validate(fields))))
        return SuggestionView(suggestion=style, like=None, model=model.name, credits_used=credits, style=saved)

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


def _check(data: SuggestStyle) -> None:
    if not any(map(str.isalnum, data.topic)):
        raise Invalid("There is no topic.", hint='studio styles suggest "The deep sea"')
