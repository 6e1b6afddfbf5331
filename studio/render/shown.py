"""What a scene shows, a picture that moves or a clip, and how either is drawn at a frame of the scene."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from av import VideoFrame

from studio.domain.script import Shot
from studio.render import camera
from studio.render.clip import ClipReader
from studio.render.motion import holding, motion_for
from studio.render.pace import Pace
from studio.render.planes import Canvas, Planes
from studio.render.still import Still, StillShelf, still_of, still_size


class Drawer(Protocol):
    """Draws what is seen, by one thread at a time. Frames are counted from when it first appears."""

    def draw(self, frame: int, canvas: Canvas) -> None: ...

    def close(self) -> None:
        """Let go of the files it reads."""


@dataclass(frozen=True)
class MovingPicture:
    """A picture, the hash of its content, and what decides how it moves."""

    path: Path
    content_key: str
    seed: int
    shot: Shot

    @property
    def facts(self) -> list[object]:
        """Everything that decides what is seen."""
        return [self.content_key, self.seed, self.shot]

    def drawer(self, fps: int, stills: StillShelf) -> Drawer:
        return _PictureDrawer(self, fps, stills)


@dataclass(frozen=True)
class MovingClip:
    """A clip, the hash of its content, and the pace that makes it as long as its scene."""

    path: Path
    content_key: str
    pace: Pace

    @property
    def facts(self) -> list[object]:
        """Everything that decides what is seen."""
        return ["clip", self.content_key, self.pace.rate, self.pace.held_from]

    def drawer(self, fps: int, stills: StillShelf) -> Drawer:
        return _ClipDrawer(self, fps)


Shown = MovingPicture | MovingClip


class _PictureDrawer:
    def __init__(self, picture: MovingPicture, fps: int, stills: StillShelf) -> None:
        self._still = stills.still(picture.path)
        self._motion = motion_for(picture.shot, picture.seed)
        self._fps = fps

    def draw(self, frame: int, canvas: Canvas) -> None:
        camera.draw(self._still, self._motion(frame / self._fps), canvas)

    def close(self) -> None:
        """A picture holds no file."""


class _ClipDrawer:
    """Keeps one frame of the film's size, because a slow clip shows each of its frames more than once."""

    def __init__(self, clip: MovingClip, fps: int) -> None:
        self._pace, self._fps = clip.pace, fps
        self._reader = ClipReader(clip.path)
        self._motion = holding()
        self._fitted: tuple[VideoFrame, Planes] | None = None
        self._held: Still | None = None

    def draw(self, frame: int, canvas: Canvas) -> None:
        held_from = self._pace.held_from
        if held_from is not None and frame >= held_from:
            pose = self._motion((frame - held_from + 1) / self._fps)
            camera.draw(self._last_frame(canvas), pose, canvas)
            return
        planes = self._planes(self._reader.frame_at(self._pace.seconds(frame, self._fps)), canvas)
        canvas.y[:], canvas.uv[:] = planes

    def close(self) -> None:
        self._reader.close()

    def _planes(self, found: VideoFrame, canvas: Canvas) -> Planes:
        if self._fitted is None or self._fitted[0] is not found:
            self._fitted = found, self._reader.fitted(found, canvas.width, canvas.height)
        return self._fitted[1]

    def _last_frame(self, canvas: Canvas) -> Still:
        if self._held is None:
            width, height = still_size(canvas.width, canvas.height)
            self._held = still_of(self._reader.fitted(self._reader.last_frame(), width, height))
        return self._held
