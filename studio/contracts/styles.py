"""Styles: how shorts speak and look, built in or one's own."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Annotated

from pydantic import BeforeValidator, Field

from studio.contracts.base import Deleted, Input, Moment, Page, View
from studio.contracts.definitions import DefinitionView, Fields, Name
from studio.contracts.media import CostView
from studio.contracts.operations import Contract, operation
from studio.domain.progress import Cancelled, Progress, never, silent
from studio.domain.style import CaptionLook, ContentType, MusicMood, Palette, Style

COLOUR = r"^#[0-9a-fA-F]{6}$"

Colour = Annotated[str, Field(pattern=COLOUR)]
Example = Annotated[str, Field(min_length=1, max_length=300)]
Keyword = Annotated[str, Field(min_length=1, max_length=60)]


class PaletteData(Input):
    dark: Colour = Field("#14213d", description="The dark end of the background, #rrggbb.")
    light: Colour = Field("#3a6ea5", description="The light end of the background, #rrggbb.")
    glow: Colour = Field("#8ecae6", description="Where light falls, #rrggbb.")
    accent: Colour = Field("#ffb703", description="What must be noticed, #rrggbb.")


class CaptionLookData(Input):
    font: str = Field("Montserrat", max_length=60, description="The typeface of the captions.")
    weight: int = Field(800, ge=100, le=900, description="How heavy the letters are, 100 to 900.")
    size: float = Field(0.074, ge=0.03, le=0.15, description="Height of the letters as a share of the shorter side.")
    colour: Colour = Field("#ffffff", description="Colour of the words, #rrggbb.")
    highlight: Colour = Field("#ffd400", description="Colour of the word that is spoken, #rrggbb.")
    outline: Colour = Field("#101014", description="Colour around the letters, #rrggbb.")
    outline_width: float = Field(
        0.0085, ge=0, le=0.02, description="Width of the outline, a share of the shorter side."
    )
    uppercase: bool = Field(False, description="Capital letters only.")
    words_per_page: int = Field(3, ge=1, le=6, description="Words that stand there together, 1 to 6.")


class StyleFields(Fields):
    """What a style may say. The text fields are instructions for whoever writes the script."""

    description: str = Field("", max_length=500, description="What it is, in a sentence.")
    audience: str = Field("", max_length=200, description="Who it is for.")
    keywords: tuple[Keyword, ...] = Field((), max_length=20, description="A word it stands for.")
    discourse_architecture: str = Field("", max_length=500, description="The order in which it argues.")
    language_register: str = Field(
        "", max_length=300, description="How it speaks: plain, formal, in the second person."
    )
    script_function: str = Field("", max_length=200, description="What it does: explain, move, inform.")
    narrator_posture: str = Field("", max_length=200, description="Who seems to be speaking.")
    complexity: str = Field("", max_length=100, description="How much it asks of the viewer.")
    hook_type: str = Field("", max_length=100, description="How it opens.")
    hook_examples: tuple[Example, ...] = Field((), max_length=10, description="An opening sentence as an example.")
    call_to_action_type: str = Field("", max_length=100, description="What it asks for at the end.")
    call_to_action_examples: tuple[Example, ...] = Field(
        (), max_length=10, description="A closing sentence as an example."
    )
    advanced_instructions: str = Field("", max_length=2000, description="Anything else the writer must know.")
    visual_prompt: str = Field("", max_length=1000, description="What every picture looks like.")
    negative_prompt: str = Field("", max_length=500, description="What no picture shows.")
    palette: PaletteData = PaletteData()
    captions: CaptionLookData = CaptionLookData()
    voice: Annotated[str | None, BeforeValidator(lambda value: value or None)] = Field(
        None, max_length=120, description="Name of a voice; empty for the language's own."
    )
    music_mood: MusicMood = Field(MusicMood.CURIOUS, description="What the music feels like.")


class StyleData(StyleFields, Input):
    """A whole style."""

    name: Name
    content_type: ContentType

    def to_domain(self, key: str) -> Style:
        fields = {name: getattr(self, name) for name in type(self).model_fields}
        fields["palette"] = Palette(**self.palette.model_dump())
        fields["captions"] = CaptionLook(**self.captions.model_dump())
        return Style(key=key, **fields)


class EditStyle(StyleFields, Input):
    """Changes to a style; what is left out stays, also inside the palette and the captions."""

    name: Name | None = Field(None, description="What people call it.")
    content_type: ContentType | None = Field(None, description="What kind of short it is for.")


class CreateStyle(EditStyle):
    """A new style. Without `like`, `name` and `content_type` must be given."""

    like: str | None = Field(None, max_length=64, description="A style to start from.")


class StyleView(StyleFields, DefinitionView):
    name: str
    content_type: ContentType
    created_at: Moment | None
    updated_at: Moment | None


class SuggestStyle(Input):
    """What a style is wanted for. With `save` it becomes one of one's own, under this name.

    The same question is paid for once unless `again` asks for another style."""

    topic: str = Field(min_length=1, max_length=300)
    audience: str = Field("", max_length=200)
    save: Name | None = None
    again: bool = False


class SuggestionView(View):
    """A style for a topic. `like` is the built-in one that fits best where no language model was asked."""

    suggestion: StyleData
    like: str | None
    model: str | None
    credits_used: int
    style: StyleView | None


class Styles(Contract, ABC):
    noun = "styles"

    @operation("GET", "/api/styles", scope="styles:read")
    @abstractmethod
    def list(self, *, limit: int = 20, cursor: str | None = None) -> Page[StyleView]:
        """The built-in styles, then one's own, newest first."""

    @operation("GET", "/api/styles/{id}", scope="styles:read")
    @abstractmethod
    def show(self, id: str) -> StyleView:
        """One style by handle; one's own also by id."""

    @operation("POST", "/api/styles", scope="styles:write", created=True)
    @abstractmethod
    def create(self, data: CreateStyle) -> StyleView:
        """Write down a style of one's own, from nothing or like another one."""

    @operation("PUT", "/api/styles/{id}", scope="styles:write")
    @abstractmethod
    def edit(self, id: str, data: EditStyle) -> StyleView:
        """Change a style of one's own; shorts that use it look different at the next render."""

    @operation("DELETE", "/api/styles/{id}", scope="styles:write")
    @abstractmethod
    def delete(self, id: str) -> Deleted:
        """Remove a style of one's own that no short uses."""

    @operation("POST", "/api/styles/suggest", scope="styles:write", idempotent=True)
    @abstractmethod
    def suggest(
        self, data: SuggestStyle, *, progress: Progress = silent, cancelled: Cancelled = never
    ) -> SuggestionView:
        """A style for a topic and an audience: a language model's, or the built-in one that fits best."""

    @operation("POST", "/api/styles/suggest/cost", scope="styles:read")
    @abstractmethod
    def suggestion_cost(self, data: SuggestStyle) -> CostView:
        """What `suggest` would charge now."""
