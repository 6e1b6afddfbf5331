"""Where a still lands on the frame, to a fraction of a pixel."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np

from studio.domain.script import Shot
from studio.render import camera
from studio.render.camera import placed
from studio.render.motion import Pose, motion_for
from studio.render.planes import Canvas
from studio.render.still import BORDER, OVERSIZE, Still, make_still
from tests.render.drawings import save, texture

WIDTH, HEIGHT = 360, 640


def moving_still(folder: Path) -> Still:
    return make_still(save(folder, "still.png", texture(1, WIDTH, HEIGHT)), WIDTH, HEIGHT)


def test_places_within_a_tenth_of_a_source_pixel_at_every_zoom() -> None:
    chance = np.random.default_rng(1)
    starts, zooms = chance.uniform(BORDER, 400, 5000), np.linspace(1, 1.2, 5000)

    errors = [
        placing.begin + placing.dropped * OVERSIZE / zoom - start
        for start, zoom in zip(starts, zooms, strict=True)
        for placing in [placed(start, OVERSIZE / zoom)]
    ]

    assert np.std(errors) < 0.04
    assert np.abs(errors).max() < 0.13


def test_moves_without_jitter(tmp_path: Path) -> None:
    still, window = moving_still(tmp_path), cv2.createHanningWindow((256, 256), cv2.CV_64F)
    motion = motion_for(Shot.DETAIL, 2)
    poses = [motion(1 + frame / 30) for frame in range(40)]

    frames = [_luma(still, pose)[192:448, 52:308] for pose in poses]
    steps = np.array([cv2.phaseCorrelate(one, other, window)[0] for one, other in pairwise(frames)])

    assert np.ptp(np.cumsum(steps, axis=0), axis=0).max() > 2
    assert np.sqrt(np.mean((steps - _smooth(steps)) ** 2)) < 0.15


def test_shows_the_whole_picture_and_no_more_at_zoom_one(tmp_path: Path) -> None:
    pixels = np.full((HEIGHT, WIDTH, 3), 128, np.uint8)
    pixels[:16], pixels[-16:], pixels[:, :16], pixels[:, -16:] = 255, 255, 255, 255
    still = make_still(save(tmp_path, "framed.png", pixels), WIDTH, HEIGHT)

    luma = _luma(still, Pose(1, 0, 0))

    middle_row, middle_column = luma[HEIGHT // 2], luma[:, WIDTH // 2]
    assert all(abs(int(np.count_nonzero(line[:40] > 200)) - 16) <= 1 for line in (middle_row, middle_row[::-1]))
    assert all(abs(int(np.count_nonzero(line[:40] > 200)) - 16) <= 1 for line in (middle_column, middle_column[::-1]))


def test_reads_the_same_place_for_luma_and_chroma(tmp_path: Path) -> None:
    pixels = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    pixels[200:400, 100:260] = (255, 0, 0)
    still, target = make_still(save(tmp_path, "red.png", pixels), WIDTH, HEIGHT), Canvas(WIDTH, HEIGHT)

    camera.draw(still, Pose(1.13, 0.3, -0.4), target)

    large = cv2.resize(target.v, (WIDTH, HEIGHT), interpolation=cv2.INTER_LINEAR)
    luma_centre, chroma_centre = (
        np.argwhere(plane > level).mean(axis=0) for plane, level in ((target.y, 40), (large, 184))
    )
    assert np.abs(luma_centre - chroma_centre).max() < 0.6


def _luma(still: Still, pose: Pose) -> np.ndarray:
    target = Canvas(WIDTH, HEIGHT)
    camera.draw(still, pose, target)
    return target.y.astype(np.float64)


def _smooth(steps: np.ndarray) -> np.ndarray:
    moments = np.arange(len(steps))
    return np.stack([np.polyval(np.polyfit(moments, axis, 3), moments) for axis in steps.T], axis=1)
