"""A whole film: its scenes encoded two at a time, kept under what they show, and joined with the sound."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from studio.domain.errors import Invalid
from studio.domain.formats import FRAMES_PER_SECOND
from studio.domain.progress import Cancelled, Progress, Step, never, silent
from studio.domain.script import Shot
from studio.render.crew import STAGE, EncodedSegment, encode_all
from studio.render.encode import EncoderSettings, FrameShape
from studio.render.mux import join
from studio.render.pace import pace_of
from studio.render.patch import TimedPatch
from studio.render.segment import Segment
from studio.render.shown import MovingClip, MovingPicture, Shown


@dataclass(frozen=True)
class FilmScene:
    """One scene: a picture or a clip, how long it is seen, and what is drawn over it.

    `picture` is a clip when `clip_seconds` says how long it is; it then has a pace instead of a motion. `picture_key`
    and `overlay_key` are hashes of the content: equal keys promise equal pixels. `overlays` is called only when the
    scene must be drawn, from a worker thread."""

    picture: Path
    picture_key: str
    frames: int
    motion_seed: int
    shot: Shot
    overlay_key: str
    overlays: Callable[[], list[TimedPatch]]
    clip_seconds: float | None = None


@dataclass(frozen=True)
class FilmPlan:
    """Everything that decides how a film looks. Width and height are even numbers of pixels."""

    width: int
    height: int
    scenes: tuple[FilmScene, ...]
    encoder: EncoderSettings = field(default_factory=EncoderSettings.final)
    fps: int = FRAMES_PER_SECOND
    fade_frames: int = 12
    tags: Mapping[str, str] = field(default_factory=dict)

    @property
    def frames(self) -> int:
        return sum(scene.frames for scene in self.scenes)

    @property
    def seconds(self) -> float:
        return self.frames / self.fps

    @property
    def segments(self) -> tuple[Segment, ...]:
        """The pieces the film is encoded in, one for each scene."""
        # Each scene but the first is seen already while the scene before fades out.
        leads = [0, *[self.fade_frames] * (len(self.scenes) - 1)]
        shown = [self._shown(scene, lead) for scene, lead in zip(self.scenes, leads, strict=True)]
        return tuple(
            Segment(
                picture=picture,
                following=following,
                frames=scene.frames,
                lead_frames=lead,
                fade_frames=self.fade_frames,
                overlay_key=scene.overlay_key,
                overlays=scene.overlays,
                shape=FrameShape(self.width, self.height, self.fps),
                encoder=self.encoder,
            )
            for scene, lead, picture, following in zip(self.scenes, leads, shown, [*shown[1:], None], strict=True)
        )

    def _shown(self, scene: FilmScene, lead_frames: int) -> Shown:
        if scene.clip_seconds is None:
            return MovingPicture(scene.picture, scene.picture_key, scene.motion_seed, scene.shot)
        pace = pace_of(scene.clip_seconds, lead_frames + scene.frames, self.fps)
        return MovingClip(scene.picture, scene.picture_key, pace)


@dataclass(frozen=True)
class FilmReport:
    """What was made. `reused` says for each segment whether it was taken from the cache."""

    frames: int
    seconds: float
    segments_total: int
    segments_reused: int
    size_bytes: int
    reused: tuple[bool, ...]


def render_film(
    plan: FilmPlan,
    soundtrack: Path | None,
    cache: Path,
    output: Path,
    progress: Progress = silent,
    cancelled: Cancelled = never,
    *,
    workers: int = 2,
) -> FilmReport:
    """Make the film: encode the scenes the cache lacks, join all with the soundtrack, put it in place as `output`.

    Made again after a change, it draws only the scenes that look different. Raises Invalid for a picture or a
    soundtrack that cannot be read, Misconfigured when the disk refuses, Interrupted when it was stopped; `output` is
    then as it was before."""
    segments = encode_segments(plan, cache, progress, cancelled, workers=workers)
    return assemble(segments, soundtrack, output, plan, progress)


def encode_segments(
    plan: FilmPlan, cache: Path, progress: Progress = silent, cancelled: Cancelled = never, *, workers: int = 2
) -> list[EncodedSegment]:
    """Have every scene of the plan encoded in the cache folder; those that are there already cost next to nothing."""
    if not plan.scenes:
        raise Invalid("A film needs at least one scene.")
    return encode_all(plan.segments, cache, progress, cancelled, workers)


def assemble(
    segments: Sequence[EncodedSegment],
    soundtrack: Path | None,
    output: Path,
    plan: FilmPlan,
    progress: Progress = silent,
) -> FilmReport:
    """Join the encoded scenes with a soundtrack of exactly the film's length."""
    progress(Step(STAGE, "Putting picture and sound together"))
    join([segment.path for segment in segments], soundtrack, output, plan.tags)
    reused = tuple(segment.is_reused for segment in segments)
    return FilmReport(plan.frames, plan.seconds, len(reused), sum(reused), output.stat().st_size, reused)
