"""Styles: how shorts speak and look, built in or one's own."""

from __future__ import annotations

from pydantic import Field

from studio.contracts.base import Input
from studio.domain.style import CaptionLook, ContentType, MusicMood, Palette, Style

COLOUR = r"^#[0-9a-fA-F]{6}$"


class PaletteData(Input):
    dark: str = Field(pattern=COLOUR)
    light: str = Field(pattern=COLOUR)
    glow: str = Field(pattern=COLOUR)
    accent: str = Field(pattern=COLOUR)


class CaptionLookData(Input):
    font: str = Field("Montserrat", max_length=60)
    weight: int = Field(800, ge=100, le=900)
    size: float = Field(0.074, ge=0.03, le=0.15)
    colour: str = Field("#ffffff", pattern=COLOUR)
    highlight: str = Field("#ffd400", pattern=COLOUR)
    outline: str = Field("#101014", pattern=COLOUR)
    outline_width: float = Field(0.0085, ge=0, le=0.02)
    uppercase: bool = False
    words_per_page: int = Field(3, ge=1, le=6)


class StyleData(Input):
    """Every field of a style. The text fields are instructions for whoever writes the script."""

    name: str = Field(min_length=1, max_length=60)
    content_type: ContentType
    description: str = Field("", max_length=500)
    audience: str = Field("", max_length=200)
    keywords: tuple[str, ...] = Field((), max_length=20)
    discourse_architecture: str = Field("", max_length=500)
    language_register: str = Field("", max_length=300)
    script_function: str = Field("", max_length=200)
    narrator_posture: str = Field("", max_length=200)
    complexity: str = Field("", max_length=100)
    hook_type: str = Field("", max_length=100)
    hook_examples: tuple[str, ...] = Field((), max_length=10)
    call_to_action_type: str = Field("", max_length=100)
    call_to_action_examples: tuple[str, ...] = Field((), max_length=10)
    advanced_instructions: str = Field("", max_length=2000)
    visual_prompt: str = Field("", max_length=1000)
    negative_prompt: str = Field("", max_length=500)
    palette: PaletteData = PaletteData(dark="#14213d", light="#3a6ea5", glow="#8ecae6", accent="#ffb703")
    captions: CaptionLookData = CaptionLookData()
    voice: str | None = Field(None, max_length=120)
    music_mood: MusicMood = MusicMood.CURIOUS

    def to_domain(self, key: str) -> Style:
        fields = {name: getattr(self, name) for name in type(self).model_fields}
        fields["palette"] = Palette(**self.palette.model_dump())
        fields["captions"] = CaptionLook(**self.captions.model_dump())
        return Style(key=key, **fields)
