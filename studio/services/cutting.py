"""Cutting: footage becomes a film plan, and the plan becomes a file, drawing only the scenes that look different."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from studio.contracts.shorts import RenderReport
from studio.domain.errors import Invalid
from studio.domain.formats import Aspect
from studio.domain.progress import Cancelled, Progress, Step
from studio.domain.script import OUTLINE_HINT, OUTLINE_NOTICE, Role, Script, Shot
from studio.domain.style import CaptionLook
from studio.render.captions import caption_key, caption_patches
from studio.render.clip import probe_clip
from studio.render.encode import EncoderSettings
from studio.render.film import FilmPlan, FilmReport, FilmScene, render_film
from studio.render.fonts import missing_glyphs
from studio.render.mix import MixReport, VoiceClip, mix
from studio.render.patch import TimedPatch
from studio.render.titles import title_key, title_patches
from studio.services.assets import AssetStore
from studio.services.footage import Footage, SceneFootage
from studio.services.keys import content_key
from studio.services.segments import trim_cache
from studio.services.wishes import SILENT


@dataclass(frozen=True)
class Cut:
    """A film that could be made: how it looks, how it sounds, and the key of both."""

    key: str
    plan: FilmPlan
    voices: tuple[VoiceClip, ...]
    music: Path | None
    notes: tuple[str, ...]


class Cutter:
    """Makes films. `folder` keeps encoded scenes for the next render, up to `megabytes` of them."""

    def __init__(self, folder: Path, *, workers: int, megabytes: int) -> None:
        self.folder = folder
        self.workers = workers
        self.megabytes = megabytes

    def cut(self, cut: Cut, output: Path, progress: Progress, cancelled: Cancelled) -> RenderReport:
        """Write the film to `output`. Raises Interrupted when cancelled; encoded scenes are kept."""
        progress(Step("sound", "Mixing voice and music"))
        soundtrack = output.with_suffix(".wav")
        sound = mix(cut.voices, cut.music, cut.plan.seconds, soundtrack)
        picture = render_film(cut.plan, soundtrack, self.folder, output, progress, cancelled, workers=self.workers)
        soundtrack.unlink()
        kept = f"{picture.segments_reused} of {picture.segments_total} scenes were kept as they were encoded"
        progress(Step("render", kept, detail=True))
        trim_cache(self.folder, self.megabytes)
        return _report(cut, picture, sound)


def check_letters(script: Script, look: CaptionLook) -> None:
    """Raise Invalid naming every character of the script that no font can draw, before anything is rendered."""
    faults = []
    for number, scene in enumerate(script.scenes, start=1):
        shown = f"{scene.narration} {scene.title or ''}"
        faults += [f"scene {number}: {fault}" for fault in missing_glyphs(shown, look)]
    if faults:
        raise Invalid(
            f"No font here can draw {len(faults)} of the characters.",
            faults=faults,
            hint="Change these words (studio shorts scene edit), or render with --no-captions.",
        )


def plan_cut(footage: Footage, assets: AssetStore, *, preview: bool = False) -> Cut:
    """Plan the film from its footage; files are fetched, nothing is drawn yet."""
    short = footage.short
    width, height = Aspect(short.aspect).size
    plan = FilmPlan(
        width=width,
        height=height,
        scenes=tuple(_film_scene(footage, scene, assets) for scene in footage.scenes),
        encoder=EncoderSettings.preview() if preview else EncoderSettings.final(),
        tags={"title": short.title, "comment": "Made with studio"},
    )
    voices = tuple(
        VoiceClip(assets.path(scene.voice), scene.slot.voice_start_seconds)
        for scene in footage.scenes
        if scene.spoken.engine != SILENT
    )
    return Cut(
        key=_film_key(footage, plan),
        plan=plan,
        voices=voices,
        music=assets.path(footage.music) if footage.music else None,
        notes=_notes(footage),
    )


def _film_scene(footage: Footage, scene: SceneFootage, assets: AssetStore) -> FilmScene:
    overlays = _overlays(footage, scene)
    picture = assets.path(scene.picture)
    return FilmScene(
        picture=picture,
        picture_key=scene.picture.sha256,
        frames=scene.slot.frames,
        motion_seed=scene.scene.seed,
        shot=Shot(scene.scene.shot),
        overlay_key=content_key([overlay.key for overlay in overlays]),
        overlays=partial(_draw, overlays),
        clip_seconds=probe_clip(picture).seconds if scene.is_clip else None,
    )


Drawing = Callable[[], list[TimedPatch]]


@dataclass(frozen=True)
class Overlay:
    """Something drawn over a picture, and the key of its pixels, which is known without drawing it."""

    key: str
    draw: Drawing


def _draw(overlays: Sequence[Overlay]) -> list[TimedPatch]:
    return [patch for overlay in overlays for patch in overlay.draw()]


def _overlays(footage: Footage, scene: SceneFootage) -> list[Overlay]:
    if not footage.short.captions:
        return []
    is_titled = scene.scene.role == Role.HOOK.value
    return [_caption(footage, scene), *([_title(footage, scene)] if is_titled else [])]


def _caption(footage: Footage, scene: SceneFootage) -> Overlay:
    text, words = scene.spoken.text, scene.spoken.words
    arguments: dict[str, Any] = {
        "offset_seconds": scene.slot.voice_offset_seconds,
        "frames": scene.slot.frames,
        "size": Aspect(footage.short.aspect).size,
        "look": footage.style.captions,
        "language": footage.short.language or "en",
    }
    return Overlay(caption_key(text, words, **arguments), partial(caption_patches, text, words, **arguments))


def _title(footage: Footage, scene: SceneFootage) -> Overlay:
    title = scene.scene.title or footage.short.title
    arguments: dict[str, Any] = {
        "frames": scene.slot.frames,
        "size": Aspect(footage.short.aspect).size,
        "look": footage.style.captions,
        "palette": footage.style.palette,
        "language": footage.short.language or "en",
    }
    return Overlay(title_key(title, **arguments), partial(title_patches, title, **arguments))


def _film_key(footage: Footage, plan: FilmPlan) -> str:
    looks = [segment.key for segment in plan.segments]
    sounds = [[scene.voice.sha256, scene.slot.voice_start_seconds] for scene in footage.scenes]
    music = footage.music.sha256 if footage.music else None
    return content_key("film", looks, sounds, music, dict(plan.tags))


def _notes(footage: Footage) -> tuple[str, ...]:
    notes = []
    if footage.short.is_outline:
        notes.append(f"{OUTLINE_NOTICE} {OUTLINE_HINT}")
    if any(scene.spoken.engine == SILENT for scene in footage.scenes):
        notes.append(f"No voice on this machine speaks {footage.short.language}: the film is silent, with captions.")
    return tuple(notes)


def _report(cut: Cut, picture: FilmReport, sound: MixReport) -> RenderReport:
    return RenderReport(
        scenes_encoded=picture.segments_total - picture.segments_reused,
        scenes_reused=picture.segments_reused,
        loudness_lufs=sound.lufs,
        true_peak_dbtp=sound.true_peak_dbtp,
        notes=list(cut.notes),
    )
