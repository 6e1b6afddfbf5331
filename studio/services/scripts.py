"""Scripts: having them written, approving them, taking them out as text and putting them back in."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Protocol

from sqlmodel import Session

from studio.contracts.script_file import dump_script, parse_script
from studio.contracts.scripts import ImportScript, ScriptFormat, Scripts, ScriptText
from studio.contracts.shorts import ShortView
from studio.db.engine import Database
from studio.db.models.scene import ShortScene
from studio.db.models.short import Short
from studio.domain.clock import Clock, system_clock
from studio.domain.credits import FeatureKey
from studio.domain.errors import Refused
from studio.domain.ports import ScriptWriter
from studio.domain.progress import Progress, Step, silent
from studio.domain.script import Role, Script, ScriptBrief, ScriptScene, Shot
from studio.domain.short import ShortStatus, check_step
from studio.providers.registry import LOCAL
from studio.services.base import Service
from studio.services.briefs import brief_of_short
from studio.services.catalogue import find_climate, find_style
from studio.services.generations import Call, Generations
from studio.services.keys import content_key
from studio.services.pricing import FEATURES, SCRIPT
from studio.services.principal import Principal
from studio.services.references import find
from studio.services.scenes import remove_scene
from studio.services.states import approve_script, enter, failing
from studio.services.views import scenes_of, short_view


class Writers(Protocol):
    """Finds the writer for a model's name: `providers.registry.Models.writer`."""

    def __call__(self, model: str | None = None, *, has_text: bool = False) -> ScriptWriter: ...


SETTINGS = ("format", "aspect", "style", "climate")
"""What a script file says of the film beside its scenes."""


class ScriptsService(Service, Scripts):
    def __init__(self, database: Database, principal: Principal, writers: Writers, clock: Clock = system_clock) -> None:
        super().__init__(database, principal, clock)
        self.writers = writers
        self.generations = Generations(database, principal, clock)

    def generate(
        self, id: str, *, again: bool = False, offline: bool = False, progress: Progress = silent
    ) -> ShortView:
        with self.database.write() as session:
            short = find(session, Short, self.principal, id, "short")
            if scenes_of(session, short.id) and not again:
                progress(Step("script", "The script stands.", detail=True))
                return short_view(session, short)
            enter(session, short, ShortStatus.GENERATING_SCRIPT)
            brief = brief_of_short(session, self.principal, short)
            short_id, model = short.id, LOCAL if offline else short.text_model
        with failing(self.database, short_id):
            writer = self.writers(model, has_text=brief.source_text is not None)
            progress(Step("script", f"Writing the script with {writer.name} …"))
            call = script_call(short_id, brief, writer, again=again)
            return self.generations.run(call, lambda: writer.write(brief), self._keep(short_id))

    def _keep(self, short_id: str) -> Callable[[Session, Script, int], ShortView]:
        def keep(session: Session, script: Script, credits: int) -> ShortView:
            short = find(session, Short, self.principal, short_id, "short")
            write_scenes(session, short, script)
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
        finished = parse_script(data.text, source=data.source)
        with self.database.write() as session:
            short = find(session, Short, self.principal, id, "short")
            for name in SETTINGS:
                if (wish := getattr(finished, name)) is not None:
                    setattr(short, name, str(wish))
            find_style(session, self.principal, short.style)
            find_climate(session, self.principal, short.climate)
            write_scenes(session, short, finished.as_script())
            return short_view(session, short)


def script_call(short_id: str, brief: ScriptBrief, writer: ScriptWriter, *, again: bool = False) -> Call:
    """The writing of a script as it is charged."""
    return Call(
        key=content_key(SCRIPT, writer.name, short_id, brief),
        feature=FeatureKey.SCRIPT_REGENERATION if again else FEATURES[SCRIPT],
        model=writer.name,
        request=brief,
        operation="shorts.script",
        short_id=short_id,
        charged_as=LOCAL if writer.is_offline else None,
    )


def script_of(session: Session, short: Short) -> Script:
    """The script as it stands in the tables."""
    return Script(
        title=short.title,
        language=short.language or "en",
        is_outline=short.is_outline,
        scenes=tuple(_scene_of(row) for row in scenes_of(session, short.id)),
    )


def write_scenes(session: Session, short: Short, script: Script) -> None:
    """Make the short's scenes those of the script. A scene whose place stays keeps its row and so its takes."""
    check_step(ShortStatus(short.status), ShortStatus.GENERATING_SCRIPT)
    rows = list(scenes_of(session, short.id))
    for position, scene in enumerate(script.scenes, start=1):
        row = rows[position - 1] if position <= len(rows) else _new_row(short, position)
        _fill(row, scene)
        row.position = position
        session.add(row)
    for row in rows[len(script.scenes) :]:
        remove_scene(session, row)
    short.title = script.title or short.title
    short.language = script.language
    short.is_outline = script.is_outline
    short.status = ShortStatus.GENERATING_SCRIPT
    enter(session, short, ShortStatus.SCRIPT_READY)


def _new_row(short: Short, position: int) -> ShortScene:
    return ShortScene(short_id=short.id, position=position, narration="", seed=(short.seed + position * 7919) % 2**31)


def _fill(row: ShortScene, scene: ScriptScene) -> None:
    row.narration = scene.narration
    row.visual = scene.visual
    row.image_prompt = scene.image_prompt
    row.title = scene.title
    row.shot = scene.shot.value
    row.role = scene.role.value
    row.duration_seconds = scene.duration_seconds
    row.characters = json.dumps(list(scene.characters), ensure_ascii=False)


def _scene_of(row: ShortScene) -> ScriptScene:
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
