"""One scene as a piece of film that stands on its own: what it shows, the key it is kept under, and how it is drawn."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import av
import cv2

from studio.render.atoms import is_complete
from studio.render.encode import EncoderSettings, FrameShape, encode_frames
from studio.render.patch import TimedPatch
from studio.render.planes import Canvas
from studio.render.shown import Shown
from studio.render.still import StillShelf
from studio.render.whole_file import whole_film_file

ENGINE_VERSION = 2
"""Counted up whenever the same plan would be drawn differently, so that no old segment is taken for a new one."""


@dataclass(frozen=True)
class Segment:
    """What one piece of film shows, all of it: nothing else may change a pixel.

    The cross-fade to the `following` picture or clip is drawn at the end of this segment, and the next segment goes on
    with it where this one leaves it, `fade_frames` into its motion. `lead_frames` is how far into its motion this
    segment's own picture already is at the first frame."""

    picture: Shown
    following: Shown | None
    frames: int
    lead_frames: int
    fade_frames: int
    overlay_key: str
    overlays: Callable[[], list[TimedPatch]]
    shape: FrameShape
    encoder: EncoderSettings

    @property
    def key(self) -> str:
        """The hash of everything that is seen in the segment, and of how it is encoded."""
        shown = [self.picture, *([self.following] if self.following else [])]
        facts = {
            "engine": [ENGINE_VERSION, cv2.__version__],
            "pictures": [picture.facts for picture in shown],
            "frames": [self.frames, self.lead_frames, self.fade_frames if self.following else 0],
            "overlay": self.overlay_key,
            "shape": [self.shape.width, self.shape.height, self.shape.fps],
            "encoder": self.encoder.fingerprint,
        }
        return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()

    def path_in(self, cache: Path) -> Path:
        return cache / f"{self.key}.mp4"


def is_kept(segment: Segment, cache: Path) -> bool:
    """Whether the cache holds this very segment, whole."""
    path = segment.path_in(cache)
    try:
        with av.open(str(path)) as container:
            frames = container.streams.video[0].frames
        return frames == segment.frames and is_complete(path)
    except (OSError, av.FFmpegError, IndexError):
        return False


def encode_segment(segment: Segment, cache: Path, stills: StillShelf, before_frame: Callable[[], None]) -> Path:
    """Draw and encode a segment into the cache. `before_frame` is called for each frame and may raise to stop."""
    path = segment.path_in(cache)
    with closing(SegmentPainter(segment, stills)) as painter, whole_film_file(path) as part:

        def draw(index: int, canvas: Canvas) -> None:
            before_frame()
            painter.draw(index, canvas)

        encode_frames(part, segment.frames, draw, segment.shape, segment.encoder)
    return path


class SegmentPainter:
    """Draws the frames of one segment, each from its index alone. Used by one thread at a time."""

    def __init__(self, segment: Segment, stills: StillShelf) -> None:
        fps = segment.shape.fps
        self._segment = segment
        self._overlays = segment.overlays()
        self._picture = segment.picture.drawer(fps, stills)
        self._following = segment.following.drawer(fps, stills) if segment.following else None
        self._blend = Canvas(segment.shape.width, segment.shape.height)

    def draw(self, index: int, canvas: Canvas) -> None:
        """Fill the canvas with frame `index` of the segment."""
        segment = self._segment
        self._picture.draw(segment.lead_frames + index, canvas)
        frames_left = segment.frames - index
        if self._following and frames_left <= segment.fade_frames:
            self._following.draw(segment.fade_frames - frames_left, self._blend)
            self._fade(frames_left, canvas)
        for overlay in self._overlays:
            if overlay.first_frame <= index < overlay.last_frame:
                overlay.patch.blend(canvas)

    def close(self) -> None:
        self._picture.close()
        if self._following:
            self._following.close()

    def _fade(self, frames_left: int, canvas: Canvas) -> None:
        """Mix what follows in, slowly at both ends."""
        length = min(self._segment.fade_frames, self._segment.frames)
        done = (length - frames_left + 1) / (length + 1)
        share = done * done * (3 - 2 * done)
        for plane, follows in zip(canvas, self._blend, strict=True):
            cv2.addWeighted(plane, 1 - share, follows, share, 0, dst=plane)
