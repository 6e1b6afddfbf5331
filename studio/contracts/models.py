"""Models: which there are, what each takes and costs, and whether there is a key for it."""

from __future__ import annotations

from abc import ABC, abstractmethod

from pydantic import Field

from studio.contracts.base import View
from studio.contracts.operations import Contract, operation


class PriceView(View):
    """A vendor's price in US dollars for one `unit`, such as a picture or a second; billed in steps of `step` units.

    With `output_usd` the unit is a million tokens: `usd` for those of the question, `output_usd` for the answer's."""

    unit: str
    usd: str
    with_sound_usd: str | None = None
    following_usd: str | None = None
    """Of each unit after the first, where that is cheaper."""
    output_usd: str | None = None
    resolutions: dict[str, str] = Field(default_factory=dict)
    step: int = 0
    as_of: str | None = None
    """The day the list price was read; None for a price that was asked for just now."""


class ModelView(View):
    """One model. `price` is the vendor's list price, `credits` what studio charges for `credits_unit` of its work."""

    id: str
    provider: str
    medium: str
    also: list[str]
    title: str
    price: PriceView | None
    credits: int | None
    credits_unit: str | None
    has_key: bool
    is_default: bool
    """Whether it works where nobody names a model."""


class ModelDetails(ModelView):
    """Everything about a model. Lengths in seconds; what is empty is not limited, or not known."""

    takes: list[str]
    needs: list[str]
    lengths: list[int]
    aspects: list[str]
    limits: dict[str, int]
    voices: list[str]
    default_voice: str | None
    languages: list[str]
    has_word_times: bool
    is_structured: bool
    with_references: str | None
    with_start: str | None
    price_source: str
    live_price: PriceView | None


class ModelList(View):
    data: list[ModelView]
    next_cursor: str | None = None


class ModelCatalogue(Contract, ABC):
    noun = "model_catalogue"

    @operation("GET", "/api/models", scope="models:read")
    @abstractmethod
    def list(self, *, medium: str | None = None, provider: str | None = None) -> ModelList:
        """The models there are, without asking any provider."""

    @operation("GET", "/api/models/{model}", scope="models:read")
    @abstractmethod
    def show(self, model: str, *, live: bool = False) -> ModelDetails:
        """One model by its id, which holds slashes, with all of it; `live` asks its provider for the price of now."""
