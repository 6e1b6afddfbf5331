"""What making a short would take: the script it would have, the work it needs, and the price."""

from __future__ import annotations

from dataclasses import replace

from studio.contracts.base import dollars
from studio.contracts.films import PlanLine, PlanView
from studio.domain.ports import ScriptWriter
from studio.domain.reading import spoken_seconds
from studio.domain.script import OUTLINE_HINT, OUTLINE_NOTICE, Script, ScriptBrief
from studio.domain.style import MusicMood
from studio.providers.registry import LOCAL, Models
from studio.services.briefs import Request
from studio.services.timeline import lay_out, total_seconds


def foreseen(brief: ScriptBrief, writer: ScriptWriter, models: Models) -> Script:
    """The script a plan counts with: the local writer's own, or its stand-in for a model that a plan must not ask."""
    script = models.writer(LOCAL).write(brief)
    if writer.name == LOCAL:
        return script
    return replace(script, language=brief.language or script.language, is_outline=False)


def plan_of(request: Request, script: Script, writer: ScriptWriter, models: Models) -> PlanView:
    """The plan for a checked request with the script that would be filmed, or one like it."""
    scenes = script.scenes
    spoken = [spoken_seconds(scene.narration, script.language) for scene in scenes]
    lines = [
        PlanLine(work="script", model=writer.name, quantity=1, credits=0),
        PlanLine(work="picture", model=models.image().name, quantity=len(scenes), credits=0),
        PlanLine(work="speech", model=models.speech().name, quantity=len(scenes), credits=0),
    ]
    if request.style.music_mood is not MusicMood.NONE:
        lines.append(PlanLine(work="music", model=models.music().name, quantity=1, credits=0))
    return PlanView(
        topic=request.topic,
        title=script.title,
        format=request.format.value,
        aspect=request.aspect.value,
        language=script.language,
        duration_seconds=round(total_seconds(lay_out(spoken, [scene.duration_seconds for scene in scenes])), 1),
        scene_count=len(scenes),
        is_outline=script.is_outline,
        lines=lines,
        credits=sum(line.credits for line in lines),
        cost_usd=dollars(0),
        notes=_notes(script, writer, models),
    )


def _notes(script: Script, writer: ScriptWriter, models: Models) -> list[str]:
    notes = []
    if script.is_outline:
        notes.append(f"{OUTLINE_NOTICE} {OUTLINE_HINT}")
    if writer.name != LOCAL:
        notes.append(
            f"{writer.name} writes the script when the film is made; length and scenes are what it is asked for."
        )
    if not models.speech().speaks(script.language):
        notes.append(f"No voice on this machine speaks {script.language}: the film would be silent, with captions.")
    return notes
