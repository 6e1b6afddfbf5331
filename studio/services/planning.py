"""What making a short would take: the script it would have, the work it needs, and the price."""

from __future__ import annotations

from dataclasses import replace

from studio.contracts.base import dollars
from studio.contracts.films import PlanView
from studio.contracts.media import CostLine
from studio.domain.ports import ScriptWriter
from studio.domain.reading import spoken_seconds
from studio.domain.script import OUTLINE_HINT, OUTLINE_NOTICE, Script, ScriptBrief
from studio.domain.style import MusicMood
from studio.providers.registry import LOCAL, Models
from studio.services.briefs import Request
from studio.services.pricing import SCRIPT, priced
from studio.services.settings import Prices
from studio.services.timeline import lay_out, total_seconds
from studio.services.wishes import MUSIC, PICTURE, SILENT, SPEECH


def foreseen(brief: ScriptBrief, writer: ScriptWriter, models: Models) -> Script:
    """The script a plan counts with: the local writer's own, or its stand-in for a model that a plan must not ask."""
    script = models.writer(LOCAL).write(brief)
    if writer.name == LOCAL:
        return script
    return replace(script, language=brief.language or script.language, is_outline=False)


def work_lines(
    prices: Prices, script: Script, writer: ScriptWriter, models: Models, mood: MusicMood | None, image: str | None
) -> list[CostLine]:
    """What a film of this script takes when nothing of it is there yet. `mood` None is music of one's own."""
    count = len(script.scenes)
    speech = models.speech()
    voice = speech.name if speech.speaks(script.language) else SILENT
    lines = [
        script_line(prices, writer),
        priced(prices, PICTURE, models.image(image).name, count),
        # Scenes with the same words share their voice.
        priced(prices, SPEECH, voice, len({scene.narration for scene in script.scenes})),
    ]
    if mood not in (None, MusicMood.NONE):
        lines.append(priced(prices, MUSIC, models.music().name, 1))
    return lines


def script_line(prices: Prices, writer: ScriptWriter) -> CostLine:
    return priced(prices, SCRIPT, writer.name, 1, charged_as=LOCAL if writer.is_offline else None)


def plan_of(request: Request, script: Script, writer: ScriptWriter, models: Models, lines: list[CostLine]) -> PlanView:
    """The plan for a checked request with the script that would be filmed, or one like it."""
    scenes = script.scenes
    spoken = [spoken_seconds(scene.narration, script.language) for scene in scenes]
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
