"""Sprites: SVG drawn once, then lit from the side the scene's light comes from, with a shadow and a rim."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import resvg_py

from studio.providers.local.image.canvas import Canvas, Plane, soften
from studio.providers.local.image.palette import Colour, Tones

MARGIN_SHARE = 0.04
_RIM_SHARE = 0.013
_RELIEF_SHARE = 0.045
_AMBIENT_CELLS = 24


@dataclass(frozen=True)
class Light:
    """Where the light comes from, as a unit vector from the subject (y downwards), and how strong it is."""

    x: float
    y: float
    strength: float = 1.0


@dataclass(frozen=True)
class Sprite:
    """Colours 0 to 255, alpha 0 to 1, both of the same height and width in pixels."""

    rgb: Plane
    alpha: Plane

    @property
    def height(self) -> int:
        return int(self.alpha.shape[0])

    @property
    def width(self) -> int:
        return int(self.alpha.shape[1])


def draw_svg(body: str, view_width: float, view_height: float, width: int) -> Sprite:
    """Rasterise SVG elements; a small margin stays free on all sides for light and shadow."""
    margin = view_width * MARGIN_SHARE
    box = f"{-margin:g} {-margin:g} {view_width + 2 * margin:g} {view_height + 2 * margin:g}"
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}">{body}</svg>'
    png = resvg_py.svg_to_bytes(svg_string=svg, width=max(8, width), skip_system_fonts=True)
    bgra = cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_UNCHANGED)
    if bgra is None:
        raise RuntimeError("OpenCV could not read the PNG that resvg wrote")
    alpha = bgra[..., 3].astype(np.float32) / np.float32(255)
    return Sprite(np.ascontiguousarray(bgra[..., 2::-1]).astype(np.float32), np.asarray(alpha, np.float32))


def light_sprite(
    sprite: Sprite, light: Light, tones: Tones, *, relief: float = 1.0, haze: float = 0.0, haze_tone: float = 0.7
) -> Sprite:
    """Give a flat drawing body: a soft relief, the scene's ambient colour, a bright rim, distance as haze.

    The drawing is used up: its pixels become those of the answer."""
    rgb = sprite.rgb
    size = min(sprite.height, sprite.width)
    slope = _slope(sprite.alpha, size * _RELIEF_SHARE, light)
    rgb *= (1 + np.clip(slope * 1.5, -0.42, 0.30) * relief)[..., None]
    rgb = _ambient(rgb, light, tones)
    rim = _rim(sprite.alpha, light, max(1.0, size * _RIM_SHARE)) * np.float32(0.62 * light.strength)
    rgb += (tones.glow - rgb) * rim[..., None]
    if haze:
        rgb += (tones.at(haze_tone) - rgb) * np.float32(haze)
    return Sprite(np.clip(rgb, 0, 255, out=rgb), sprite.alpha)


def _slope(alpha: Plane, sigma: float, light: Light) -> Plane:
    """How much a pillow of this outline leans towards the light, about -1 to 1."""
    # On a smaller copy: slopes of an enlarged blur would show its grid.
    size, scale = (alpha.shape[1], alpha.shape[0]), max(1, int(sigma / 4))
    small = cv2.resize(alpha, (max(4, size[0] // scale), max(4, size[1] // scale)), interpolation=cv2.INTER_AREA)
    soft = cv2.GaussianBlur(small, (0, 0), sigma / scale)
    lean = cv2.Sobel(soft, cv2.CV_32F, 1, 0, ksize=3) * light.x + cv2.Sobel(soft, cv2.CV_32F, 0, 1, ksize=3) * light.y
    return np.asarray(
        cv2.resize(lean * np.float32(-sigma / scale * 0.32), size, interpolation=cv2.INTER_CUBIC), np.float32
    )


def _ambient(rgb: Plane, light: Light, tones: Tones) -> Plane:
    """Warm the side towards the light and sink the other one into the scene's dark."""
    share = np.linspace(-1, 1, _AMBIENT_CELLS, dtype=np.float32)
    side = (share[None, :] * np.float32(light.x) + share[:, None] * np.float32(light.y))[..., None]
    sunk = np.clip(0.10 - side * 0.16, 0.0, 0.30)
    lit = np.clip(side, 0, 1) * np.float32(0.13 * light.strength) * (tones.glow / np.float32(255))
    factor = (1 + sunk * (tones.at(0.2) / np.float32(140) - 1)) * (1 - lit)
    size = (rgb.shape[1], rgb.shape[0])
    rgb *= cv2.resize(factor.astype(np.float32), size, interpolation=cv2.INTER_LINEAR)
    rgb += cv2.resize((lit * np.float32(255)).astype(np.float32), size, interpolation=cv2.INTER_LINEAR)
    return rgb


def _rim(alpha: Plane, light: Light, thickness: float) -> Plane:
    matrix = np.array([[1, 0, -light.x * thickness], [0, 1, -light.y * thickness]], np.float32)
    moved = cv2.warpAffine(alpha, matrix, (alpha.shape[1], alpha.shape[0]), flags=cv2.INTER_LINEAR)
    return soften(np.clip(alpha - moved, 0, 1), thickness * 0.45) * alpha


def trim_sprite(sprite: Sprite) -> tuple[Sprite, float, float]:
    """Cut the empty margins, and say how far the middle moved (x, y)."""
    columns, rows = np.flatnonzero(sprite.alpha.max(axis=0) > 0), np.flatnonzero(sprite.alpha.max(axis=1) > 0)
    if not columns.size:
        return sprite, 0.0, 0.0
    left, right, top, bottom = int(columns[0]), int(columns[-1]) + 1, int(rows[0]), int(rows[-1]) + 1
    inner = slice(top, bottom), slice(left, right)
    return (
        Sprite(sprite.rgb[inner], sprite.alpha[inner]),
        (left + right - sprite.width) / 2,
        (top + bottom - sprite.height) / 2,
    )


def darkness(sprite: Sprite) -> float:
    """0 for a light drawing to 1 for a black one."""
    weight = float(sprite.alpha.sum()) * 3 + 1e-6
    return float(np.clip(1.1 - (sprite.rgb * sprite.alpha[..., None]).sum() / weight / 120, 0, 1))


def blur_sprite(sprite: Sprite, sigma: float) -> Sprite:
    """Out of focus. Colours are blurred together with their alpha, so that edges do not turn dark."""
    soft = soften(sprite.rgb * sprite.alpha[..., None], sigma)
    alpha = soften(sprite.alpha, sigma)
    return Sprite(np.asarray(soft / np.maximum(alpha, 1e-3)[..., None], np.float32), alpha)


def turn_sprite(sprite: Sprite, degrees: float) -> Sprite:
    centre = (sprite.width / 2, sprite.height / 2)
    matrix = cv2.getRotationMatrix2D(centre, degrees, 1.0)
    size = (sprite.width, sprite.height)
    rgb = cv2.warpAffine(sprite.rgb, matrix, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return Sprite(
        np.asarray(rgb, np.float32),
        np.asarray(cv2.warpAffine(sprite.alpha, matrix, size, flags=cv2.INTER_LINEAR), np.float32),
    )


def lay_sprite(canvas: Canvas, sprite: Sprite, x: float, y: float) -> None:
    """Lay a sprite with its middle at the point."""
    canvas.lay(sprite.rgb, sprite.alpha, round(x - sprite.width / 2), round(y - sprite.height / 2))


def cast_shadow(
    canvas: Canvas, sprite: Sprite, x: float, y: float, light: Light, tones: Tones, *, distance: float, strength: float
) -> None:
    """The soft shadow of a sprite on whatever is behind it, `distance` pixels away from the light."""
    pad = int(distance * 1.6) + 8
    mask = cv2.copyMakeBorder(sprite.alpha, pad, pad, pad, pad, borderType=cv2.BORDER_CONSTANT, value=0)
    soft = soften(np.asarray(mask, np.float32), distance * 0.55)
    left = round(x - sprite.width / 2 - light.x * distance) - pad
    top = round(y - sprite.height / 2 - light.y * distance) - pad
    canvas.shade(soft, left, top, tones.at(0.0), strength)


def halo(canvas: Canvas, sprite: Sprite, x: float, y: float, colour: Colour, *, radius: float, strength: float) -> None:
    """Light around the outline of a sprite, so that it stands off a background of its own colour."""
    pad = int(radius * 2.4) + 8
    mask = cv2.copyMakeBorder(sprite.alpha, pad, pad, pad, pad, borderType=cv2.BORDER_CONSTANT, value=0)
    canvas.shade(
        soften(np.asarray(mask, np.float32), radius),
        round(x - sprite.width / 2) - pad,
        round(y - sprite.height / 2) - pad,
        colour,
        strength,
    )


def contact_shadow(canvas: Canvas, x: float, y: float, half_width: float, tones: Tones, strength: float = 0.55) -> None:
    """The dark pool under something that stands."""
    half_height = max(3.0, half_width * 0.16)
    pad = half_height * 2
    rows = np.arange(-pad * 2, pad * 2, dtype=np.float32)[:, None] / np.float32(half_height)
    columns = np.arange(-half_width * 1.6, half_width * 1.6, dtype=np.float32)[None, :] / np.float32(half_width)
    pool = np.exp(-(columns**2) * 1.8 - rows**2 * 1.1).astype(np.float32)
    canvas.shade(pool, round(x - pool.shape[1] / 2), round(y - pool.shape[0] / 2), tones.at(0.0), strength)
