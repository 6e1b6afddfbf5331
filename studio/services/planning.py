"""What making a short would take: the script it would have, the work it needs, and the price."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from studio.contracts.films import PlanView
from studio.contracts.media import CostView
from studio.db.models.scene import ShortScene
from studio.db.models.short import Short
from studio.domain.reading import spoken_seconds
from studio.domain.script import OUTLINE_HINT, OUTLINE_NOTICE, Script, ScriptBrief
from studio.providers.registry import LOCAL, Models
from studio.services.briefs import Request, titled
from studio.services.charges import Charge
from studio.services.making import Maker
from studio.services.pricing import SCRIPT
from studio.services.scripts import new_row, script_call
from studio.services.text_models import TextModel
from studio.services.timeline import lay_out, total_seconds
from studio.services.wish_lists import WishList
from studio.services.wishes import SILENT, SPEECH, Wish
from studio.services.writing.prompts import Prompts
from studio.services.writing.script_dialogue import ScriptDialogue


def foreseen(brief: ScriptBrief, writer: TextModel, models: Models) -> Script:
    """The script a plan counts with: the local writer's own, or its stand-in for a model that a plan must not ask.

    A model elsewhere is held to the number of scenes it is asked for, so the stand-in has exactly as many."""
    script = titled(models.writer(LOCAL).write(brief), brief)
    if writer.remote is None:
        return script
    scenes = [script.scenes[number * len(script.scenes) // brief.scene_count] for number in range(brief.scene_count)]
    told_apart = tuple(
        replace(scene, narration=f"{scene.narration} {number}") for number, scene in enumerate(scenes, start=1)
    )
    return replace(script, language=brief.language or script.language, is_outline=False, scenes=told_apart)


def script_charge(short_id: str, brief: ScriptBrief, writer: TextModel) -> Charge:
    """The writing of the script, as it will be called and charged."""
    call = script_call(short_id, brief, writer)
    quoted = writer.remote.quote(ScriptDialogue(brief, Prompts()).opening) if writer.remote else None
    return Charge(call.key, SCRIPT, call.model, call.charged_as, 1, quoted)


def foreseen_charges(lists: WishList, script: Script, maker: Maker) -> list[Charge]:
    """What a film of this script takes when nothing of it is there yet."""
    rows = foreseen_rows(lists.short, script)
    wishes = [lists.picture(row)[-1] for row in rows] + [lists.voice(row)[-1] for row in rows]
    if lists.are_filmed:
        wishes += [lists.clip(None, row) for row in rows]
    spoken = [spoken_seconds(scene.narration, script.language) for scene in script.scenes]
    seconds = total_seconds(lay_out(spoken, [scene.duration_seconds for scene in script.scenes]))
    wishes += lists.music(seconds)[-1:]
    # Scenes with the same words share their voice.
    each_once = {wish.key: wish for wish in wishes}.values()
    return [_charge(wish, maker) for wish in each_once]


def foreseen_rows(short: Short, script: Script) -> list[ShortScene]:
    """The scenes as they would be written down; they belong to no table."""
    return [new_row(short, position, scene) for position, scene in enumerate(script.scenes, start=1)]


def _charge(wish: Wish, maker: Maker) -> Charge:
    is_spoken_here = wish.kind == SPEECH and wish.model != SILENT and not wish.is_remote
    charged_as = maker.models.speech().name if is_spoken_here else None
    return Charge(wish.key, wish.kind, wish.model, charged_as, wish.quantity, maker.quote(wish))


def plan_of(
    request: Request, handle: str, script: Script, writer: TextModel, lists: WishList, cost: CostView, missing: int
) -> PlanView:
    """The plan for a checked request with the script that would be filmed, or one like it."""
    scenes = script.scenes
    spoken = [spoken_seconds(scene.narration, script.language) for scene in scenes]
    return PlanView(
        topic=request.topic,
        title=script.title,
        handle=handle,
        format=request.format.value,
        aspect=request.aspect.value,
        language=script.language,
        duration_seconds=round(total_seconds(lay_out(spoken, [scene.duration_seconds for scene in scenes])), 1),
        scene_count=len(scenes),
        is_outline=script.is_outline,
        lines=cost.lines,
        credits=cost.credits,
        credits_missing=missing,
        cost_usd=cost.cost_usd or "0.00",
        notes=[*_notes(script, writer, lists)],
    )


def _notes(script: Script, writer: TextModel, lists: WishList) -> Sequence[str]:
    notes = []
    if script.is_outline:
        notes.append(f"{OUTLINE_NOTICE} {OUTLINE_HINT}")
    if writer.name != LOCAL:
        notes.append(
            f"{writer.name} writes the script when the film is made; length and scenes are what it is asked for."
        )
    if lists.makers.speech == LOCAL and not lists.models.speech().speaks(script.language):
        notes.append(f"No voice on this machine speaks {script.language}: the film would be silent, with captions.")
    return notes
