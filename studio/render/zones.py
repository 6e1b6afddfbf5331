"""Where text may stand on the picture, so that no platform's own buttons and captions cover it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Zone:
    """A rectangle in frame pixels and the height at which a block of text is centred."""

    left: float
    top: float
    right: float
    bottom: float
    centre_y: float

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def centre_x(self) -> float:
        return (self.left + self.right) / 2


_VERTICAL_CAPTIONS = Zone(165 / 1080, 270 / 1920, 915 / 1080, 1248 / 1920, 0.59)
"""What TikTok, Shorts and Reels all leave free, kept symmetric so that text is centred: TikTok's buttons take 165 px
at the right of 1080, Meta's text 672 px at the bottom of 1920 (media notes, section 3, gathered in 2026)."""

_VERTICAL_TITLE = Zone(165 / 1080, 270 / 1920, 915 / 1080, 600 / 1920, 0.2266)
"""Below the platforms' own line at the top, and above the face: pictures under a title are composed below it."""

_TITLE_SAFE = 0.05
"""Share of width and height that stays free at every edge of a square or wide film."""

_CAPTIONS = {"square": 0.83, "wide": 0.845}
_CAPTION_TOP = 0.55
_TITLE_BOTTOM, _TITLE_CENTRE = 0.28, 0.165


def caption_zone(size: tuple[int, int]) -> Zone:
    """Where captions go in a film of this width and height in pixels."""
    if _is_vertical(size):
        return _scaled(_VERTICAL_CAPTIONS, size)
    centre = _CAPTIONS["wide" if size[0] > size[1] else "square"]
    return _scaled(Zone(_TITLE_SAFE, _CAPTION_TOP, 1 - _TITLE_SAFE, 1 - _TITLE_SAFE, centre), size)


def title_zone(size: tuple[int, int]) -> Zone:
    """Where a title goes: the upper part, so that the subject has the middle and the captions the rest."""
    if _is_vertical(size):
        return _scaled(_VERTICAL_TITLE, size)
    return _scaled(Zone(_TITLE_SAFE, _TITLE_SAFE, 1 - _TITLE_SAFE, _TITLE_BOTTOM, _TITLE_CENTRE), size)


def _is_vertical(size: tuple[int, int]) -> bool:
    return size[0] / size[1] < 0.8


def _scaled(zone: Zone, size: tuple[int, int]) -> Zone:
    width, height = size
    return Zone(zone.left * width, zone.top * height, zone.right * width, zone.bottom * height, zone.centre_y * height)
