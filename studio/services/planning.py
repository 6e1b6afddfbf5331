"""What making or finishing a short would take: the script it has or would have, the work it needs, and the price."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from studio.contracts.films import PlanView
from studio.contracts.media import CostView, GenerateMedia
from studio.db.engine import Database
from studio.db.models.scene import ShortScene
from studio.db.models.short import Short
from studio.domain.script import OUTLINE_HINT, OUTLINE_NOTICE, Script, ScriptBrief
from studio.providers.registry import LOCAL, Models
from studio.services.briefs import Request, brief_of_request, brief_of_short, titled
from studio.services.catalogue import portraits_by_id, portraits_of
from studio.services.charges import Charge, cost_of
from studio.services.generations import Generations
from studio.services.making import Maker
from studio.services.needs import Needs
from studio.services.principal import Principal
from studio.services.prompts import prompts_in_force
from studio.services.scripts import Question, new_row, script_of, script_question
from studio.services.text_models import script_model
from studio.services.views import scenes_of
from studio.services.wish_lists import Cast, wishes_for


@dataclass(frozen=True)
class Outlook:
    """What a short will be. `question` is None where its script is written."""

    short: Short
    script: Script
    needs: Needs
    question: Question | None


class Planner:
    """Looks ahead for one person; writes nothing and has nothing made."""

    def __init__(self, database: Database, principal: Principal, models: Models, generations: Generations) -> None:
        self.database = database
        self.principal = principal
        self.models = models
        self.generations = generations

    def of_request(self, request: Request, short: Short, maker: Maker, *, preview: bool) -> Outlook:
        """The outlook of a short that is not noted down yet; `short` is the row it would be."""
        brief = brief_of_request(request)
        with self.database.read() as session:
            cast = Cast(brief.figures, portraits_by_id(session, [row.id for row in request.characters]))
        finished = request.finished.as_script() if request.finished else None
        return self._outlook(short, brief, cast, maker, finished, preview=preview)

    def of_short(self, short: Short, maker: Maker, *, preview: bool) -> Outlook:
        """The outlook of a short as it stands."""
        with self.database.read() as session:
            brief = brief_of_short(session, self.principal, short)
            cast = Cast(brief.figures, portraits_of(session, short.id))
            rows = scenes_of(session, short.id)
            script = script_of(session, short) if rows else None
        return self._outlook(short, brief, cast, maker, script, rows, preview=preview)

    def _outlook(
        self,
        short: Short,
        brief: ScriptBrief,
        cast: Cast,
        maker: Maker,
        script: Script | None,
        rows: Sequence[ShortScene] = (),
        *,
        preview: bool,
    ) -> Outlook:
        question = None if script else self._question(short, brief, preview=preview)
        script = script or foreseen(brief, question, self.models)
        rows = rows or [new_row(short, position, scene) for position, scene in enumerate(script.scenes, start=1)]
        with self.database.read() as session:
            lists = wishes_for(session, self.principal, self.models, short, cast, len(rows), offline=preview)
        return Outlook(short, script, Needs(maker, lists, rows, GenerateMedia(offline=preview)), question)

    def _question(self, short: Short, brief: ScriptBrief, *, preview: bool) -> Question:
        has_text = brief.source_text is not None
        model = script_model(self.database, self.models, short.text_model, has_text=has_text, offline=preview)
        with self.database.read() as session:
            return script_question(short.id, brief, model, prompts_in_force(session))

    def charges(self, outlook: Outlook) -> Sequence[Charge]:
        """All calls that are still to be made, the writing of the script first."""
        writing = [outlook.question.charge(self.generations)] if outlook.question else []
        return [*writing, *outlook.needs.charges(self.database)]

    def cost(self, outlook: Outlook) -> CostView:
        return cost_of(self.database, self.generations, self.charges(outlook))

    def plan(self, outlook: Outlook) -> PlanView:
        cost, short, script = self.cost(outlook), outlook.short, outlook.script
        with self.database.read() as session:
            seconds = outlook.needs.film_seconds(session)
        return PlanView(
            topic=short.topic,
            title=script.title,
            handle=short.handle,
            format=short.format,
            aspect=short.aspect,
            language=script.language,
            duration_seconds=round(seconds, 1),
            scene_count=len(script.scenes),
            is_outline=script.is_outline,
            lines=cost.lines,
            credits=cost.credits,
            credits_held=cost.credits_held,
            credits_missing=cost.credits_missing,
            cost_usd=cost.cost_usd or "0.00",
            notes=_notes(outlook),
        )


def foreseen(brief: ScriptBrief, question: Question | None, models: Models) -> Script:
    """The script a plan counts with: the local writer's own, or its stand-in for a model that a plan must not ask.

    A model elsewhere is held to the number of scenes it is asked for, so the stand-in has exactly as many. Nobody ever
    says or shows its words, so that no take is taken for one of them."""
    script = titled(models.writer(LOCAL).write(brief), brief)
    if question is None or question.model.remote is None:
        return script
    scenes = [script.scenes[number * len(script.scenes) // brief.scene_count] for number in range(brief.scene_count)]
    told_apart = tuple(
        replace(
            scene,
            narration=f"{scene.narration} {number}",
            visual=f"{scene.visual or scene.narration} {number}",
            image_prompt=f"{scene.image_prompt} {number}" if scene.image_prompt else "",
        )
        for number, scene in enumerate(scenes, start=1)
    )
    return replace(script, language=brief.language or script.language, is_outline=False, scenes=told_apart)


def _notes(outlook: Outlook) -> list[str]:
    script, lists, notes = outlook.script, outlook.needs.lists, []
    if script.is_outline:
        notes.append(f"{OUTLINE_NOTICE} {OUTLINE_HINT}")
    if outlook.question is not None and outlook.question.model.name != LOCAL:
        name = outlook.question.model.name
        notes.append(f"{name} writes the script when the film is made; length and scenes are what it is asked for.")
    if lists.makers.speech == LOCAL and not lists.models.speech().speaks(script.language):
        notes.append(f"No voice on this machine speaks {script.language}: the film would be silent, with captions.")
    return notes
