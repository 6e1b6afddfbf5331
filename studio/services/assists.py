"""Help with words: having a language model work on what a script says, and write one of its scenes anew."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from sqlmodel import Session

from studio.contracts.assists import Assist, Assists, AssistScript, AssistView, Change, RegenerateScene
from studio.contracts.media import CostView
from studio.contracts.scenes import SceneView
from studio.db.engine import Database
from studio.db.models.scene import ShortScene
from studio.db.models.short import Short
from studio.domain.clock import Clock, system_clock
from studio.domain.credits import FeatureKey
from studio.domain.errors import Invalid, Refused
from studio.domain.language import guess_language, language_tag
from studio.domain.progress import Cancelled, Progress, Step, never, silent
from studio.domain.script import ScriptScene
from studio.providers.registry import Models
from studio.services.base import Service
from studio.services.briefs import brief_of_short
from studio.services.generations import Call, Generations
from studio.services.keys import content_key
from studio.services.principal import Principal
from studio.services.prompts import prompts_in_force
from studio.services.references import find
from studio.services.scenes import change_scenes, find_scene, view_of_scene
from studio.services.scripts import filled_scene, scene_of, script_of
from studio.services.text_models import TextModel, ask, asking_model, question_cost, text_call
from studio.services.views import scenes_of
from studio.services.writing.assist_dialogue import AssistDialogue
from studio.services.writing.dialogue import Dialogue
from studio.services.writing.prompts import Prompts
from studio.services.writing.scene_dialogue import SceneDialogue

_Made = TypeVar("_Made")
_Kept = TypeVar("_Kept")

TRANSLATED = ("narration", "title", "visual")
"""What of a scene is told in the film's language; only the words for the painter are English."""


@dataclass(frozen=True)
class _Place:
    """Where a text stands: in a field of a scene, or in the film's title. Both are None for a text of one's own."""

    field: str
    text: str
    scene_id: str | None = None
    order: int | None = None


@dataclass(frozen=True)
class _Task:
    """A checked wish for help, with the texts as they stand."""

    short_id: str
    data: AssistScript
    places: tuple[_Place, ...]
    language: str
    title: str
    wanted_model: str | None

    @property
    def applies(self) -> bool:
        return self.data.text is None and not self.data.propose


@dataclass(frozen=True)
class _Question:
    """Who is asked, and the call it is charged as."""

    model: TextModel
    call: Call


@dataclass(frozen=True)
class _Texts:
    """What is asked, as it is written down."""

    kind: str
    texts: tuple[str, ...]
    language: str
    instructions: str


@dataclass(frozen=True)
class _Scene:
    """The same for a scene."""

    scene: ScriptScene
    instructions: str


class AssistsService(Service, Assists):
    def __init__(self, database: Database, principal: Principal, models: Models, clock: Clock = system_clock) -> None:
        super().__init__(database, principal, clock)
        self.models = models
        self.generations = Generations(database, principal, clock)

    def assist(
        self, id: str, data: AssistScript, *, progress: Progress = silent, cancelled: Cancelled = never
    ) -> AssistView:
        began_at = self.clock()
        task, prompts = self._task(id, data)
        dialogue = _assist_dialogue(task, prompts)
        question = self._assist_question(task)
        progress(Step("text", f"Asking {question.model.name} to {data.kind} …"))
        keep_of = partial(self._keep_texts, task)
        return self._asked(question, dialogue, keep_of, began_at, cancelled)

    def cost(self, id: str, data: AssistScript) -> CostView:
        task, prompts = self._task(id, data)
        question, dialogue = self._assist_question(task), _assist_dialogue(task, prompts)
        return question_cost(self.generations, question.call, question.model, "text", dialogue.opening)

    def regenerate(
        self,
        id: str,
        scene: int,
        data: RegenerateScene,
        *,
        progress: Progress = silent,
        cancelled: Cancelled = never,
    ) -> SceneView:
        began_at = self.clock()
        short, row, dialogue = self._scene_dialogue(id, scene, data)
        question = self._scene_question(short, row, data)
        progress(Step("text", f"Having {question.model.name} write scene {scene} anew …"))
        keep = self._keep_scene(short.id, row.id)
        return self._asked(question, dialogue, lambda _: keep, began_at, cancelled)

    def regeneration_cost(self, id: str, scene: int, data: RegenerateScene) -> CostView:
        short, row, dialogue = self._scene_dialogue(id, scene, data)
        question = self._scene_question(short, row, data)
        return question_cost(self.generations, question.call, question.model, "scene", dialogue.opening)

    def _asked(
        self,
        question: _Question,
        dialogue: Dialogue[_Made],
        keep_of: Callable[[TextModel], Callable[[Session, _Made, int], _Kept]],
        began_at: int,
        cancelled: Cancelled,
    ) -> _Kept:
        call, model = question.call, question.model
        return ask(self.generations, call, model, dialogue, keep_of, began_at=began_at, cancelled=cancelled)

    def _task(self, id: str, data: AssistScript) -> tuple[_Task, Prompts]:
        with self.database.read() as session:
            short = find(session, Short, self.principal, id, "short")
            places = tuple(_places(session, short, data))
            language = _language(short, data)
            task = _Task(short.id, data, places, language, short.title, short.text_model)
            return task, prompts_in_force(session)

    def _assist_question(self, task: _Task) -> _Question:
        model = asking_model(self.database, self.models, task.wanted_model)
        data = task.data
        request = _Texts(data.kind.value, tuple(place.text for place in task.places), task.language, data.instructions)
        key = content_key("assist", model.name, task.short_id, request, [place.scene_id for place in task.places])
        call = text_call(key, FeatureKey.AI_TEXT_CHAT, model, request, "shorts.assist", task.short_id)
        return _Question(model, call)

    def _keep_texts(self, task: _Task, model: TextModel) -> Callable[[Session, tuple[str, ...], int], AssistView]:
        def keep(session: Session, texts: tuple[str, ...], credits: int) -> AssistView:
            if task.applies:
                self._apply(session, task, texts)
            return AssistView(
                kind=task.data.kind,
                language=task.language,
                model=model.name,
                changes=[
                    Change(scene=place.order, field=place.field, before=place.text, after=text)
                    for place, text in zip(task.places, texts, strict=True)
                ],
                applied=task.applies,
                credits_used=credits,
            )

        return keep

    def _apply(self, session: Session, task: _Task, texts: Sequence[str]) -> None:
        short = find(session, Short, self.principal, task.short_id, "short")
        changed = []
        for place, text in zip(task.places, texts, strict=True):
            if place.scene_id is None:
                setattr(short, place.field, text)
            # A scene that was deleted meanwhile needs no words any more.
            elif row := session.get(ShortScene, place.scene_id):
                setattr(row, place.field, text)
                changed.append(row)
        if task.data.kind is Assist.TRANSLATE:
            short.language = task.language
        change_scenes(session, short, self.clock(), *changed)

    def _scene_dialogue(self, id: str, scene: int, data: RegenerateScene) -> tuple[Short, ShortScene, SceneDialogue]:
        with self.database.read() as session:
            short = find(session, Short, self.principal, id, "short")
            row = find_scene(session, short, scene)
            brief, script = brief_of_short(session, self.principal, short), script_of(session, short)
            prompts = prompts_in_force(session)
        return short, row, SceneDialogue(brief, script, scene, prompts, instructions=data.instructions)

    def _scene_question(self, short: Short, row: ShortScene, data: RegenerateScene) -> _Question:
        model = asking_model(self.database, self.models, short.text_model)
        request = _Scene(scene_of(row), data.instructions)
        key = content_key("scene", model.name, row.id, request)
        call = text_call(key, FeatureKey.SCENE_REGENERATION, model, request, "shorts.scene", short.id)
        return _Question(model, call)

    def _keep_scene(self, short_id: str, scene_id: str) -> Callable[[Session, ScriptScene, int], SceneView]:
        def keep(session: Session, scene: ScriptScene, credits: int) -> SceneView:
            short = find(session, Short, self.principal, short_id, "short")
            row = session.get(ShortScene, scene_id)
            if row is None:
                raise Refused("The scene was deleted meanwhile; nothing was charged.")
            filled_scene(row, scene)
            change_scenes(session, short, self.clock(), row)
            return view_of_scene(session, short, row)

        return keep


def _assist_dialogue(task: _Task, prompts: Prompts) -> AssistDialogue:
    data = task.data
    return AssistDialogue(
        data.kind,
        [place.text for place in task.places],
        task.language,
        prompts,
        instructions=data.instructions,
        context=task.title,
        are_spoken=data.text is None,
    )


def _places(session: Session, short: Short, data: AssistScript) -> Iterator[_Place]:
    """The texts that are worked on. Raises Invalid and Refused for what cannot be."""
    if data.text is not None:
        yield _Place("text", data.text)
        return
    rows = [find_scene(session, short, data.scene)] if data.scene else scenes_of(session, short.id)
    if not rows:
        raise Refused(f"{short.handle} has no script yet.", hint=f"studio shorts script generate {short.handle}")
    is_translation = data.kind is Assist.TRANSLATE
    if is_translation and data.scene and not data.propose:
        raise Invalid(
            "A film has one language, so one scene alone cannot be translated.",
            hint="Leave --scene out to translate the whole script, or add --propose to see the words only.",
        )
    if is_translation and not data.scene:
        yield _Place("title", short.title)
    for row in rows:
        for field in TRANSLATED if is_translation else ("narration",):
            if text := getattr(row, field):
                yield _Place(field, text, row.id, row.position)


def _language(short: Short, data: AssistScript) -> str:
    """The language of what comes back."""
    if data.kind is Assist.TRANSLATE:
        if not data.language:
            raise Invalid("A translation needs the language it is made into.", hint="Add --language, such as pt-BR.")
        return language_tag(data.language)
    if data.language:
        raise Invalid("Only a translation is made into another language.", hint="Leave --language out, or translate.")
    return guess_language(data.text) if data.text is not None else short.language or "en"
