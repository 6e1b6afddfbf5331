"""Scripts: having them written, approving them, taking them out as text and putting them back in."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from sqlmodel import Session

from studio.contracts.media import NOTHING_TO_PAY, CostView
from studio.contracts.script_file import dump_script, parse_script
from studio.contracts.scripts import ImportScript, ScriptFormat, Scripts, ScriptText
from studio.contracts.shorts import ShortView
from studio.db.engine import Database
from studio.db.models.scene import ShortScene
from studio.db.models.short import Short
from studio.domain.clock import Clock, system_clock
from studio.domain.credits import FeatureKey
from studio.domain.errors import Conflict, Refused
from studio.domain.progress import Cancelled, Progress, Step, never, silent
from studio.domain.script import Role, Script, ScriptBrief, ScriptScene, Shot
from studio.domain.short import SEED_STEP, ShortStatus, check_step
from studio.domain.text import safe
from studio.providers.registry import Models
from studio.services.base import Service
from studio.services.briefs import brief_of_short, titled
from studio.services.catalogue import find_climate, find_style
from studio.services.charges import Charge, cost_of, require_payable
from studio.services.generations import Call, Generations
from studio.services.keys import content_key
from studio.services.pricing import FEATURES, SCRIPT
from studio.services.principal import Principal
from studio.services.prompts import prompts_in_force
from studio.services.references import find
from studio.services.scenes import remove_scene
from studio.services.states import approve_script, enter, failing
from studio.services.text_models import TextModel, ask, asking_model, question_charge, script_model, text_call
from studio.services.views import names_of, scenes_of, short_view
from studio.services.writing.prompts import Prompts
from studio.services.writing.script_dialogue import ScriptDialogue

SETTINGS = ("format", "aspect", "style", "climate")
"""What a script file says of the film beside its scenes."""


@dataclass(frozen=True)
class ScriptWish:
    """A script that is written anew by its author's wishes."""

    brief: ScriptBrief
    instructions: str


@dataclass(frozen=True)
class Question:
    """A script that is to be written: by whom, what is asked, and the call it is charged as."""

    brief: ScriptBrief
    model: TextModel
    call: Call
    dialogue: ScriptDialogue

    def charge(self, generations: Generations) -> Charge:
        return question_charge(generations, self.call, self.model, SCRIPT, self.dialogue.opening)


class ScriptsService(Service, Scripts):
    def __init__(self, database: Database, principal: Principal, models: Models, clock: Clock = system_clock) -> None:
        super().__init__(database, principal, clock)
        self.models = models
        self.generations = Generations(database, principal, clock)

    def generate(
        self,
        id: str,
        *,
        again: bool = False,
        offline: bool = False,
        instructions: str = "",
        progress: Progress = silent,
        cancelled: Cancelled = never,
    ) -> ShortView:
        began_at = self.clock()
        with self.database.read() as session:
            short = find(session, Short, self.principal, id, "short")
            if _is_written(short.id, session) and not again:
                progress(Step("script", "The script stands.", detail=True))
                return short_view(session, short)
        question = self._question(short, again=again, offline=offline, instructions=instructions)
        # Before the short is touched: too few credits are no failure of its script.
        require_payable(self.generations, [question.charge(self.generations)])
        self._begin(short.id)
        with failing(self.database, short.id):
            progress(Step("script", f"Writing the script with {question.model.name} …"))
            return self._written(short.id, question, began_at if again else None, cancelled)

    def _written(self, short_id: str, question: Question, began_at: int | None, cancelled: Cancelled) -> ShortView:
        model, brief, keep = question.model, question.brief, self._keep(short_id, question.brief)
        if (writer := model.writer) is not None:
            return self.generations.run(question.call, lambda: writer.write(brief), keep)
        stands = partial(_is_written, short_id) if began_at is None else None
        try:
            return ask(
                self.generations,
                question.call,
                model,
                question.dialogue,
                lambda _: keep,
                began_at=began_at,
                stands=stands,
                cancelled=cancelled,
            )
        except Conflict:
            if stands is None or (written := self._written_meanwhile(short_id)) is None:
                raise
            return written

    def _written_meanwhile(self, short_id: str) -> ShortView | None:
        """The short with the script that another run has had written; None when it has not."""
        with self.database.read() as session:
            short = find(session, Short, self.principal, short_id, "short")
            return short_view(session, short) if _is_written(short_id, session) else None

    def cost(self, id: str, *, again: bool = False, offline: bool = False, instructions: str = "") -> CostView:
        with self.database.read() as session:
            short = find(session, Short, self.principal, id, "short")
            if _is_written(short.id, session) and not again:
                return NOTHING_TO_PAY
        question = self._question(short, again=again, offline=offline, instructions=instructions)
        return cost_of(self.database, self.generations, [question.charge(self.generations)])

    def _question(self, short: Short, *, again: bool, offline: bool, instructions: str) -> Question:
        with self.database.read() as session:
            brief, present = brief_of_short(session, self.principal, short), script_of(session, short)
            prompts = prompts_in_force(session)
        model = self._model(short, brief, instructions, offline=offline)
        return script_question(short.id, brief, model, prompts, again=again, instructions=instructions, present=present)

    def _model(self, short: Short, brief: ScriptBrief, instructions: str, *, offline: bool) -> TextModel:
        if instructions.strip():
            # Cutting a text follows no wishes: only a language model does.
            return asking_model(self.database, self.models, short.text_model)
        has_text = brief.source_text is not None
        return script_model(self.database, self.models, short.text_model, has_text=has_text, offline=offline)

    def _begin(self, short_id: str) -> None:
        with self.database.write() as session:
            enter(session, find(session, Short, self.principal, short_id, "short"), ShortStatus.GENERATING_SCRIPT)

    def _keep(self, short_id: str, brief: ScriptBrief) -> Callable[[Session, Script, int], ShortView]:
        def keep(session: Session, script: Script, credits: int) -> ShortView:
            short = find(session, Short, self.principal, short_id, "short")
            write_scenes(session, short, titled(script, brief))
            return short_view(session, short)

        return keep

    def approve(self, id: str) -> ShortView:
        with self.database.write() as session:
            short = find(session, Short, self.principal, id, "short")
            if not scenes_of(session, short.id):
                raise Refused(
                    f"{short.handle} has no script yet.", hint=f"studio shorts script generate {short.handle}"
                )
            approve_script(session, short)
            enter(session, short, ShortStatus.SCRIPT_APPROVED)
            return short_view(session, short)

    def export(self, id: str, *, format: ScriptFormat = "yaml") -> ScriptText:
        with self.database.read() as session:
            short = find(session, Short, self.principal, id, "short")
            script = script_of(session, short)
        settings = {name: getattr(short, name) for name in SETTINGS}
        text = _markdown(script) if format == "markdown" else dump_script(script, format=format, settings=settings)
        return ScriptText(format=format, text=text)

    def import_(self, id: str, data: ImportScript) -> ShortView:
        with self.database.write() as session:
            short = find(session, Short, self.principal, id, "short")
            finished = parse_script(data.text, source=data.source, cast=names_of(session, short.id))
            for name in SETTINGS:
                if (wish := getattr(finished, name)) is not None:
                    setattr(short, name, str(wish))
            find_style(session, self.principal, short.style)
            find_climate(session, self.principal, short.climate)
            write_scenes(session, short, finished.as_script())
            return short_view(session, short)


def script_question(
    short_id: str,
    brief: ScriptBrief,
    model: TextModel,
    prompts: Prompts,
    *,
    again: bool = False,
    instructions: str = "",
    present: Script | None = None,
) -> Question:
    """The writing of a script, of `present` anew by its author's `instructions`."""
    call = _call(short_id, brief, model, again=again, instructions=instructions)
    dialogue = ScriptDialogue(brief, prompts, instructions=instructions, present=present)
    return Question(brief, model, call, dialogue)


def _call(short_id: str, brief: ScriptBrief, model: TextModel, *, again: bool, instructions: str) -> Call:
    wishes = safe(instructions).strip()
    request = ScriptWish(brief, wishes) if wishes else brief
    key = content_key(SCRIPT, model.name, short_id, request)
    feature = FeatureKey.SCRIPT_REGENERATION if again else FEATURES[SCRIPT]
    return text_call(key, feature, model, request, "shorts.script", short_id)


def _is_written(short_id: str, session: Session) -> bool:
    return bool(scenes_of(session, short_id))


def script_of(session: Session, short: Short) -> Script:
    """The script as it stands in the tables."""
    return Script(
        title=short.title,
        language=short.language or "en",
        is_outline=short.is_outline,
        scenes=tuple(scene_of(row) for row in scenes_of(session, short.id)),
    )


def write_scenes(session: Session, short: Short, script: Script) -> None:
    """Make the short's scenes those of the script. A scene whose place stays keeps its row and so its takes."""
    check_step(ShortStatus(short.status), ShortStatus.GENERATING_SCRIPT)
    rows = list(scenes_of(session, short.id))
    for position, scene in enumerate(script.scenes, start=1):
        row = filled_scene(rows[position - 1], scene) if position <= len(rows) else new_row(short, position, scene)
        row.position = position
        session.add(row)
    for row in rows[len(script.scenes) :]:
        remove_scene(session, row)
    short.title = script.title or short.title
    short.language = script.language
    short.is_outline = script.is_outline
    short.status = ShortStatus.GENERATING_SCRIPT
    enter(session, short, ShortStatus.SCRIPT_READY)


def new_row(short: Short, position: int, scene: ScriptScene) -> ShortScene:
    """A scene of a script as it is first written down."""
    seed = (short.seed + position * SEED_STEP) % 2**31
    return filled_scene(ShortScene(short_id=short.id, position=position, narration="", seed=seed), scene)


def filled_scene(row: ShortScene, scene: ScriptScene) -> ShortScene:
    """The row with everything a script says of its scene."""
    row.narration = scene.narration
    row.visual = scene.visual
    row.image_prompt = scene.image_prompt
    row.title = scene.title
    row.shot = scene.shot.value
    row.role = scene.role.value
    row.duration_seconds = scene.duration_seconds
    row.characters = json.dumps(list(scene.characters), ensure_ascii=False)
    return row


def scene_of(row: ShortScene) -> ScriptScene:
    """The scene as a script has it."""
    return ScriptScene(
        narration=row.narration,
        visual=row.visual,
        image_prompt=row.image_prompt,
        title=row.title,
        shot=Shot(row.shot),
        role=Role(row.role),
        duration_seconds=row.duration_seconds,
        characters=tuple(json.loads(row.characters)),
    )


def _markdown(script: Script) -> str:
    parts = [f"# {script.title}"]
    for number, scene in enumerate(script.scenes, start=1):
        parts.append(f"## {number}. {scene.title or scene.role.value.replace('_', ' ')}")
        parts.append(scene.narration)
        if scene.visual:
            parts.append(f"*{scene.visual}*")
    return "\n\n".join(parts) + "\n"
